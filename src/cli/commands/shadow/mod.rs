//! `cavra shadow …`: what a candidate would change.

mod evidence;
mod explain;
mod feed;
mod journal;
mod replay;
mod report;
mod sign;
mod verify;

use clap::Subcommand;

use super::super::args::GlobalArgs;
use super::super::error::CliError;
use super::super::exit::ExitStatus;
use super::super::output::Output;

/// What to do with a candidate.
#[derive(Debug, Subcommand)]
pub(crate) enum ShadowCommand {
    /// Judge recorded actions by two policies, and report what would change
    Replay(Box<replay::ReplayArgs>),
    /// Show a report that was saved as JSON, in any form
    Report(report::ReportArgs),
    /// Sign a report
    Sign(sign::SignArgs),
    /// Answer for a group of divergences, by name and signature
    Explain(explain::ExplainArgs),
    /// Make a signed report again from the journal, and hold the two against each other
    Verify(Box<verify::VerifyArgs>),
}

pub(crate) fn run(
    command: ShadowCommand,
    global: &GlobalArgs,
    out: &mut Output,
) -> Result<ExitStatus, CliError> {
    match command {
        ShadowCommand::Replay(args) => replay::run(&args, global, out),
        ShadowCommand::Report(args) => report::run(&args, global, out),
        ShadowCommand::Sign(args) => sign::run(&args),
        ShadowCommand::Explain(args) => explain::run(&args),
        ShadowCommand::Verify(args) => verify::run(&args, global, out),
    }
}
