//! `cavra policy diff`

use std::io::Write as _;

use clap::Args;
use serde::Serialize;
use serde_json::Value;

use crate::canonical::Digest;
use crate::cli::error::CliError;
use crate::cli::exit::ExitStatus;
use crate::cli::global::{GlobalArgs, OutputFormat};
use crate::cli::output::{Output, counted, printable, style};
use crate::cli::packs::{PackRef, Packs};
use crate::engine::effective_digest;
use crate::policy::diff::{Change, Diff, Direction, diff};
use crate::policy::effective::EffectivePack;

const AFTER_HELP: &str = "\
Packs are compared as they decide: joined with everything they inherit.

Examples:
  cavra policy diff cavra-ai-agent-baseline cavra-banking-baseline
  cavra policy diff cavra-ai-agent-baseline examples/candidates/cavra-ai-agent-baseline-next

Exit codes:
  0  compared, whatever the difference
  1  the tool failed, or was called wrongly";

/// The dangerous direction first.
const SHOWN: [Direction; 4] = [
    Direction::Loosens,
    Direction::Unclear,
    Direction::Tightens,
    Direction::Neutral,
];

/// Cases that the new pack lacks and that are named in one line.
const MAX_NAMED_CASES: usize = 3;

/// What to compare.
#[derive(Debug, Args)]
#[command(after_help = AFTER_HELP)]
pub(crate) struct DiffArgs {
    /// The pack before, by its id or path
    #[arg(value_name = "OLD")]
    old: String,
    /// The pack after, by its id or path
    #[arg(value_name = "NEW")]
    new: String,
    /// Print changes too that decide nothing: titles, and each case
    #[arg(long)]
    all: bool,
}

#[derive(Serialize)]
struct Report<'a> {
    old: Side<'a>,
    new: Side<'a>,
    tightens: usize,
    loosens: usize,
    unclear: usize,
    #[serde(flatten)]
    diff: &'a Diff,
}

#[derive(Serialize)]
struct Side<'a> {
    policy_id: &'a str,
    policy_version: &'a str,
    effective_digest: Digest,
}

pub(crate) fn run(
    args: &DiffArgs,
    global: &GlobalArgs,
    out: &mut Output,
) -> Result<ExitStatus, CliError> {
    let packs = Packs::to_author(global)?;
    let old = packs.effective(&PackRef::Either(args.old.clone()))?;
    let new = packs.effective(&PackRef::Either(args.new.clone()))?;
    Report::new(&old, &new, &diff(&old, &new)).print(args.all, out)?;
    Ok(ExitStatus::Success)
}

impl<'a> Report<'a> {
    fn new(old: &'a EffectivePack, new: &'a EffectivePack, diff: &'a Diff) -> Self {
        Self {
            old: side(old),
            new: side(new),
            tightens: diff.count(Direction::Tightens),
            loosens: diff.count(Direction::Loosens),
            unclear: diff.count(Direction::Unclear),
            diff,
        }
    }

    fn print(&self, all: bool, out: &mut Output) -> Result<(), CliError> {
        if out.format() == OutputFormat::Json {
            return out.json(self);
        }
        for (sign, side) in [("---", &self.old), ("+++", &self.new)] {
            let name = format!("{sign} {} {}", side.policy_id, side.policy_version);
            writeln!(
                out,
                "{}  {}",
                style::paint(style::HEADING, printable(&name)),
                side.effective_digest
            )?;
        }
        print_changes(self.diff, all, out)?;
        let neutral = self.diff.count(Direction::Neutral);
        if neutral > 0 && !all {
            write!(out, "; {neutral} decide nothing (`--all` prints them)")?;
        }
        writeln!(out)?;
        Ok(())
    }
}

/// Prints changes, the dangerous ones first, and how many there are of each direction. Those that
/// decide nothing are printed if `all` are wanted. The last line is not ended.
pub(crate) fn print_changes(diff: &Diff, all: bool, out: &mut Output) -> Result<(), CliError> {
    let signed = [
        ("+", &diff.added),
        ("-", &diff.removed),
        ("~", &diff.changed),
    ];
    for direction in SHOWN {
        for (sign, changes) in signed {
            let changes = changes
                .iter()
                .filter(|change| change.direction == direction);
            for change in changes.filter(|_| all || direction != Direction::Neutral) {
                show(out, sign, change)?;
            }
        }
    }
    if !all {
        removed_cases(diff, out)?;
    }
    write!(
        out,
        "{} loosen, {} tighten, {} unclear",
        diff.count(Direction::Loosens),
        diff.count(Direction::Tightens),
        diff.count(Direction::Unclear)
    )?;
    Ok(())
}

/// One line for the cases that the new pack lacks. What they protected may be decided otherwise now:
/// then the request for the change must name them.
fn removed_cases(diff: &Diff, out: &mut Output) -> Result<(), CliError> {
    let removed = diff.removed.iter();
    let cases = removed.filter_map(|it| it.path.strip_prefix("cases[")?.strip_suffix(']'));
    let cases: Vec<&str> = cases.collect();
    if cases.is_empty() {
        return Ok(());
    }
    let first = cases.iter().take(MAX_NAMED_CASES);
    let mut names: Vec<String> = first.map(|id| printable(id)).collect();
    if cases.len() > names.len() {
        names.push("…".to_owned());
    }
    let word = style::paint(style::HEADING, format_args!("{:8}", "removed"));
    let count = counted(cases.len(), "case");
    Ok(writeln!(out, "- {word}  {count}: {}", names.join(", "))?)
}

fn side(pack: &EffectivePack) -> Side<'_> {
    Side {
        policy_id: pack.id(),
        policy_version: &pack.content.metadata.version,
        effective_digest: effective_digest(pack),
    }
}

fn show(out: &mut Output, sign: &str, change: &Change) -> Result<(), CliError> {
    let (word, style) = match change.direction {
        Direction::Loosens => ("loosens", style::ERROR),
        Direction::Tightens => ("tightens", style::HINT),
        Direction::Unclear => ("unclear", style::HEADING),
        Direction::Neutral => ("", style::PLAIN),
    };
    write!(
        out,
        "{sign} {}  {}",
        style::paint(style, format_args!("{word:8}")),
        printable(&change.path)
    )?;
    if let (Some(from), Some(to)) = (&change.from, &change.to) {
        write!(
            out,
            "  {} -> {}",
            printable(&text(from)),
            printable(&text(to))
        )?;
    }
    writeln!(out)?;
    Ok(())
}

fn text(value: &Value) -> String {
    value
        .as_str()
        .map_or_else(|| value.to_string(), str::to_owned)
}
