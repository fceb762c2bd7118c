//! `cavra approvals …`: what waits for people, and their answers.

mod answer;
mod asked;
mod cancel;
pub(crate) mod error;
mod list;
mod show;
mod stats;
mod wait;
mod watch;

use clap::Subcommand;

use crate::cli::error::CliError;
use crate::cli::exit::ExitStatus;
use crate::cli::output::Output;

/// What to do with requests for approvals.
#[derive(Debug, Subcommand)]
pub(crate) enum ApprovalsCommand {
    /// List requests, the newest first
    List(list::ListArgs),
    /// Show a request: what is asked for, by whom, and who must approve
    Show(show::ShowArgs),
    /// Approve a request: see what it is about, sign, and give the answer to the service
    Approve(answer::ApproveArgs),
    /// Deny a request: it isn't asked for again until the denial ends
    Deny(answer::DenyArgs),
    /// Take a request back that you made
    Cancel(cancel::CancelArgs),
    /// Print each request as it is made, answered or used
    Watch(watch::WatchArgs),
    /// Wait until a request is answered
    Wait(wait::WaitArgs),
    /// Say how long answers took, how many were approvals, and what is always approved
    Stats(stats::StatsArgs),
}

pub(crate) fn run(command: ApprovalsCommand, out: &mut Output) -> Result<ExitStatus, CliError> {
    match command {
        ApprovalsCommand::List(args) => list::run(&args, out),
        ApprovalsCommand::Show(args) => show::run(&args, out),
        ApprovalsCommand::Approve(args) => answer::approve(&args, out),
        ApprovalsCommand::Deny(args) => answer::deny(&args, out),
        ApprovalsCommand::Cancel(args) => cancel::run(&args, out),
        ApprovalsCommand::Watch(args) => watch::run(&args, out),
        ApprovalsCommand::Wait(args) => wait::run(&args, out),
        ApprovalsCommand::Stats(args) => stats::run(&args, out),
    }
}
