//! `cavra policy …`: policy packs.

pub(crate) mod diff;
mod dry_run;
mod facts;
mod lint;
mod list;
mod manifest;
mod named;
pub(crate) mod readiness;
mod show;
mod workbench;

use clap::Subcommand;

use super::super::error::CliError;
use super::super::exit::ExitStatus;
use super::super::global::GlobalArgs;
use super::super::output::Output;

/// What to do with policy packs.
#[derive(Debug, Subcommand)]
pub(crate) enum PolicyCommand {
    /// List the packs, with what keeps one from being used
    #[command(after_help = list::AFTER_HELP)]
    List,
    /// Show a pack as it decides: joined with everything it inherits
    Show(show::ShowArgs),
    /// Check packs: everything that is wrong or doubtful, with its line
    Lint(lint::LintArgs),
    /// Print what a pack's Rego sees: every fact, its type and its meaning
    #[command(after_help = facts::AFTER_HELP)]
    Facts,
    /// Compare two packs: what agents may do more, and what less
    Diff(diff::DiffArgs),
    /// Decide every case of a pack, and compare with what it expects
    DryRun(dry_run::DryRunArgs),
    /// Say which version a pack is, and where git has it
    Manifest(manifest::ManifestArgs),
    /// Write the nine artifacts of a pack's way from draft to active and back
    LifecyclePlan(readiness::plan::LifecyclePlanArgs),
    /// Put the evidence for a change into one packet
    LifecyclePacket(readiness::packet::LifecyclePacketArgs),
    /// Check whether a packet holds, by recomputing it
    LifecycleReadiness(readiness::assess::LifecycleReadinessArgs),
    /// Plan a pack, check a packet, or both: for CI
    LifecycleValidate(readiness::validate::LifecycleValidateArgs),
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
        PolicyCommand::Facts => facts::run(out),
        PolicyCommand::Diff(args) => diff::run(&args, global, out),
        PolicyCommand::DryRun(args) => dry_run::run(&args, global, out),
        PolicyCommand::Manifest(args) => manifest::run(&args, global, out),
        PolicyCommand::LifecyclePlan(args) => readiness::plan::run(&args, global, out),
        PolicyCommand::LifecyclePacket(args) => readiness::packet::run(&args, global, out),
        PolicyCommand::LifecycleReadiness(args) => readiness::assess::run(&args, global, out),
        PolicyCommand::LifecycleValidate(args) => readiness::validate::run(&args, global, out),
    }
}
