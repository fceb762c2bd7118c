//! `cavra journal …`: the record of decisions.

mod check_proof;

use clap::Subcommand;

use crate::cli::error::CliError;
use crate::cli::exit::ExitStatus;
use crate::cli::output::Output;

/// What to do with the record of decisions.
#[derive(Debug, Subcommand)]
pub(crate) enum JournalCommand {
    /// Check a proof offline, with the public key alone
    CheckProof(check_proof::CheckProofArgs),
}

pub(crate) fn run(command: JournalCommand, out: &mut Output) -> Result<ExitStatus, CliError> {
    match command {
        JournalCommand::CheckProof(args) => check_proof::run(&args, out),
    }
}
