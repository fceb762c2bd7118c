//! `cavra trust …`: whose signatures count.

pub(crate) mod error;
mod new;
mod show;
mod sign;
mod verify;

use clap::Subcommand;

use crate::cli::error::CliError;
use crate::cli::exit::ExitStatus;
use crate::cli::output::Output;

/// What to do with trust files.
#[derive(Debug, Subcommand)]
pub(crate) enum TrustCommand {
    /// Make the first trust file, and print its digest
    New(new::NewArgs),
    /// Show a trust file: its digest, its people and what they may do
    Show(show::ShowArgs),
    /// Sign a trust file; several people sign one after the other
    Sign(sign::SignArgs),
    /// Verify a chain of trust files, the first one by its digest
    Verify(verify::VerifyArgs),
}

pub(crate) fn run(command: TrustCommand, out: &mut Output) -> Result<ExitStatus, CliError> {
    match command {
        TrustCommand::New(args) => new::run(&args, out),
        TrustCommand::Show(args) => show::run(&args, out),
        TrustCommand::Sign(args) => sign::run(&args, out),
        TrustCommand::Verify(args) => verify::run(&args, out),
    }
}
