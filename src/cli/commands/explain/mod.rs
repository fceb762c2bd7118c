//! `cavra explain`: the decision, the facts that it follows from, and the rules that matched.

mod report;
mod rules;

use std::borrow::Cow;
use std::collections::HashSet;
use std::sync::Arc;

use clap::Args;

use super::super::error::CliError;
use super::super::exit::ExitStatus;
use super::super::global::{GlobalArgs, OutputFormat};
use super::super::input::InputArgs;
use super::super::output::Output;
use super::super::packs::{ExpectArgs, PackRef, Packs, PolicyArgs};
use super::super::remote::Remote;
use super::super::roots::NamedRootArgs;
use super::super::service::TimeoutArgs;
use crate::action::facts::Facts;
use crate::action::path::root_path;
use crate::action::{Action, Request, establish};
use crate::authority::in_force::required_cases;
use crate::authority::{Ask, Authority};
use crate::canonical::cut;
use crate::decision::{Change, Decision, PolicyIdentity};
use crate::engine::{Policy, effective_digest};
use crate::policy::effective::EffectivePack;
use report::Explanation;
use serde_json::{Map, Value};

/// Bytes of JSON of the action's target, and of a plan or definition that is shown.
const MAX_SHOWN_TARGET_BYTES: usize = 16 * 1024;
/// Bytes of JSON of any other field of the action.
const MAX_SHOWN_FIELD_BYTES: usize = 4 * 1024;

const AFTER_HELP: &str = "\
Examples:
  cavra explain --command 'cd infra && bash -c \"terraform apply\"'
  cavra explain --read .env.local
  cavra explain --push 'origin HEAD:main' --policy-pack cavra-github-enterprise
  cavra explain --output json action.json

Exit codes:
  0  explained, whatever the verdict
  1  the action can't be judged, the tool failed, or it was called wrongly";

/// Show why: the decision, the facts that it follows from, and the rules that matched
#[derive(Debug, Args)]
#[command(after_help = AFTER_HELP)]
pub(crate) struct ExplainArgs {
    #[command(flatten)]
    policy: PolicyArgs,
    #[command(flatten)]
    expect: ExpectArgs,
    /// A service whose active policy decides: `http://HOST:PORT` or `unix:PATH`
    #[arg(long, value_name = "URL", conflicts_with_all = ["policy_pack", "policy"])]
    endpoint: Option<String>,
    #[command(flatten)]
    timeout: TimeoutArgs,
    /// A pack to compare with, by its id or path; its decision is explained too, never enforced
    #[arg(long, value_name = "ID|PATH", conflicts_with = "endpoint")]
    candidate: Option<String>,
    /// With --endpoint: explain what the service's candidate would decide too
    #[arg(long, requires = "endpoint")]
    compare: bool,
    #[command(flatten)]
    roots: NamedRootArgs,
    #[command(flatten)]
    input: InputArgs,
}

pub(crate) fn run(
    args: &ExplainArgs,
    global: &GlobalArgs,
    out: &mut Output,
) -> Result<ExitStatus, CliError> {
    let packs = Packs::to_judge(global)?;
    let explained = match &args.endpoint {
        Some(endpoint) => Explained::remote(&packs, endpoint, args)?,
        None => Explained::local(&packs, args)?,
    };
    let explanation = Explanation::new(&explained);
    match out.format() {
        OutputFormat::Json => out.json(&explanation)?,
        OutputFormat::Table => explanation.show(out)?,
    }
    Ok(ExitStatus::Success)
}

/// What was decided, and on what.
pub(crate) struct Explained {
    facts: Facts,
    facts_left_out: usize,
    active: Decided,
    candidate: Option<(Change, Decided)>,
}

/// A decision, and the pack that made it if it is available here: then its rules can be quoted.
pub(crate) struct Decided {
    decision: Decision,
    pack: Option<EffectivePack>,
}

