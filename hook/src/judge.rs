//! From a call to an answer: the actions that the call is are decided, and the strictest decision counts.

use std::io;

use crate::answer::{Answer, cut};
use crate::arguments::{Arguments, UnknownTools};
use crate::authority::{Authority, NoDecision};
use crate::call::{BadCall, Call};
use crate::config::{Config, ConfigError};
use crate::context;
use crate::hosts::Host;
use crate::tools;
use crate::wire::action::Request;
use crate::wire::{Decision, Verdict};

/// Why there is no answer. The tool must not run then.
#[derive(Debug, thiserror::Error)]
pub(crate) enum NoAnswer {
    /// What the call does is not known.
    #[error(transparent)]
    Call(#[from] BadCall),
    /// Which service is asked is not known.
    #[error(transparent)]
    Config(#[from] ConfigError),
    /// The service gives no decision.
    #[error(transparent)]
    Decision(#[from] NoDecision),
    /// The operating system refuses what a connection needs.
    #[error("the hook can't wait for an answer: {0}")]
    Runtime(#[from] io::Error),
}

/// Decides a call.
///
/// # Errors
/// If there is no decision.
pub(crate) fn judge(arguments: &Arguments, call: &Call) -> Result<Answer, NoAnswer> {
    let config = Config::read(arguments.config.as_deref())?;
    let actions = match tools::actions(arguments.host, call, &config.mcp_servers) {
        Err(BadCall::Unknown { .. }) if arguments.unknown_tools == UnknownTools::Pass => {
            return Ok(Answer::Silent);
        }
        actions => actions?,
    };
    if actions.is_empty() {
        return Ok(Answer::Silent);
    }
    let runtime = tokio::runtime::Builder::new_current_thread();
    let runtime = { runtime }.enable_all().build()?;
    let judged = runtime.block_on(judged(arguments.host, &config, call, actions))?;
    Ok(answer(arguments, &config, &judged))
}

/// What was decided about the actions of a call.
struct Judged {
    strictest: Decision,
    /// The approvals that the call waits for: each action has its own.
    approvals: Vec<String>,
}

/// Decides about all actions, since the call is done as a whole.
async fn judged(
    host: Host,
    config: &Config,
    call: &Call,
    actions: Vec<Request>,
) -> Result<Judged, NoDecision> {
    let mut authority = Authority::connect(config).await?;
    let (caller, place) = (context::caller(host, call), context::place(call));
    let mut strictest: Option<Decision> = None;
    let mut approvals = Vec::new();
    for action in actions {
        let decision = authority
            .decide(action, caller.clone(), place.clone())
            .await?;
        if decision.decision() == Verdict::RequireApproval {
            approvals.extend(decision.approval_id.clone());
        }
        let is_stricter = |other: &Decision| decision.decision > other.decision;
        if strictest.as_ref().is_none_or(is_stricter) {
            strictest = Some(decision);
        }
    }
    Ok(Judged {
        strictest: strictest.ok_or(NoDecision::Empty)?,
        approvals,
    })
}

/// What a decision means for the host.
fn answer(arguments: &Arguments, config: &Config, judged: &Judged) -> Answer {
    let decision = &judged.strictest;
    let mut text = reason(decision);
    if decision.decision() == Verdict::RequireApproval {
        text.push_str(&how_to_wait(config, &judged.approvals));
    }
    let reason = cut(&text);
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
    let endpoint = config.endpoint.path().display();
    let wait = |id: &String| format!("`cavra approvals wait {id} --endpoint unix:{endpoint}`");
    let commands: Vec<String> = approvals.iter().map(wait).collect();
    format!(
        ". It is asked for as {}: run {}, and then do the same again",
        approvals.join(", "),
        commands.join(" and ")
    )
}
