//! `cavra policy manifest`

use std::io::Write as _;

use clap::Args;

use super::named::NamedPack;
use super::workbench::{PlanArgs, Workbench};
use crate::cli::error::CliError;
use crate::cli::exit::ExitStatus;
use crate::cli::global::{GlobalArgs, OutputFormat};
use crate::cli::output::{Output, printable, style};
use crate::cli::packs::Packs;
use crate::readiness::artifact::VersionManifest;

const AFTER_HELP: &str = "\
Examples:
  cavra policy manifest cavra-ai-agent-baseline
  cavra policy manifest --policy ./my-pack --previous ./my-pack-before --output json

Exit codes:
  0  printed, versioned or not
  1  the tool failed, or was called wrongly";

/// Which pack.
#[derive(Debug, Args)]
#[command(after_help = AFTER_HELP)]
pub(crate) struct ManifestArgs {
    #[command(flatten)]
    pack: NamedPack,
    #[command(flatten)]
    plan: PlanArgs,
}

pub(crate) fn run(
    args: &ManifestArgs,
    global: &GlobalArgs,
    out: &mut Output,
) -> Result<ExitStatus, CliError> {
    let workbench = Workbench::open(Packs::to_author(global)?, &args.pack.pack_ref())?;
    let manifest = workbench.plan(&args.plan)?.version_manifest;
    match out.format() {
        OutputFormat::Json => out.json(&manifest)?,
        OutputFormat::Table => show(&manifest, out)?,
    }
    Ok(ExitStatus::Success)
}

fn show(manifest: &VersionManifest, out: &mut Output) -> Result<(), CliError> {
    let title = format!("{} {}", manifest.policy_id, manifest.policy_version);
    writeln!(out, "{}", style::paint(style::HEADING, printable(&title)))?;
    writeln!(out, "  policy digest     {}", manifest.policy_digest)?;
    writeln!(out, "  effective digest  {}", manifest.effective_digest)?;
    let versioned = manifest.source_ref.as_deref().unwrap_or("not versioned");
    writeln!(out, "  source            {}", printable(versioned))?;
    writeln!(
        out,
        "                    {}",
        printable(&manifest.versioning_reason)
    )?;
    for entry in &manifest.lineage {
        let entry_title = format!("{} {}", entry.id, entry.version);
        writeln!(
            out,
            "  lineage           {}  {}",
            printable(&entry_title),
            entry.policy_digest
        )?;
    }
    if let (Some(version), Some(digest)) = (
        &manifest.previous_policy_version,
        &manifest.previous_effective_digest,
    ) {
        writeln!(out, "  previous          {}  {digest}", printable(version))?;
        let diff = &manifest.diff;
        let (added, removed, changed) = (diff.added.len(), diff.removed.len(), diff.changed.len());
        writeln!(
            out,
            "  since then        {added} added, {removed} removed, {changed} changed"
        )?;
    }
    Ok(())
}
