//! `cavra policy lint`

use std::io::Write as _;

use clap::Args;
use serde::Serialize;

use crate::cli::args::{GlobalArgs, OutputFormat};
use crate::cli::error::CliError;
use crate::cli::exit::ExitStatus;
use crate::cli::output::{Output, printable, style};
use crate::cli::packs::{PackRef, Packs};
use crate::engine::Policy;
use crate::engine::error::CompileError;
use crate::policy::issue::{Issue, Location};
use crate::policy::lint::{LintReport, lint};
use crate::policy::source::PackSource;

const AFTER_HELP: &str = "\
Examples:
  cavra policy lint cavra-ai-agent-baseline
  cavra policy lint --policy ./my-pack/policy.yaml --output json
  cavra policy lint --all

Exit codes:
  0  no blocker (warnings don't count)
  1  the tool failed, or was called wrongly
  2  at least one blocker";

/// What to check.
#[derive(Debug, Args)]
#[command(after_help = AFTER_HELP)]
#[group(required = true, multiple = false)]
pub(crate) struct LintArgs {
    /// The pack, by its id or path
    #[arg(value_name = "ID|PATH")]
    pack: Option<String>,
    /// A pack that lies anywhere: its folder or its policy.yaml
    #[arg(long, value_name = "FILE")]
    policy: Option<std::path::PathBuf>,
    /// Every pack of the library
    #[arg(long)]
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
    let packs = Packs::open(global)?;
    let linted: Vec<Linted> = args
        .packs(&packs)
        .iter()
        .map(|pack| Ok(check(&packs, packs.source(pack)?)))
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
        match (&self.pack, &self.policy) {
            (Some(name), _) => vec![PackRef::Either(name.clone())],
            (None, Some(path)) => vec![PackRef::Path(path.clone())],
            (None, None) => packs
                .library()
                .ids()
                .map(|id| PackRef::Id(id.to_owned()))
                .collect(),
        }
    }
}

/// Lints a pack; one without blockers is compiled too, since patterns and Rego can be wrong
/// in ways that only the engine knows.
fn check(packs: &Packs, source: PackSource) -> Linted {
    let origin = source.origin.clone();
    let report = lint(&source, &mut |id| packs.library().source(id));
    if !report.valid {
        return Linted { origin, report };
    }
    let problems = match packs.library().effective_of(source) {
        Ok(pack) => Policy::compile(pack)
            .err()
            .map(|error| compile_issues(&error)),
        Err(error) => Some(vec![issue(
            "invalid-pack",
            &error.to_string(),
            "policy.yaml",
            0,
        )]),
    };
    Linted {
        origin,
        report: report.with(problems.unwrap_or_default()),
    }
}

fn compile_issues(error: &CompileError) -> Vec<Issue> {
    let problems = error.problems.iter();
    problems
        .map(|problem| {
            let line = problem
                .line
                .and_then(|line| usize::try_from(line).ok())
                .unwrap_or(0);
            let file = problem.file.as_deref().unwrap_or("rules");
            issue("does-not-compile", &problem.message, file, line)
        })
        .collect()
}

fn issue(code: &'static str, message: &str, file: &str, line: usize) -> Issue {
    Issue::blocker(code, message, Location::new(file, line, 0))
}

fn show(out: &mut Output, linted: &Linted) -> Result<(), CliError> {
    let report = &linted.report;
    let id = printable(&report.summary.policy_id);
    let verdict = if report.valid { "ok" } else { "blocked" };
    writeln!(
        out,
        "{}  {}  {} blockers, {} warnings",
        style::paint(style::HEADING, id),
        style::paint(style::passed(report.valid), verdict),
        report.blocker_count,
        report.warning_count,
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
