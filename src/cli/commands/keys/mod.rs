//! `cavra keys …`: the keys that sign.

pub(crate) mod argument;
mod encrypt;
mod generate;
mod report;
mod show;

use clap::Subcommand;

use crate::cli::error::CliError;
use crate::cli::exit::ExitStatus;
use crate::cli::output::Output;

/// What to do with keys.
#[derive(Debug, Subcommand)]
pub(crate) enum KeysCommand {
    /// Make a key: the private part into a new file, the public part to be handed out
    Generate(generate::GenerateArgs),
    /// Encrypt a private key by a passphrase, as people's keys are
    Encrypt(encrypt::EncryptArgs),
    /// Show the public part of a key, also in the form that other tools take
    Show(show::ShowArgs),
}

pub(crate) fn run(command: KeysCommand, out: &mut Output) -> Result<ExitStatus, CliError> {
    match command {
        KeysCommand::Generate(args) => generate::run(&args, out),
        KeysCommand::Encrypt(args) => encrypt::run(&args, out),
        KeysCommand::Show(args) => show::run(&args, out),
    }
}
