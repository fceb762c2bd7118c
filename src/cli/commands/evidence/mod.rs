//! `cavra evidence …`: whether a change has its evidence.

mod check;
pub(crate) mod error;
mod history;

use clap::Subcommand;

use crate::cli::error::CliError;
use crate::cli::exit::ExitStatus;
use crate::cli::output::Output;

/// What to do with evidence.
#[derive(Debug, Subcommand)]
pub(crate) enum EvidenceCommand {
    /// Check that every commit of a change belongs to a session that a journal proves
    Check(check::CheckArgs),
}

pub(crate) fn run(command: EvidenceCommand, out: &mut Output) -> Result<ExitStatus, CliError> {
    match command {
        EvidenceCommand::Check(args) => check::run(&args, out),
    }
}
