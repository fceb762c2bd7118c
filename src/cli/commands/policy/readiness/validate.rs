//! `cavra policy lifecycle-validate`

use std::path::PathBuf;

use clap::{ArgGroup, Args};
use serde::Serialize;

use super::assess::{self, Asked};
use super::plan;
use crate::cli::commands::policy::workbench::PlanArgs;
use crate::cli::error::CliError;
use crate::cli::exit::ExitStatus;
use crate::cli::global::{GlobalArgs, OutputFormat};
use crate::cli::output::Output;
use crate::cli::packs::{Packs, PolicyArgs};
use crate::cli::trust_file::TrustArgs;
use crate::readiness::artifact::ExportIndex;
use crate::readiness::assessment::ReadinessResult;
use crate::readiness::plan::Export;

const AFTER_HELP: &str = "\
For CI: with --export-dir, what lifecycle-plan does; with --packet, what lifecycle-readiness
does; with both, both.

Examples:
  cavra policy lifecycle-validate --policy-pack cavra-ai-agent-baseline \\
      --export-dir dist/policy-lifecycle
  cavra policy lifecycle-validate --packet packet.json --require-live

Exit codes:
  0  the plan is ready for review, the packet is ready or ready with warnings
  1  the tool failed, or was called wrongly
  2  a case failed, lint found a blocker, or the packet is blocked";

/// What to validate.
#[derive(Debug, Args)]
#[command(after_help = AFTER_HELP)]
#[command(group(ArgGroup::new("checked").args(["export_dir", "packet"]).required(true).multiple(true)))]
pub(crate) struct LifecycleValidateArgs {
    #[command(flatten)]
    policy: PolicyArgs,
    #[command(flatten)]
    plan: PlanArgs,
    /// Plan the pack, and write the nine artifacts here
    #[arg(long, value_name = "DIR")]
    export_dir: Option<PathBuf>,
    /// Check this readiness packet
    #[arg(long, value_name = "FILE")]
    packet: Option<PathBuf>,
    /// Ask whether the packet may carry a real change
    #[arg(long, requires = "packet")]
    require_live: bool,
    /// A proof that the authority's journal holds a `rehearsed` record; may be repeated
    #[arg(long, value_name = "FILE", requires = "packet")]
    rehearsal: Vec<PathBuf>,
    #[command(flatten)]
    trust: TrustArgs,
}

/// The results of the halves that were asked for.
struct Validated {
    export: Option<Export>,
    readiness: Option<ReadinessResult>,
}

/// Both halves in one document; one half alone is what its own command prints.
#[derive(Serialize)]
struct Both<'a> {
    export: &'a ExportIndex,
    readiness: &'a ReadinessResult,
}

pub(crate) fn run(
    args: &LifecycleValidateArgs,
    global: &GlobalArgs,
    out: &mut Output,
) -> Result<ExitStatus, CliError> {
    let validated = Validated {
        export: args.export(global)?,
        readiness: args.readiness(global)?,
    };
    match out.format_or_json() {
        OutputFormat::Json => validated.print(out)?,
        OutputFormat::Table => validated.show(args, out)?,
    }
    Ok(ExitStatus::of_check(validated.passed()))
}

impl LifecycleValidateArgs {
    fn export(&self, global: &GlobalArgs) -> Result<Option<Export>, CliError> {
        let Some(folder) = &self.export_dir else {
            return Ok(None);
        };
        let pack = self.policy.pack_ref();
        plan::write(Packs::to_author(global)?, &pack, &self.plan, folder).map(Some)
    }

    fn readiness(&self, global: &GlobalArgs) -> Result<Option<ReadinessResult>, CliError> {
        let Some(packet) = &self.packet else {
            return Ok(None);
        };
        let packs = Packs::to_author(global)?;
        let asked = Asked {
            policy: &self.policy,
            trust: &self.trust,
            require_live: self.require_live,
            rehearsals: &self.rehearsal,
        };
        assess::check(packs, packet, asked).map(Some)
    }
}

impl Validated {
    fn passed(&self) -> bool {
        let planned = self
            .export
            .as_ref()
            .is_none_or(|it| it.lifecycle_plan.ready_for_review);
        let ready = self.readiness.as_ref().is_none_or(assess::is_ready);
        planned && ready
    }

    fn print(&self, out: &mut Output) -> Result<(), CliError> {
        match (&self.export, &self.readiness) {
            (Some(export), Some(readiness)) => out.json(&Both {
                export: &export.index,
                readiness,
            }),
            (Some(export), None) => out.json(&export.index),
            (None, Some(readiness)) => out.json(readiness),
            // clap has refused this command line.
            (None, None) => Ok(()),
        }
    }

    fn show(&self, args: &LifecycleValidateArgs, out: &mut Output) -> Result<(), CliError> {
        if let (Some(export), Some(folder)) = (&self.export, &args.export_dir) {
            plan::show(export, folder, out)?;
        }
        self.readiness
            .iter()
            .try_for_each(|result| assess::show(result, out))
    }
}
