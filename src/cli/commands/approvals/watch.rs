//! `cavra approvals watch`

use clap::Args;

use super::list::line;
use crate::cli::error::CliError;
use crate::cli::exit::ExitStatus;
use crate::cli::output::Output;
use crate::cli::service::EndpointArgs;

const AFTER_HELP: &str = "\
Prints one line for each request that is made, answered, used or taken back from now on, until the
service ends. A reader that is too slow misses some.

Examples:
  cavra approvals watch --endpoint unix:/run/cavra/admin.sock
  cavra approvals watch --endpoint unix:/run/cavra/admin.sock --output json | jq .summary

Exit codes:
  0  the service has ended the stream
  1  the service can't be asked any more";

/// What to watch.
#[derive(Debug, Args)]
#[command(after_help = AFTER_HELP)]
pub(crate) struct WatchArgs {
    #[command(flatten)]
    service: EndpointArgs,
}

pub(crate) fn run(args: &WatchArgs, out: &mut Output) -> Result<ExitStatus, CliError> {
    let mut remote = args.service.connect()?;
    remote.watch_approvals(|approval| {
        line(&approval, out)?;
        out.finish()
    })?;
    Ok(ExitStatus::Success)
}
