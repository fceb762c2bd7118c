//! `cavra shadow report`

use std::path::PathBuf;

use clap::Args;

use super::evidence;
use crate::cli::args::{GlobalArgs, ReportFormat};
use crate::cli::error::CliError;
use crate::cli::exit::ExitStatus;
use crate::cli::output::{Output, shadow};
use crate::shadow::report::Status;

const AFTER_HELP: &str = "\
A report whose numbers contradict each other is refused. That they agree says nothing of
whether they agree with the records that the report is about. The signature of a signed report
is not looked at: `cavra shadow verify` does both.

Examples:
  cavra shadow report report.json
  cavra shadow report report.json --output html --out report.html

Exit codes:
  0  the report was shown
  1  it is no report or contradicts itself, the tool failed, or it was called wrongly
  2  with --check: a promotion criterion isn't met";

/// Which report to show.
#[derive(Debug, Args)]
#[command(after_help = AFTER_HELP)]
pub(crate) struct ReportArgs {
    /// A report that was saved as JSON, signed or not; `-` is standard input
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// Write the report to a file instead of standard output
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
    /// Exit with 2 unless every promotion criterion is met
    #[arg(long)]
    check: bool,
}

pub(crate) fn run(
    args: &ReportArgs,
    global: &GlobalArgs,
    out: &mut Output,
) -> Result<ExitStatus, CliError> {
    let report = evidence::read_unverified(&args.file)?;
    let report = evidence::sound(&args.file, report)?;
    let format = global.output.unwrap_or(ReportFormat::Table);
    shadow::write(&report, format, args.out.as_deref(), out)?;
    Ok(if args.check {
        ExitStatus::of_check(report.status == Status::Ready)
    } else {
        ExitStatus::Success
    })
}
