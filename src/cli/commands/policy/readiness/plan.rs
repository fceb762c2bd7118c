//! `cavra policy lifecycle-plan`

use std::io::Write as _;
use std::path::{Path, PathBuf};

use clap::Args;

use crate::cli::commands::policy::named::NamedPack;
use crate::cli::commands::policy::workbench::{PlanArgs, Workbench};
use crate::cli::error::CliError;
use crate::cli::exit::ExitStatus;
use crate::cli::global::{GlobalArgs, OutputFormat};
use crate::cli::named_files;
use crate::cli::output::{Output, counted, style};
use crate::cli::packs::{DEFAULT_PACK, PackRef, Packs};
use crate::readiness::plan::Export;

/// Where the files are written unless a folder is named.
const DEFAULT_FOLDER: &str = "dist/policy-lifecycle";

const AFTER_HELP: &str = "\
Lints the pack (the baseline, unless another is named), runs its cases, compares it with the
previous one, asks git for its commit, and writes the nine artifacts of its way from draft to
active and back.

Examples:
  cavra policy lifecycle-plan --policy-pack cavra-ai-agent-baseline \\
      --output-dir dist/policy-lifecycle
  cavra policy lifecycle-plan --policy ./my-pack --previous ./my-pack-before --output-dir dist/plan

Exit codes:
  0  written, and ready for review
  1  the tool failed, or was called wrongly
  2  written, but a case failed or lint found a blocker";

/// What to plan.
#[derive(Debug, Args)]
#[command(after_help = AFTER_HELP)]
#[command(mut_group("named", |group| group.required(false)))]
pub(crate) struct LifecyclePlanArgs {
    /// The baseline, unless another is named
    #[command(flatten)]
    pack: NamedPack,
    #[command(flatten)]
    plan: PlanArgs,
    /// Where to write the nine files
    #[arg(long, value_name = "DIR", default_value = DEFAULT_FOLDER)]
    output_dir: PathBuf,
}

pub(crate) fn run(
    args: &LifecyclePlanArgs,
    global: &GlobalArgs,
    out: &mut Output,
) -> Result<ExitStatus, CliError> {
    let pack = args.pack.get();
    let pack = pack.unwrap_or_else(|| PackRef::Id(DEFAULT_PACK.to_owned()));
    let export = write(
        Packs::to_author(global)?,
        &pack,
        &args.plan,
        &args.output_dir,
    )?;
    match out.format() {
        OutputFormat::Json => out.json(&export.index)?,
        OutputFormat::Table => show(&export, &args.output_dir, out)?,
    }
    Ok(ExitStatus::of_check(export.lifecycle_plan.ready_for_review))
}

/// Makes the nine artifacts and writes them into `folder`.
pub(super) fn write(
    packs: Packs,
    pack: &PackRef,
    args: &PlanArgs,
    folder: &Path,
) -> Result<Export, CliError> {
    let export = Workbench::open(packs, pack)?.plan(args)?;
    for file in export.files()? {
        named_files::write_in(folder, file.path, &file.text())?;
    }
    Ok(export)
}

/// Lists the files, and whether a reviewer can start.
pub(super) fn show(export: &Export, folder: &Path, out: &mut Output) -> Result<(), CliError> {
    for file in export.files()? {
        writeln!(out, "{}", folder.join(file.path).display())?;
    }
    let plan = &export.lifecycle_plan;
    let (word, lint, cases) = (
        if plan.ready_for_review {
            "ready for review"
        } else {
            "not ready for review"
        },
        &export.lint_report,
        &export.dry_run_report,
    );
    writeln!(
        out,
        "\n{} {}: {}; {}, {}; {}, {} failed",
        plan.policy_id,
        plan.policy_version,
        style::paint(style::passed(plan.ready_for_review), word),
        counted(lint.blocker_count, "blocker"),
        counted(lint.warning_count, "warning"),
        counted(cases.case_count, "case"),
        cases.failed_count,
    )?;
    Ok(())
}
