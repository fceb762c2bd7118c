//! `cavra policy dry-run`

use std::io::Write as _;

use clap::Args;

use super::named::NamedPack;
use super::workbench::Workbench;
use crate::cli::error::CliError;
use crate::cli::exit::ExitStatus;
use crate::cli::global::{GlobalArgs, OutputFormat};
use crate::cli::output::table::{self, Cell};
use crate::cli::output::{Output, cases, style};
use crate::cli::packs::Packs;
use crate::readiness::dry_run::{CaseResult, DryRunReport, dry_run};

const AFTER_HELP: &str = "\
Decides every case of a pack in this process (the six required ones first). `cavra simulate`
does the same through the service, beside a candidate.

Examples:
  cavra policy dry-run cavra-ai-agent-baseline
  cavra policy dry-run --policy ./my-pack --output json > policy-dry-run-report.json

Exit codes:
  0  every case passed
  1  the tool failed, or was called wrongly
  2  a case failed";

/// What to try.
#[derive(Debug, Args)]
#[command(after_help = AFTER_HELP)]
pub(crate) struct DryRunArgs {
    #[command(flatten)]
    pack: NamedPack,
}

pub(crate) fn run(
    args: &DryRunArgs,
    global: &GlobalArgs,
    out: &mut Output,
) -> Result<ExitStatus, CliError> {
    let workbench = Workbench::open(Packs::to_author(global)?, &args.pack.pack_ref())?;
    let report = workbench.with(|it| dry_run(it.pack, it.identity, it.decide));
    match out.format() {
        OutputFormat::Json => out.json(&report)?,
        OutputFormat::Table => show(&report, out)?,
    }
    Ok(ExitStatus::of_check(report.passed))
}

fn show(report: &DryRunReport, out: &mut Output) -> Result<(), CliError> {
    let header = ["", "case", "action", "decision", "rule"];
    let rows = report.results.iter().map(row).collect();
    let text = table::lines(out, &header, rows, &cases::NARROW);
    out.write_all(text.as_bytes())?;
    cases::show_summary(report, out)
}

fn row(result: &CaseResult) -> Vec<Cell> {
    let decision = result.decision.as_ref();
    vec![
        cases::mark(result),
        table::cell(style::HEADING, &result.case_id),
        table::plain(cases::action(result)),
        cases::verdict(decision.map(|decision| decision.decision)),
        table::plain(decision.map_or("-", |decision| &decision.rule_id)),
    ]
}
