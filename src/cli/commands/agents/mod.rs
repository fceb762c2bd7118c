//! `cavra agents …`: the hook in the settings of coding agents, and what shows that it is in force.

mod coverage;
mod diff;
mod doctor;
mod elsewhere;
mod enforced;
pub(crate) mod error;
pub(super) mod guarded_files;
mod hook_config;
mod install;
mod list;
mod not_shown;
pub(super) mod plan;
mod process;
mod proofs;
mod scope;
mod state;
mod uninstall;

use clap::Subcommand;

use crate::cli::error::CliError;
use crate::cli::exit::ExitStatus;
use crate::cli::global::GlobalArgs;
use crate::cli::output::Output;

/// What to do with the hook of a host.
#[derive(Debug, Subcommand)]
pub(crate) enum AgentsCommand {
    /// Register the hook in a host's settings, and write a pack's block lists as its rules
    Install(install::InstallArgs),
    /// Take out what was installed, and nothing else
    Uninstall(uninstall::UninstallArgs),
    /// List what is installed, and whether the settings and the program are still the same
    List(list::ListArgs),
    /// Show how far the hook is in force: installed, answers, invoked, enforced
    Doctor(doctor::DoctorArgs),
    /// Compare the calls of a host's transcript with the decisions of the journal
    Coverage(coverage::CoverageArgs),
}

pub(crate) fn run(
    command: AgentsCommand,
    global: &GlobalArgs,
    out: &mut Output,
) -> Result<ExitStatus, CliError> {
    match command {
        AgentsCommand::Install(args) => install::run(&args, global, out),
        AgentsCommand::Uninstall(args) => uninstall::run(&args, out),
        AgentsCommand::List(args) => list::run(&args, out),
        AgentsCommand::Doctor(args) => doctor::run(&args, out),
        AgentsCommand::Coverage(args) => coverage::run(&args, out),
    }
}
