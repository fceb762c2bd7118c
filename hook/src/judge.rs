//! From a call to an answer: the actions that the call is are decided, and the strictest decision counts.

use std::error::Error as _;
use std::io;

use cavra_hook_config::{Config, ConfigError};

use crate::answer::{Answer, cut};
use crate::arguments::{Arguments, UnknownTools};
use crate::authority::{Authority, NoDecision};
use crate::call::{BadCall, Call};
use crate::context;
use crate::hosts::Host;
use crate::tools;
use crate::wire::action::Request;
use crate::wire::{Caller, Decision, Place, Verdict};

/// Why there is no answer. The tool must not run then.
#[derive(Debug, thiserror::Error)]
pub(crate) enum NoAnswer {
    /// What the call does is not known.
    #[error(transparent)]
    Call(#[from] BadCall),
    /// Which service is asked is not known.
    #[error("{}", with_cause(.0))]
    Config(#[from] ConfigError),
    /// The service gives no decision.
    #[error(transparent)]
    Decision(#[from] NoDecision),
    /// The operating system refuses what a connection needs.
    #[error("the hook can't wait for an answer: {0}")]
    Runtime(#[from] io::Error),
}

/// The error in one line, for the agent.
fn with_cause(error: &ConfigError) -> String {
    match error.source() {
        Some(cause) => format!("{error}: {cause}"),
        None => error.to_string(),
    }
}

/// Decides a call.
///
/// # Errors
/// If there is no decision.
pub(crate) fn judge(arguments: &Arguments, call: &Call) -> Result<Answer, NoAnswer> {
    let config = Config::read(arguments.config.as_deref())?;
    let actions = match tools::actions(
        arguments.host,
        call,
        &config.mcp_servers,
        arguments.unknown_tools,
    ) {
        Err(BadCall::Unknown { .. }) if arguments.unknown_tools == UnknownTools::Pass => {
            return Ok(Answer::Silent);
        }
        actions => actions?,
    };
    if actions.is_empty() {
        return Ok(Answer::Silent);
    }
    let place = context::place(call)?;
    let runtime = tokio::runtime::Builder::new_current_thread();
    let runtime = { runtime }.enable_all().build()?;
    let asked = async {
        Asking::begin(arguments.host, &config, call, place)
            .await?
            .all(actions)
            .await
    };
    let judged = runtime.block_on(asked)?;
    Ok(answer(arguments, &config, &judged))
}

/// What was decided about the actions of a call.
struct Judged {
    strictest: Decision,
    /// The approvals that the call waits for: each action has its own.
    approvals: Vec<String>,
}

/// A connection, and who asks where.
struct Asking {
    authority: Authority,
    caller: Caller,
    place: Place,
}

impl Asking {
    async fn begin(
        host: Host,
        config: &Config,
        call: &Call,
        place: Place,
    ) -> Result<Self, NoDecision> {
        Ok(Self {
            authority: Authority::connect(config).await?,
            caller: context::caller(host, call),
            place,
        })
    }

    /// Decides about all actions, since the call is done as a whole. No approval is used unless every
    /// action may go ahead.
    async fn all(mut self, actions: Vec<Request>) -> Result<Judged, NoDecision> {
        let actions = distinct(actions);
        let is_one = actions.len() == 1;
        let mut decided = Vec::with_capacity(actions.len());
        for action in &actions {
            decided.push(self.one(action, !is_one).await?);
        }
        if decided.iter().all(|it| !stops(it) || it.approval_ready) {
            for (action, decision) in actions.iter().zip(&mut decided) {
                if decision.approval_ready {
                    *decision = self.one(action, false).await?;
                }
            }
        }
        let is_asked = |it: &&Decision| stops(it) && !it.approval_ready && !it.approval_denied;
        let waits = decided.iter().filter(is_asked);
        let approvals = waits.filter_map(|it| it.approval_id.clone()).collect();
        Ok(Judged {
            approvals,
            strictest: strictest(decided).ok_or(NoDecision::Empty)?,
        })
    }

    async fn one(
        &mut self,
        action: &Request,
        keep_approvals: bool,
    ) -> Result<Decision, NoDecision> {
        let (caller, place) = (self.caller.clone(), self.place.clone());
        let authority = &mut self.authority;
        authority
            .decide(action.clone(), caller, place, keep_approvals)
            .await
    }
}

/// Each action once: an approval of the same action counts for one.
fn distinct(actions: Vec<Request>) -> Vec<Request> {
    let mut distinct: Vec<Request> = Vec::with_capacity(actions.len());
    for action in actions {
        if !distinct.contains(&action) {
            distinct.push(action);
        }
    }
    distinct
}

/// Whether the call must not be done because of this decision.
fn stops(decision: &Decision) -> bool {
    decision.decision() > Verdict::AllowWithAttestation
}

/// The decision that counts: the first of the strictest, and of those that need approval one that isn't
/// approved yet.
fn strictest(decided: Vec<Decision>) -> Option<Decision> {
    let strictness = |it: &Decision| (it.decision, !it.approval_ready);
    decided
        .into_iter()
        .reduce(|first, next| match strictness(&next) > strictness(&first) {
            true => next,
            false => first,
        })
}

/// What a decision means for the host.
fn answer(arguments: &Arguments, config: &Config, judged: &Judged) -> Answer {
    let decision = &judged.strictest;
    let waits = match decision.decision() {
        Verdict::RequireApproval => how_to_wait(config, &judged.approvals),
        _ => String::new(),
    };
    // The agent must learn what to wait for, however long its own command is.
    let reason = cut(&reason(decision), waits.len()) + &waits;
    match decision.decision() {
        Verdict::Allow | Verdict::AuditOnly | Verdict::Warn | Verdict::AllowWithAttestation => {
            match arguments.grant {
                true => Answer::Grant(reason),
                false => Answer::Silent,
            }
        }
        Verdict::RequireApproval if arguments.ask_self => Answer::AskThePerson(reason),
        Verdict::RequireApproval | Verdict::Block | Verdict::Unspecified => Answer::Deny(reason),
    }
}

/// The decision in words, for the agent: what it is about, why, and who can approve it.
fn reason(decision: &Decision) -> String {
    let Decision {
        target,
        rule_id,
        reason,
        decision_id,
        ..
    } = decision;
    let verdict = match decision.decision() {
        Verdict::Block => "blocked".to_owned(),
        Verdict::RequireApproval => match groups(decision) {
            groups if groups.is_empty() => "needs approval".to_owned(),
            groups => format!("needs approval by {groups}"),
        },
        _ => "allowed".to_owned(),
    };
    format!("CAVRA: `{target}` {verdict}: {reason} (rule {rule_id}, decision {decision_id})")
}

/// Such as `SRE or Platform, and Data Owners`: all of it is needed.
fn groups(decision: &Decision) -> String {
    let requirements = decision.approval_requirements.iter();
    let groups: Vec<String> = requirements.map(|it| it.any_of.join(" or ")).collect();
    match groups.is_empty() {
        true => decision.approver_groups.join(" or "),
        false => groups.join(", and "),
    }
}

/// What to run until people have answered. Empty if no approval can be asked for.
fn how_to_wait(config: &Config, approvals: &[String]) -> String {
    if approvals.is_empty() {
        return String::new();
    }
    let endpoint = config.socket().display();
    let wait = |id: &String| format!("`cavra approvals wait {id} --endpoint unix:{endpoint}`");
    let commands: Vec<String> = approvals.iter().map(wait).collect();
    format!(
        ". It is asked for as {}: run {}, and then do the same again",
        approvals.join(", "),
        commands.join(" and ")
    )
}
