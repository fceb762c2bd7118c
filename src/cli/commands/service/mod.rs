//! `cavra service …`: the service as a service manager starts it.

mod install;
mod launchd;
mod systemd;

use clap::Subcommand;

use crate::cli::error::CliError;
use crate::cli::exit::ExitStatus;
use crate::cli::output::Output;

/// What to do with the units of the service.
#[derive(Debug, Subcommand)]
pub(crate) enum ServiceCommand {
    /// Write units for systemd, or a file for launchd, that start the service
    Install(install::InstallArgs),
}

pub(crate) fn run(command: ServiceCommand, out: &mut Output) -> Result<ExitStatus, CliError> {
    match command {
        ServiceCommand::Install(args) => install::run(&args, out),
    }
}
