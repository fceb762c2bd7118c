//! `cavra shadow …`: what a candidate would change.

pub(crate) mod error;
pub(crate) mod evidence;
mod explain;
mod journal;
pub(crate) mod live;
mod progress;
mod replay;
mod report;
mod sign;
mod verify;
mod watch;

use clap::Subcommand;

use super::super::error::CliError;
use super::super::exit::ExitStatus;
use super::super::global::GlobalArgs;
use super::super::output::Output;

/// What to do with a candidate.
#[derive(Debug, Subcommand)]
pub(crate) enum ShadowCommand {
    /// Compare a candidate with what a service decides, from now on
    Start(live::StartArgs),
    /// End a run
    Stop(live::StopArgs),
    /// List the runs of a service, with their progress
    Status(live::StatusArgs),
    /// Show divergences as they happen
    Watch(watch::WatchArgs),
    /// Judge recorded actions by two policies, and report what would change
    Replay(Box<replay::ReplayArgs>),
    /// Show the report of a run, or one that was saved as JSON, in any form
    Report(Box<report::ReportArgs>),
    /// Sign a report
    Sign(sign::SignArgs),
    /// Sign an explanation for a group of divergences
    Explain(explain::ExplainArgs),
    /// Recompute a signed report from the journal, and compare the two
    Verify(Box<verify::VerifyArgs>),
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
        ShadowCommand::Sign(args) => sign::run(&args),
        ShadowCommand::Explain(args) => explain::run(&args),
        ShadowCommand::Verify(args) => verify::run(&args, global, out),
    }
}