impl Explained {
    fn local(packs: &Packs, args: &ExplainArgs) -> Result<Self, CliError> {
        let active = packs.load_policy(&args.policy.pack_ref())?;
        args.expect.check(active.identity())?;
        if let Err(failed) = required_cases(&active) {
            tracing::warn!("{failed}\n`decide` and `serve` don't decide by it");
        }
        let candidate = args.candidate.clone().map(PackRef::Either);
        let candidate = packs.load_optional(candidate.as_ref())?;
        let authority = Authority::new(Arc::clone(&active), candidate.clone())
            .with_roots(args.roots.patterns());
        let answer = authority.decide(Arc::new(args.input.one()?), args.ask())?;
        let decided = |decision, policy: Option<&Arc<Policy>>| Decided {
            decision: shown(decision),
            pack: policy.map(|policy| policy.pack().clone()),
        };
        let compared = answer.candidate.map(|compared| {
            let judged = decided(compared.decision, candidate.as_ref());
            (compared.change, judged)
        });
        let judged = active.with_arguments(&answer.decision.action, &answer.facts);
        let (facts, facts_left_out) = judged.excerpt();
        Ok(Self {
            facts: facts.into_owned(),
            facts_left_out,
            active: decided(answer.decision, Some(&active)),
            candidate: compared,
        })
    }

    /// Facts follow from the action, and from whether the service's operator names its root,
    /// so they are established here; that the service established the same is checked, not
    /// believed.
    fn remote(packs: &Packs, endpoint: &str, args: &ExplainArgs) -> Result<Self, CliError> {
        let action = args.input.one()?;
        let explained = Remote::connect(endpoint, args.timeout.patience())?
            .explain(action.clone(), args.ask())?;
        let answered = explained.answered;
        args.expect.check(&answered.decision.policy)?;
        let theirs: Value = serde_json::from_str(&explained.facts_json)?;
        let facts = [establish(&action)?, establish(&named_as(&action, &theirs))?]
            .into_iter()
            .find(|ours| {
                let (shown, left_out) = ours.excerpt();
                left_out == explained.facts_left_out
                    && serde_json::to_value(shown).is_ok_and(|ours| ours == theirs)
            })
            .ok_or(CliError::OtherFacts)?;
        let decided = |decision: Decision| Decided {
            pack: shelved(packs, &decision.policy),
            decision: shown(decision),
        };
        let candidate = answered.candidate;
        Ok(Self {
            facts: facts.excerpt().0.into_owned(),
            facts_left_out: explained.facts_left_out,
            active: decided(answered.decision),
            candidate: candidate.map(|compared| (compared.change, decided(compared.decision))),
        })
    }
}

impl ExplainArgs {
    fn ask(&self) -> Ask {
        Ask::comparing(self.candidate.is_some() || self.compare)
    }
}

/// The action with the roots named that the facts of a service do not call its caller's.
fn named_as(action: &Action, facts: &Value) -> Action {
    let members = facts.as_object().into_iter().flat_map(Map::values);
    let accesses = members.filter_map(Value::as_array).flatten();
    let claimed: HashSet<&str> = accesses
        .filter_map(|access| access.pointer("/root/path")?.as_str())
        .collect();
    let is_named = |root: &str| root_path(root).is_some_and(|root| !claimed.contains(&*root));
    let mut named = action.clone();
    let place = &mut named.place;
    place.root_named = place.workspace_root.as_deref().is_some_and(is_named);
    for root in &mut place.workspace_roots {
        root.named = is_named(&root.path);
    }
    named
}

/// The decision with the texts of its action cut, and without a plan or definition that is
/// large: an explanation shows the action three times.
fn shown(mut decision: Decision) -> Decision {
    let cut_to = |text: &mut String, limit| {
        if let Cow::Owned(short) = cut(text, limit) {
            *text = short;
        }
    };
    let action = Arc::make_mut(&mut decision.action);
    let target = action.target().to_owned();
    action.edit_texts(&|text| {
        let limit = match *text == target {
            true => MAX_SHOWN_TARGET_BYTES,
            false => MAX_SHOWN_FIELD_BYTES,
        };
        cut_to(text, limit);
    });
    let documents = match &mut action.request {
        Request::McpToolCall(call) => [call.definition.as_mut(), call.arguments.as_mut()],
        _ => [None, None],
    };
    let documents = documents.into_iter().flatten();
    for json in documents.chain(&mut action.terraform_plan) {
        if json.len() > MAX_SHOWN_TARGET_BYTES {
            *json = Value::from(format!("… [{} bytes left out]", json.len()))
                .to_string()
                .into();
        }
    }
    decision
}

/// The library's pack, if it is the very one that decided.
fn shelved(packs: &Packs, policy: &PolicyIdentity) -> Option<EffectivePack> {
    let pack = packs.library().effective(&policy.id).ok()?;
    (effective_digest(&pack) == policy.effective_digest).then_some(pack)
}
