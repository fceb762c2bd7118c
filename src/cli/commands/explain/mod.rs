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
use super::super::packs::{Packs, PolicyArgs};
use crate::authority::{Ask, Authority};

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
    #[command(flatten)]
    input: InputArgs,
}

pub(crate) fn run(
    args: &ExplainArgs,
    global: &GlobalArgs,
    out: &mut Output,
) -> Result<ExitStatus, CliError> {
    let packs = Packs::open(global)?;
    let policy = packs.load_policy(&args.policy.pack_ref())?;
    let action = args.input.one()?;
    let authority = Authority::new(Arc::clone(&policy), None);
    let answer = authority.decide(Arc::new(action), Ask::default())?;
    let explanation = report::Explanation::new(&answer.decision, &answer.facts, policy.pack());
    match out.format() {
        OutputFormat::Json => out.json(&explanation)?,
        OutputFormat::Table => explanation.show(out)?,
    }
    Ok(ExitStatus::Success)
}
