//! `cavra approvals cancel`

use std::io::Write as _;

use clap::Args;
use uuid::Uuid;

use super::service::ServiceArgs;
use crate::cli::error::CliError;
use crate::cli::exit::ExitStatus;
use crate::cli::global::OutputFormat;
use crate::cli::output::Output;

const AFTER_HELP: &str = "\
Only the user who asked can take a request back. Others deny it.

Examples:
  cavra approvals cancel 0192f0c1-7d0e-7cc3-98b5-3f1a5c3d6e7f --endpoint unix:/run/cavra/agents.sock

Exit codes:
  0  taken back
  1  somebody else asked, the request is over, or the service can't be asked";

/// Which request to take back.
#[derive(Debug, Args)]
#[command(after_help = AFTER_HELP)]
pub(crate) struct CancelArgs {
    /// The request: the `approval_id` of a decision
    #[arg(value_name = "ID")]
    id: Uuid,
    #[command(flatten)]
    service: ServiceArgs,
}

pub(crate) fn run(args: &CancelArgs, out: &mut Output) -> Result<ExitStatus, CliError> {
    let mut remote = args.service.connect()?;
    let approval = remote.call(async |client| client.cancel_approval(args.id).await)?;
    match out.format() {
        OutputFormat::Json => out.json(&approval)?,
        OutputFormat::Table => writeln!(out, "taken back: {}", args.id)?,
    }
    Ok(ExitStatus::Success)
}
