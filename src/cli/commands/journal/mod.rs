//! `cavra journal …`: the record of decisions.

mod check_proof;
mod checkpoint;
mod drop_contents;
mod prove;
pub(crate) mod source;
mod verify;

use clap::Subcommand;

use crate::cli::error::CliError;
use crate::cli::exit::ExitStatus;
use crate::cli::output::Output;

/// What to do with the record of decisions.
#[derive(Debug, Subcommand)]
pub(crate) enum JournalCommand {
    /// Check the whole journal: every record, content, hash and signature
    Verify(verify::VerifyArgs),
    /// Prove that a decision is in the journal, or that the journal only grew
    Prove(prove::ProveArgs),
    /// Check a proof offline, with the public key alone
    CheckProof(check_proof::CheckProofArgs),
    /// Print the last checkpoint, to be kept elsewhere
    Checkpoint(checkpoint::CheckpointArgs),
    /// Drop what old decisions were about, and keep their hashes
    DropContents(drop_contents::DropContentsArgs),
}

pub(crate) fn run(command: JournalCommand, out: &mut Output) -> Result<ExitStatus, CliError> {
    match command {
        JournalCommand::Verify(args) => verify::run(&args, out),
        JournalCommand::Prove(args) => prove::run(&args, out),
        JournalCommand::CheckProof(args) => check_proof::run(&args, out),
        JournalCommand::Checkpoint(args) => checkpoint::run(&args, out),
        JournalCommand::DropContents(args) => drop_contents::run(&args, out),
    }
}
