//! `cavra policy …`: policy packs.

mod diff;
mod lint;
mod list;
mod show;

use clap::Subcommand;

use super::super::args::GlobalArgs;
use super::super::error::CliError;
use super::super::exit::ExitStatus;
use super::super::output::Output;

/// What to do with policy packs.
#[derive(Debug, Subcommand)]
pub(crate) enum PolicyCommand {
    /// List the packs, with what keeps one from being used
    List,
    /// Show a pack as it decides: joined with everything it inherits
    Show(show::ShowArgs),
    /// Check packs: everything that is wrong or doubtful, with its line
    Lint(lint::LintArgs),
    /// Compare two packs: what agents may do more, and what less
    Diff(diff::DiffArgs),
}

pub(crate) fn run(
    command: PolicyCommand,
    global: &GlobalArgs,
    out: &mut Output,
) -> Result<ExitStatus, CliError> {
    match command {
        PolicyCommand::List => list::run(global, out),
        PolicyCommand::Show(args) => show::run(&args, global, out),
        PolicyCommand::Lint(args) => lint::run(&args, global, out),
        PolicyCommand::Diff(args) => diff::run(&args, global, out),
    }
}
