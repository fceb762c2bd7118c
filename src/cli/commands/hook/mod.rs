//! `cavra hook …`: what other programs start before something becomes real.

pub(crate) mod error;
mod git;
mod message;
mod updates;

use clap::Subcommand;

use crate::cli::error::CliError;
use crate::cli::exit::ExitStatus;
use crate::cli::output::Output;

/// Who starts the hook.
#[derive(Debug, Subcommand)]
pub(crate) enum HookCommand {
    /// Hooks of git: `pre-receive` enforces on the server, the others help
    #[command(subcommand)]
    Git(GitHookCommand),
}

/// Which of git's hooks it is.
#[derive(Debug, Subcommand)]
pub(crate) enum GitHookCommand {
    /// Refuse a push of which any ref may not be moved so; on the server, where it enforces
    PreReceive(git::PreReceiveArgs),
    /// Say before a push what would be refused; a convenience that can be skipped
    PrePush(git::PrePushArgs),
    /// Add the agent's session to the message of a commit, as a trailer
    PrepareCommitMsg(message::PrepareCommitMsgArgs),
}

pub(crate) fn run(command: HookCommand, out: &mut Output) -> Result<ExitStatus, CliError> {
    let HookCommand::Git(command) = command;
    match command {
        GitHookCommand::PreReceive(args) => git::pre_receive(&args, out),
        GitHookCommand::PrePush(args) => git::pre_push(&args, out),
        GitHookCommand::PrepareCommitMsg(args) => message::run(&args),
    }
}
