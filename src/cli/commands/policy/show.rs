//! `cavra policy show`

use std::io::Write as _;

use clap::Args;
use serde::Serialize;
use serde_json::Value;

use super::named::NamedPack;
use crate::canonical::Digest;
use crate::cli::error::CliError;
use crate::cli::exit::ExitStatus;
use crate::cli::global::{GlobalArgs, OutputFormat};
use crate::cli::output::{Output, printable, style};
use crate::cli::packs::Packs;
use crate::engine::{effective_digest, effective_document};
use crate::policy::effective::{EffectivePack, Listed};

const AFTER_HELP: &str = "\
The effective document is one line of canonical JSON (RFC 8785) without a line feed, in every form
of output. Its SHA-256 is the effective digest, so `sha256sum` computes the digest too.

Examples:
  cavra policy show cavra-banking-baseline
  cavra policy show ./my-pack --output json
  cavra policy show ./my-pack --effective-document | sha256sum

Exit codes:
  0  shown
  1  the pack can't be used, the tool failed, or it was called wrongly";

/// What to show.
#[derive(Debug, Args)]
#[command(after_help = AFTER_HELP)]
pub(crate) struct ShowArgs {
    #[command(flatten)]
    pack: NamedPack,
    /// Print exactly the bytes whose SHA-256 is the effective digest
    #[arg(long)]
    effective_document: bool,
}

#[derive(Serialize)]
struct Document {
    source: String,
    effective_digest: Digest,
    #[serde(flatten)]
    pack: Value,
}

pub(crate) fn run(
    args: &ShowArgs,
    global: &GlobalArgs,
    out: &mut Output,
) -> Result<ExitStatus, CliError> {
    let packs = Packs::to_author(global)?;
    let pack = packs.effective(&args.pack.pack_ref())?;
    if args.effective_document {
        out.exactly(&effective_document(&pack))?;
        return Ok(ExitStatus::Success);
    }
    match out.format() {
        OutputFormat::Json => {
            let document = Document {
                source: pack.origin.to_string(),
                effective_digest: effective_digest(&pack),
                pack: pack.to_json(),
            };
            out.json(&document)?;
        }
        OutputFormat::Table => show(out, &pack)?,
    }
    Ok(ExitStatus::Success)
}

fn show(out: &mut Output, pack: &EffectivePack) -> Result<(), CliError> {
    let metadata = &pack.pack.metadata;
    let title = format!("{} {}", metadata.id, metadata.version);
    writeln!(
        out,
        "{}  {}",
        style::paint(style::HEADING, printable(&title)),
        printable(&metadata.title)
    )?;
    for line in metadata.description.lines() {
        writeln!(out, "  {}", printable(line))?;
    }
    writeln!(out)?;
    let lineage: Vec<&str> = pack
        .lineage
        .iter()
        .map(|ancestor| ancestor.id.as_ref())
        .collect();
    writeln!(out, "  mode              {}", pack.mode.as_str())?;
    writeln!(out, "  lineage           {}", lineage.join(" -> "))?;
    writeln!(
        out,
        "  source            {}",
        printable(&pack.origin.to_string())
    )?;
    writeln!(out, "  policy digest     {}", pack.policy_digest)?;
    writeln!(out, "  effective digest  {}", effective_digest(pack))?;
    for (name, list) in lists(pack) {
        show_list(out, pack, name, list)?;
    }
    show_settings(out, pack)?;
    show_approvals(out, pack)?;
    show_files(out, pack)
}

fn lists(pack: &EffectivePack) -> [(&'static str, &[Listed]); 14] {
    let (files, commands, mcp) = (&pack.filesystem, &pack.commands, &pack.mcp);
    [
        ("filesystem.block_read", &files.block_read),
        ("filesystem.block_write", &files.block_write),
        (
            "filesystem.require_approval_write",
            &files.require_approval_write,
        ),
        ("filesystem.roots", &files.roots),
        ("commands.block", &commands.block),
        ("commands.require_approval", &commands.require_approval),
        ("commands.allow", &commands.allow),
        ("commands.harmless_variables", &commands.harmless_variables),
        ("git.allowed_remotes", &pack.git.allowed_remotes),
        ("git.protected_branches", &pack.git.protected_branches),
        ("mcp.allowed_servers", &mcp.allowed_servers),
        ("mcp.blocked_servers", &mcp.blocked_servers),
        ("evidence.required_fields", &pack.required_fields),
        ("compliance.maps_to", &pack.maps_to),
    ]
}

/// Entries from a parent name the parent; the pack's own name no pack.
fn show_list(
    out: &mut Output,
    pack: &EffectivePack,
    name: &str,
    list: &[Listed],
) -> Result<(), CliError> {
    if list.is_empty() {
        return Ok(());
    }
    writeln!(out, "\n{}", style::paint(style::HEADING, name))?;
    for entry in list {
        write!(out, "  {}", printable(&entry.text))?;
        if entry.origin.as_ref() != pack.id() {
            let origin = format!("from {}", entry.origin);
            write!(out, "  {}", style::paint(style::QUIET, origin))?;
        }
        writeln!(out)?;
    }
    Ok(())
}

fn show_settings(out: &mut Output, pack: &EffectivePack) -> Result<(), CliError> {
    let (git, mcp) = (&pack.git, &pack.mcp);
    let settings = [
        ("git.require_pull_request", git.require_pull_request),
        (
            "git.block_direct_push_to_protected_branch",
            git.block_direct_push_to_protected_branch,
        ),
        ("git.require_human_reviewer", git.require_human_reviewer),
        ("git.require_ai_attestation", git.require_ai_attestation),
        ("mcp.allowlist_enabled", mcp.allowlist_enabled),
        ("mcp.block_unknown_servers", mcp.block_unknown_servers),
    ];
    writeln!(out, "\n{}", style::paint(style::HEADING, "settings"))?;
    for (name, on) in settings {
        writeln!(out, "  {name:42}  {}", if on { "on" } else { "off" })?;
    }
    for (name, severity) in &mcp.risk_scoring {
        writeln!(
            out,
            "  {:42}  {}",
            printable(&format!("mcp.risk_scoring.{name}")),
            severity.as_str()
        )?;
    }
    for (name, digest) in &mcp.tool_pins {
        writeln!(
            out,
            "  {:42}  {digest}",
            printable(&format!("mcp.tool_pins.{name}"))
        )?;
    }
    Ok(())
}

fn show_approvals(out: &mut Output, pack: &EffectivePack) -> Result<(), CliError> {
    writeln!(out, "\n{}", style::paint(style::HEADING, "approvals"))?;
    if pack.approvers_by_default {
        let note = "no pack names a `default` group, so the built-in ones are used";
        writeln!(out, "  {}", style::paint(style::QUIET, note))?;
    }
    for (rule, groups) in &pack.approvals {
        writeln!(
            out,
            "  {:42}  {}",
            printable(rule),
            printable(&groups.join(", "))
        )?;
    }
    Ok(())
}

fn show_files(out: &mut Output, pack: &EffectivePack) -> Result<(), CliError> {
    if !pack.rules.is_empty() {
        writeln!(out, "\n{}", style::paint(style::HEADING, "rules in Rego"))?;
    }
    for rule in &pack.rules {
        writeln!(out, "  {}/{}", rule.pack_id, printable(&rule.file.path))?;
    }
    writeln!(out, "\n{} cases of its own", pack.cases.len())?;
    Ok(())
}
