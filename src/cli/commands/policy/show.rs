//! `cavra policy show`

use std::io::Write as _;
use std::sync::Arc;

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
use crate::policy::effective::EffectivePack;
use crate::policy::pack::{ALLOW_EFFECTS, Choice, Flag, List, PROJECT_TASKS, PROJECT_TOOLS, Terms};

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
    let metadata = &pack.content.metadata;
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
    for list in List::ALL.iter().copied() {
        show_list(out, pack, list)?;
    }
    show_settings(out, pack)?;
    show_approvals(out, pack)?;
    show_promotion(out, pack)?;
    show_files(out, pack)
}

/// Entries from a parent name the parent; the pack's own name no pack.
fn show_list(out: &mut Output, pack: &EffectivePack, list: List) -> Result<(), CliError> {
    let entries = pack.content.list(list);
    if entries.is_empty() {
        return Ok(());
    }
    writeln!(out, "\n{}", style::paint(style::HEADING, list.path()))?;
    for entry in entries {
        write!(out, "  {}", printable(&entry.text))?;
        if entry.origin.as_ref() != pack.id() {
            let origin = format!("from {}", entry.origin);
            write!(out, "  {}", style::paint(style::QUIET, origin))?;
        }
        writeln!(out)?;
        if let Some(terms) = &entry.terms {
            show_terms(out, terms)?;
        }
    }
    Ok(())
}

/// What an entry says beside its pattern.
fn show_terms(out: &mut Output, terms: &Terms) -> Result<(), CliError> {
    let Terms {
        approvers,
        reason,
        severity,
        controls,
        id,
    } = terms;
    let listed = |names: &[Arc<str>]| (!names.is_empty()).then(|| names.join(", "));
    let parts = [
        ("id", id.as_deref().map(str::to_owned)),
        ("approvers", listed(approvers)),
        ("severity", severity.map(|it| it.as_str().to_owned())),
        ("reason", reason.as_deref().map(str::to_owned)),
        ("controls", listed(controls)),
    ];
    for (name, value) in parts {
        if let Some(value) = value {
            writeln!(out, "    {name:9}  {}", printable(&value))?;
        }
    }
    Ok(())
}

fn show_settings(out: &mut Output, pack: &EffectivePack) -> Result<(), CliError> {
    writeln!(out, "\n{}", style::paint(style::HEADING, "settings"))?;
    for flag in Flag::ALL.iter().copied() {
        let on = *pack.content.flag(flag);
        writeln!(
            out,
            "  {:42}  {}",
            flag.path(),
            if on { "on" } else { "off" }
        )?;
    }
    for choice in Choice::ALL.iter().copied() {
        let value = choice.of(&pack.content);
        writeln!(out, "  {:42}  {}", choice.path(), value.name())?;
    }
    for effect in pack.content.commands.allow_effects.allowed() {
        writeln!(out, "  {:42}  on", effect.path())?;
    }
    let tools = pack.content.commands.allow_effects.tools();
    if !tools.is_empty() {
        let path = format!("{ALLOW_EFFECTS}.{PROJECT_TOOLS}");
        writeln!(out, "  {path:42}  {tools}")?;
    }
    for (kind, name) in pack.content.commands.project_tasks.iter() {
        let path = format!("{PROJECT_TASKS}.{}", kind.name());
        writeln!(out, "  {path:42}  {}", printable(name))?;
    }
    let mcp = &pack.content.mcp;
    for (name, severity) in &mcp.risk_scoring {
        writeln!(
            out,
            "  {:42}  {}",
            printable(&format!("mcp.risk_scoring.{name}")),
            severity.as_str()
        )?;
    }
    for (name, arguments) in &mcp.arguments {
        writeln!(
            out,
            "  {:42}  {}",
            printable(&format!("mcp.arguments.{name}")),
            printable(&arguments.to_text())
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

fn show_promotion(out: &mut Output, pack: &EffectivePack) -> Result<(), CliError> {
    writeln!(out, "\n{}", style::paint(style::HEADING, "promotion"))?;
    if pack.content.promotion.is_none() {
        let note = "no pack has the section, so the standard applies";
        writeln!(out, "  {}", style::paint(style::QUIET, note))?;
    }
    for number in pack.promotion().numbers() {
        let value = match number.value {
            Value::String(word) => word,
            value => value.to_string(),
        };
        writeln!(out, "  {:74}  {value}", number.path)?;
    }
    Ok(())
}

fn show_approvals(out: &mut Output, pack: &EffectivePack) -> Result<(), CliError> {
    writeln!(out, "\n{}", style::paint(style::HEADING, "approvals"))?;
    if pack.approvers_by_default {
        let note = "no pack names a `default` group, so the built-in ones are used";
        writeln!(out, "  {}", style::paint(style::QUIET, note))?;
    }
    for (rule, groups) in &pack.content.approvals {
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
