//! `cavra shadow watch`

use std::io::Write as _;

use clap::Args;
use serde::Serialize;
use uuid::Uuid;

use crate::cli::error::CliError;
use crate::cli::exit::ExitStatus;
use crate::cli::global::OutputFormat;
use crate::cli::output::{Output, printable};
use crate::cli::service::EndpointArgs;
use crate::decision::Verdict;
use crate::grpc::shadow::Watched;
use crate::shadow::EndReason;
use crate::shadow::live::Divergence;

const AFTER_HELP: &str = "\
Prints one line for each divergence from now on, until the run ends. A reader that is too slow
loses some, and a line gives their number; no decision waits for a reader.

Examples:
  cavra shadow watch --endpoint http://127.0.0.1:50051
  cavra shadow watch --endpoint http://127.0.0.1:50051 --output json | jq .divergence.example

Exit codes:
  0  the run has ended
  1  the service can't be asked any more, or the command was called wrongly";

/// What to watch.
#[derive(Debug, Args)]
#[command(after_help = AFTER_HELP)]
pub(crate) struct WatchArgs {
    /// The run [default: the newest]
    #[arg(value_name = "RUN")]
    run: Option<Uuid>,
    #[command(flatten)]
    service: EndpointArgs,
}

/// One line for a program.
#[derive(Serialize)]
#[serde(rename_all = "snake_case")]
enum Line<'a> {
    Divergence(&'a Divergence),
    Missed(u64),
    Ended(EndReason),
}

pub(crate) fn run(args: &WatchArgs, out: &mut Output) -> Result<ExitStatus, CliError> {
    let mut remote = args.service.connect_to_any_owner()?;
    let run_id = remote.run_or_newest(args.run)?;
    remote.watch(run_id, |watched| {
        match out.format() {
            OutputFormat::Json => {
                let line = match &watched {
                    Watched::Divergence(divergence) => Line::Divergence(divergence),
                    Watched::Missed(missed) => Line::Missed(*missed),
                    Watched::Ended(reason) => Line::Ended(*reason),
                };
                serde_json::to_writer(&mut *out, &line)?;
                writeln!(out)?;
            }
            OutputFormat::Table => show(&watched, out)?,
        }
        out.finish()
    })?;
    Ok(ExitStatus::Success)
}

fn show(watched: &Watched, out: &mut Output) -> Result<(), CliError> {
    match watched {
        Watched::Divergence(divergence) => {
            let (group, example) = (&divergence.group, &divergence.example);
            let change = group.change.as_str();
            let active = group.active_decision.as_str();
            let candidate = group.candidate_decision.map_or("-", Verdict::as_str);
            let (position, text) = (example.position.number, printable(&example.text));
            writeln!(
                out,
                "{change:<15} {position:>8}  {active} → {candidate}  {text}"
            )?;
        }
        Watched::Missed(missed) => writeln!(out, "{missed} divergences were not read in time")?,
        Watched::Ended(reason) => writeln!(out, "the run has ended: {}", reason.words())?,
    }
    Ok(())
}
