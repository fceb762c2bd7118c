//! `cavra lifecycle …`: requests for a change of the policy in force, and the answers to them.

mod acknowledge;
mod answer;
pub(crate) mod error;
mod packs;
mod reading;
mod request;
mod show;

use clap::Subcommand;

use crate::cli::error::CliError;
use crate::cli::exit::ExitStatus;
use crate::cli::global::GlobalArgs;
use crate::cli::output::Output;

/// What to do with a request.
#[derive(Debug, Subcommand)]
pub(crate) enum LifecycleCommand {
    /// Ask that a policy comes into force: write the request, and sign it
    Request(request::RequestArgs),
    /// Approve a request: see what it changes, and sign
    Sign(answer::SignArgs),
    /// Answer for what a line of the semantic diff loosens in a shadow report, and sign
    Acknowledge(acknowledge::AcknowledgeArgs),
    /// Reject a request, which ends it
    Reject(answer::RejectArgs),
    /// Say which approvals of a request count, and what is missing
    Show(show::ShowArgs),
}

pub(crate) fn run(
    command: LifecycleCommand,
    global: &GlobalArgs,
    out: &mut Output,
) -> Result<ExitStatus, CliError> {
    match command {
        LifecycleCommand::Request(args) => request::run(&args, global, out),
        LifecycleCommand::Sign(args) => answer::sign(&args, global, out),
        LifecycleCommand::Acknowledge(args) => acknowledge::run(&args, global, out),
        LifecycleCommand::Reject(args) => answer::reject(&args, out),
        LifecycleCommand::Show(args) => show::run(&args, global, out),
    }
}
