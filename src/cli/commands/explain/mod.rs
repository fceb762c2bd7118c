//! `cavra explain`: from the text to the facts to the rules that spoke.

mod facts;
mod report;
mod rules;

use std::sync::Arc;

use clap::Args;

use super::super::args::{GlobalArgs, OutputFormat};
use super::super::error::CliError;
use super::super::exit::ExitStatus;
use super::super::input::InputArgs;
use super::super::output::Output;
use super::super::packs::{PackRef, Packs, PolicyArgs};
use super::super::remote::Remote;
use crate::action::Action;
use crate::action::facts::{Facts, establish};
use crate::authority::{Ask, Authority};
use crate::engine::effective_digest;
use crate::policy::decision::Decision;
use crate::policy::effective::EffectivePack;
use report::Explanation;
use serde_json::Value;

const AFTER_HELP: &str = "\
Examples:
  cavra explain --command 'cd infra && bash -c \"terraform apply\"'
  cavra explain --read .env.local
  cavra explain --push 'origin HEAD:main' --policy-pack cavra-github-enterprise
  cavra explain --output json action.json

Exit codes:
  0  explained, whatever the verdict
  1  the action can't be judged, the tool failed, or it was called wrongly";

/// Show why: from the text to the facts to the rules that spoke
#[derive(Debug, Args)]
#[command(after_help = AFTER_HELP)]
pub(crate) struct ExplainArgs {
    #[command(flatten)]
    policy: PolicyArgs,
    /// A service whose active policy decides: `http://HOST:PORT` or `unix:PATH`
    #[arg(long, value_name = "URL", conflicts_with_all = ["policy_pack", "policy"])]
    endpoint: Option<String>,
    #[command(flatten)]
    input: InputArgs,
}

pub(crate) fn run(
    args: &ExplainArgs,
    global: &GlobalArgs,
    out: &mut Output,
) -> Result<ExitStatus, CliError> {
    let packs = Packs::open(global)?;
    let explained = match &args.endpoint {
        Some(endpoint) => Explained::remote(&packs, endpoint, args.input.one()?)?,
        None => Explained::local(&packs, &args.policy.pack_ref(), &args.input)?,
    };
    let explanation = Explanation::new(&explained);
    match out.format() {
        OutputFormat::Json => out.json(&explanation)?,
        OutputFormat::Table => explanation.show(out)?,
    }
    Ok(ExitStatus::Success)
}

/// A decision, and what it rests on.
pub(crate) struct Explained {
    decision: Decision,
    facts: Facts,
    /// The pack that decided, where it is at hand: its rules can be quoted.
    pack: Option<EffectivePack>,
}

impl Explained {
    fn local(packs: &Packs, pack: &PackRef, input: &InputArgs) -> Result<Self, CliError> {
        let policy = packs.load_policy(pack)?;
        let authority = Authority::new(Arc::clone(&policy), None);
        let answer = authority.decide(Arc::new(input.one()?), Ask::default())?;
        Ok(Self {
            decision: answer.decision,
            facts: answer.facts,
            pack: Some(policy.pack().clone()),
        })
    }

    /// Facts follow from the action alone, so they are established here; that the service
    /// established the same is checked, not believed.
    fn remote(packs: &Packs, endpoint: &str, action: Action) -> Result<Self, CliError> {
        let facts = establish(&action)?;
        let (answered, facts_json) = Remote::connect(endpoint)?.explain(action)?;
        let theirs: Value = serde_json::from_str(&facts_json)?;
        if theirs != serde_json::to_value(&facts)? {
            return Err(CliError::OtherFacts);
        }
        let policy = &answered.decision.policy;
        let at_hand = packs.library().effective(&policy.id).ok();
        let same = |pack: &EffectivePack| effective_digest(pack) == policy.effective_digest;
        Ok(Self {
            pack: at_hand.filter(same),
            decision: answered.decision,
            facts,
        })
    }
}
