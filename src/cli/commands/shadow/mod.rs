//! `cavra shadow …`: what a candidate would change.

mod feed;
mod replay;
mod report;

use clap::Subcommand;

use super::super::args::GlobalArgs;
use super::super::error::CliError;
use super::super::exit::ExitStatus;
use super::super::output::Output;

/// What to do with a candidate.
#[derive(Debug, Subcommand)]
pub(crate) enum ShadowCommand {
    /// Judge recorded actions by two policies, and report what would change
    Replay(replay::ReplayArgs),
    /// Show a report that was saved as JSON, in any form
    Report(report::ReportArgs),
}

pub(crate) fn run(
    command: ShadowCommand,
    global: &GlobalArgs,
    out: &mut Output,
) -> Result<ExitStatus, CliError> {
    match command {
        ShadowCommand::Replay(args) => replay::run(&args, global, out),
        ShadowCommand::Report(args) => report::run(&args, global, out),
    }
}
