//! `cavra approvals wait`

use std::io::Write as _;
use std::time::{Duration, Instant};

use clap::Args;
use jiff::SignedDuration;
use serde::Serialize;
use uuid::Uuid;

use crate::cli::error::CliError;
use crate::cli::exit::ExitStatus;
use crate::cli::global::OutputFormat;
use crate::cli::output::Output;
use crate::cli::service::EndpointArgs;
use crate::grpc::approval::ShownState;

/// How long one call waits: less than a service lets a call wait.
const ONE_CALL: Duration = Duration::from_secs(45);

const AFTER_HELP: &str = "\
Once the request is approved, ask for the same action in the same session again: it may be done
once.

Examples:
  cavra approvals wait 0192f0c1-7d0e-7cc3-98b5-3f1a5c3d6e7f --endpoint unix:/run/cavra/agents.sock

Exit codes:
  0  approved: the action may be done once
  1  there is no such request, or the service can't be asked
  3  the request still waits for an answer
  4  denied, used, taken back, or over";

/// What to wait for.
#[derive(Debug, Args)]
#[command(after_help = AFTER_HELP)]
pub(crate) struct WaitArgs {
    /// The request: the `approval_id` of a decision
    #[arg(value_name = "ID")]
    id: Uuid,
    /// How long to wait for an answer to the request; `--timeout` is for one call of the service
    #[arg(long = "for", value_name = "TIME", default_value = "10m")]
    time: SignedDuration,
    #[command(flatten)]
    service: EndpointArgs,
}

/// The answer for a program.
#[derive(Serialize)]
struct Waited {
    approval_id: Uuid,
    state: ShownState,
}

pub(crate) fn run(args: &WaitArgs, out: &mut Output) -> Result<ExitStatus, CliError> {
    let start = Instant::now();
    let time = Duration::try_from(args.time).unwrap_or_default();
    let mut remote = args.service.connect()?;
    let state = loop {
        let left = time.saturating_sub(start.elapsed());
        let wait = left.min(ONE_CALL);
        let state = remote.call(async |client| client.wait(args.id, wait).await)?;
        if state != ShownState::Pending || left.is_zero() {
            break state;
        }
    };
    match out.format() {
        OutputFormat::Json => out.json(&Waited {
            approval_id: args.id,
            state,
        })?,
        OutputFormat::Table => writeln!(out, "{}", state.as_str())?,
    }
    Ok(match state {
        ShownState::Approved => ExitStatus::Success,
        ShownState::Pending => ExitStatus::ApprovalRequired,
        ShownState::Denied | ShownState::Used | ShownState::Cancelled | ShownState::Ended => {
            ExitStatus::Blocked
        }
    })
}
