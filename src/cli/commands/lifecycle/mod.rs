//! `cavra lifecycle …`: requests for a change of the policy in force, the answers to them, and the
//! change itself.

mod acknowledge;
mod answer;
mod break_glass;
mod change;
pub(crate) mod error;
mod history;
mod next;
mod packs;
mod propose;
mod ratify;
mod reading;
mod request;
mod show;
mod status;
mod withdraw;

use clap::Subcommand;

use crate::cli::error::CliError;
use crate::cli::exit::ExitStatus;
use crate::cli::global::GlobalArgs;
use crate::cli::output::Output;

/// What to do with a request, or with the policies of a service.
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
    /// Put a pack into the store of a service, as a candidate
    Propose(propose::ProposeArgs),
    /// Take a candidate back from a store, or sign that a request is taken back
    Withdraw(withdraw::WithdrawArgs),
    /// Give a service signed requests, the answers to them, withdrawals and acknowledgements
    Submit(propose::SubmitArgs),
    /// Put a candidate in force
    Promote(change::PromoteArgs),
    /// Put a policy in force that was in force before
    Rollback(change::RollbackArgs),
    /// Put a policy in force in an emergency, by one person's statement
    #[command(subcommand)]
    BreakGlass(break_glass::BreakGlassCommand),
    /// Let a policy stay in force that came into force by break-glass
    Ratify(ratify::RatifyArgs),
    /// Say what is in force, and what could be
    Status(status::StatusArgs),
    /// List every change of what is enforced: who, why, by which request
    History(history::HistoryArgs),
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
        LifecycleCommand::Propose(args) => propose::propose(&args, out),
        LifecycleCommand::Withdraw(args) => withdraw::run(&args, out),
        LifecycleCommand::Submit(args) => propose::submit(&args, out),
        LifecycleCommand::Promote(args) => change::promote(&args, out),
        LifecycleCommand::Rollback(args) => change::rollback(&args, out),
        LifecycleCommand::BreakGlass(command) => break_glass::run(&command, out),
        LifecycleCommand::Ratify(args) => ratify::run(&args, out),
        LifecycleCommand::Status(args) => status::run(&args, out),
        LifecycleCommand::History(args) => history::run(&args, out),
    }
}
