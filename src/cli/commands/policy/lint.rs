//! `cavra policy lint`

use std::io::Write as _;

use clap::Args;
use serde::Serialize;

use super::named::NamedPack;
use crate::cli::error::CliError;
use crate::cli::exit::ExitStatus;
use crate::cli::global::{GlobalArgs, OutputFormat};
use crate::cli::output::{Output, counted, printable, style};
use crate::cli::packs::{PackRef, Packs};
use crate::policy::lint::LintReport;

const AFTER_HELP: &str = "\
Examples:
  cavra policy lint cavra-ai-agent-baseline
  cavra policy lint --policy ./my-pack/policy.yaml --output json
  cavra policy lint --all

A pack in force must decide the required cases too: `cavra policy dry-run` tries them.

Exit codes:
  0  no blocker (warnings don't count)
  1  the tool failed, or was called wrongly
  2  at least one blocker";

/// What to check.
#[derive(Debug, Args)]
#[command(after_help = AFTER_HELP)]
pub(crate) struct LintArgs {
    #[command(flatten)]
    pack: NamedPack,
    /// Every pack of the library
    #[arg(long, group = "named")]
    all: bool,
}

/// A report, and where the pack came from.
#[derive(Serialize)]
struct Linted {
    origin: String,
    #[serde(flatten)]
    report: LintReport,
}

pub(crate) fn run(
    args: &LintArgs,
    global: &GlobalArgs,
    out: &mut Output,
) -> Result<ExitStatus, CliError> {
    let packs = Packs::to_author(global)?;
    let linted: Vec<Linted> = args
        .packs(&packs)
        .iter()
        .map(|pack| {
            Ok(Linted {
                report: packs.lint(pack)?,
                origin: packs.source(pack)?.origin,
            })
        })
        .collect::<Result<_, CliError>>()?;
    match (out.format(), linted.as_slice()) {
        (OutputFormat::Json, [one]) if !args.all => out.json(one)?,
        (OutputFormat::Json, many) => out.json(many)?,
        (OutputFormat::Table, many) => many.iter().try_for_each(|linted| show(out, linted))?,
    }
    let valid = linted.iter().all(|linted| linted.report.valid);
    Ok(ExitStatus::of_check(valid))
}

impl LintArgs {
    fn packs(&self, packs: &Packs) -> Vec<PackRef> {
        match self.pack.get() {
            Some(pack) => vec![pack],
            None => packs
                .library()
                .ids()
                .map(|id| PackRef::Id(id.to_owned()))
                .collect(),
        }
    }
}

fn show(out: &mut Output, linted: &Linted) -> Result<(), CliError> {
    let report = &linted.report;
    // A file that can't be read says no id.
    let id = match report.summary.policy_id.as_str() {
        "" => printable(&linted.origin),
        id => printable(id),
    };
    let verdict = if report.valid { "ok" } else { "blocked" };
    writeln!(
        out,
        "{}  {}  {}, {}",
        style::paint(style::HEADING, id),
        style::paint(style::passed(report.valid), verdict),
        counted(report.blocker_count, "blocker"),
        counted(report.warning_count, "warning"),
    )?;
    for issue in &report.issues {
        let word = if issue.is_blocker() {
            "blocker"
        } else {
            "warning"
        };
        writeln!(
            out,
            "  {}  {}: {} {}",
            style::paint(style::issue(issue.severity), word),
            printable(&issue.location.to_string()),
            printable(&issue.message),
            style::paint(style::QUIET, format_args!("[{}]", issue.code)),
        )?;
    }
    Ok(())
}
