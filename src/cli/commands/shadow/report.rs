//! `cavra shadow report`

use std::path::PathBuf;

use clap::Args;
use uuid::Uuid;

use super::evidence::{self, ExplanationArgs};
use super::replay::ThresholdArgs;
use crate::cli::commands::shadow::error::ShadowError;
use crate::cli::error::CliError;
use crate::cli::exit::ExitStatus;
use crate::cli::global::{GlobalArgs, ReportFormat};
use crate::cli::output::{Output, shadow};
use crate::cli::remote::Remote;
use crate::cli::service::TimeoutArgs;
use crate::grpc::client::Patience;
use crate::shadow::report::Report;
use crate::shadow::runs::report::Asked;

const AFTER_HELP: &str = "\
A report whose numbers contradict each other is refused. That they agree says nothing of
whether they agree with the records that the report is about. The signature of a signed report
is not looked at: `cavra shadow verify` does both.

With `--endpoint`, the report is made by the service, on what a run has compared until now, and
its criteria ask for what this command line says. It names the journal's checkpoint that covers
it. While the run is on, the report is no evidence: its first words are STILL ON, and `--check`
gives 2 whatever the criteria say. Sign the report of a run that has ended.

Examples:
  cavra shadow report report.json
  cavra shadow report report.json --output html --out report.html
  cavra shadow report --endpoint http://127.0.0.1:50051
  cavra shadow report --endpoint http://127.0.0.1:50051 --min-samples 20 \\
      --explanation ada.dsse.json --explainer-key ada.pub --output json --out report.json

Exit codes:
  0  the report was shown
  1  the file is not a report or contradicts itself, the tool failed, or it was called wrongly
  2  with --check: a promotion criterion isn't met, or the run is still on";

/// Which report to show.
#[derive(Debug, Args)]
#[command(after_help = AFTER_HELP)]
pub(crate) struct ReportArgs {
    /// A report that was saved as JSON, signed or not, `-` for standard input; with `--endpoint`
    /// a run [default: the newest]
    #[arg(value_name = "FILE|RUN", required_unless_present = "endpoint")]
    which: Option<PathBuf>,
    /// The service whose run is reported: `http://HOST:PORT`, or `unix:PATH`
    #[arg(long, value_name = "URL")]
    endpoint: Option<String>,
    #[command(flatten)]
    timeout: TimeoutArgs,
    /// Write the report to a file instead of standard output
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
    /// Exit with 2 unless every promotion criterion is met and the run, if it is one, has ended
    #[arg(long)]
    check: bool,
    #[command(flatten)]
    thresholds: ThresholdArgs,
    #[command(flatten)]
    explanations: ExplanationArgs,
}

pub(crate) fn run(
    args: &ReportArgs,
    global: &GlobalArgs,
    out: &mut Output,
) -> Result<ExitStatus, CliError> {
    let report = read(args)?;
    let format = global.output.unwrap_or(ReportFormat::Table);
    shadow::write(&report, format, args.out.as_deref(), out)?;
    args.explanations.complain(&report)?;
    Ok(if args.check {
        ExitStatus::of_check(report.is_ready())
    } else {
        ExitStatus::Success
    })
}

fn read(args: &ReportArgs) -> Result<Report, CliError> {
    let name = args.which.clone();
    let (path, report) = match (&args.endpoint, name) {
        (Some(endpoint), name) => fetch(endpoint, args.timeout.patience(), name, asked(args)?)?,
        (None, Some(_)) if asked(args)? != Asked::default() => {
            return Err(ShadowError::SavedCriteria.into());
        }
        (None, Some(path)) => {
            let name = path.to_string_lossy();
            if !path.exists() && run_id(&name).is_ok() {
                return Err(ShadowError::RunWithoutService(name.into_owned()).into());
            }
            let report = evidence::read_unverified(&path)?;
            (path, report)
        }
        (None, None) => return Err(ShadowError::WhichRun.into()),
    };
    evidence::sound(&path, report)
}

fn asked(args: &ReportArgs) -> Result<Asked, CliError> {
    Ok(Asked {
        thresholds: args.thresholds.given(),
        explained: args.explanations.explained()?,
    })
}

fn run_id(text: &str) -> Result<Uuid, ShadowError> {
    text.parse()
        .map_err(|_| ShadowError::NotARun(text.to_owned()))
}

/// The report of a service's run, and the run.
fn fetch(
    endpoint: &str,
    patience: Patience,
    run: Option<PathBuf>,
    asked: Asked,
) -> Result<(PathBuf, Report), CliError> {
    let run = run.map(|run| run_id(&run.to_string_lossy())).transpose()?;
    let mut remote = Remote::connect(endpoint, patience)?;
    let run_id = remote.run_or_newest(run)?;
    let bytes = remote.shadow_report(run_id, asked)?;
    let path = PathBuf::from(run_id.to_string());
    let report = evidence::parse(&path, &bytes)?;
    Ok((path, report))
}
