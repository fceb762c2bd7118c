//! `cavra gate …`: a check in a pipeline.

mod junit;
mod terraform;

use clap::Subcommand;

use crate::cli::error::CliError;
use crate::cli::exit::ExitStatus;
use crate::cli::global::GlobalArgs;
use crate::cli::output::Output;

/// What to check.
#[derive(Debug, Subcommand)]
pub(crate) enum GateCommand {
    /// Judge a Terraform plan by what it would change
    Terraform(terraform::TerraformGateArgs),
}

pub(crate) fn run(
    command: GateCommand,
    global: &GlobalArgs,
    out: &mut Output,
) -> Result<ExitStatus, CliError> {
    match command {
        GateCommand::Terraform(args) => terraform::run(&args, global, out),
    }
}
