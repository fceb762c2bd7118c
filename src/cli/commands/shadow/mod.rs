//! `cavra shadow …`: what a candidate would change.

mod feed;
pub(crate) mod live;
mod replay;
mod report;
mod watch;

use clap::Subcommand;

use super::super::args::GlobalArgs;
use super::super::error::CliError;
use super::super::exit::ExitStatus;
use super::super::output::Output;

/// What to do with a candidate.
#[derive(Debug, Subcommand)]
pub(crate) enum ShadowCommand {
    /// Compare a candidate with what a service decides, from now on
    Start(live::StartArgs),
    /// End a run
    Stop(live::StopArgs),
    /// List the runs of a service, and how they stand
    Status(live::StatusArgs),
    /// Show divergences as they happen
    Watch(watch::WatchArgs),
    /// Judge recorded actions by two policies, and report what would change
    Replay(replay::ReplayArgs),
    /// Show the report of a run, or one that was saved as JSON, in any form
    Report(report::ReportArgs),
}

pub(crate) fn run(
    command: ShadowCommand,
    global: &GlobalArgs,
    out: &mut Output,
) -> Result<ExitStatus, CliError> {
    match command {
        ShadowCommand::Start(args) => live::start(&args, out),
        ShadowCommand::Stop(args) => live::stop(&args, out),
        ShadowCommand::Status(args) => live::status(&args, out),
        ShadowCommand::Watch(args) => watch::run(&args, out),
        ShadowCommand::Replay(args) => replay::run(&args, global, out),
        ShadowCommand::Report(args) => report::run(&args, global, out),
    }
}
