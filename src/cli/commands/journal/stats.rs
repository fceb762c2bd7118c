//! `cavra journal stats`

use std::io::Write as _;
use std::time::Duration;

use clap::Args;

use super::filter::{FilterArgs, KindArgs};
use super::friction;
use super::source::SourceArgs;
use crate::cli::error::CliError;
use crate::cli::exit::ExitStatus;
use crate::cli::global::OutputFormat;
use crate::cli::output::{Output, printable, style};
use crate::journal::query::{Counts, Percentiles, Stats};

/// Names of one sort that a table shows.
pub(super) const SHOWN_NAMES: usize = 20;

const AFTER_HELP: &str = "\
Counts the records that match the filters. The size on disk is that of the whole journal. With
`--output json`: `cavra.journal.stats.v1`.

With `--friction`, shows how often a person was asked and what was in the way of an allow: an
unknown program, a word that no table accounts for, a path, an effect. It reads the facts of each
decision. With `--output json`: `cavra.journal.friction.v1`.

Examples:
  cavra journal stats --data-dir /var/lib/cavra
  cavra journal stats --endpoint http://127.0.0.1:50051 --since 24h --output json
  cavra journal stats --friction --since 7d

Exit codes:
  0  shown
  1  there is no journal, or it can't be read";

/// What to count.
#[derive(Debug, Args)]
#[command(after_help = AFTER_HELP)]
pub(crate) struct StatsArgs {
    /// Show how often a person was asked, and why
    #[arg(long)]
    friction: bool,
    #[command(flatten)]
    source: SourceArgs,
    #[command(flatten)]
    kind: KindArgs,
    #[command(flatten)]
    filter: FilterArgs,
}

pub(crate) fn run(args: &StatsArgs, out: &mut Output) -> Result<ExitStatus, CliError> {
    let filter = args.filter.filter(args.kind.kind())?;
    let mut source = args.source.open()?;
    if args.friction {
        friction::run(&mut source, filter, out)?;
        return Ok(ExitStatus::Success);
    }
    let stats = source.stats(filter)?;
    match out.format() {
        OutputFormat::Json => out.json(&stats)?,
        OutputFormat::Table => show(&stats, out)?,
    }
    Ok(ExitStatus::Success)
}

fn show(stats: &Stats, out: &mut Output) -> Result<(), CliError> {
    writeln!(out, "decisions  {}", stats.decisions)?;
    writeln!(out, "events     {}", stats.events)?;
    if let (Some(first), Some(last)) = (stats.first_time, stats.last_time) {
        writeln!(out, "from       {first}")?;
        writeln!(out, "to         {last}")?;
    }
    let disk = &stats.disk;
    writeln!(
        out,
        "on disk    {} bytes for {} records with {} contents, {} a record",
        disk.bytes,
        disk.records,
        disk.contents,
        disk.bytes_per_record()
    )?;
    let sorts = [
        ("by decision", &stats.by_decision),
        ("by rule", &stats.by_rule),
        ("by agent", &stats.by_agent),
        ("by action type", &stats.by_action_type),
        ("by outcome", &stats.by_outcome),
        ("by change by the candidate", &stats.by_change),
        ("by replayable", &stats.by_replayable),
        ("by event", &stats.by_event),
    ];
    for (title, counts) in sorts {
        show_counts(title, counts, out)?;
    }
    let latencies = [
        ("facts", &stats.facts_ns),
        ("active policy", &stats.active_ns),
        ("candidate", &stats.candidate_ns),
    ];
    writeln!(out, "\n{}", style::paint(style::HEADING, "latency"))?;
    for (what, values) in latencies {
        show_latency(what, values, out)?;
    }
    Ok(())
}

/// Names with their numbers below `title`, the most frequent first.
pub(super) fn show_counts(title: &str, counts: &Counts, out: &mut Output) -> Result<(), CliError> {
    if counts.names.is_empty() {
        return Ok(());
    }
    writeln!(out, "\n{}", style::paint(style::HEADING, title))?;
    let mut names: Vec<(&String, &u64)> = counts.names.iter().collect();
    names.sort_by(|one, other| other.1.cmp(one.1).then(one.0.cmp(other.0)));
    for (name, count) in names.iter().take(SHOWN_NAMES) {
        writeln!(out, "  {count:>10}  {}", printable(name))?;
    }
    let hidden: u64 = names
        .iter()
        .skip(SHOWN_NAMES)
        .map(|(_, count)| **count)
        .sum();
    match hidden + counts.others {
        0 => Ok(()),
        others => Ok(writeln!(out, "  {others:>10}  (others)")?),
    }
}

fn show_latency(what: &str, values: &Percentiles, out: &mut Output) -> Result<(), CliError> {
    if values.count == 0 {
        return Ok(());
    }
    let shown = |ns| format!("{:?}", Duration::from_nanos(ns));
    Ok(writeln!(
        out,
        "  {what:14}  p50 {}, p90 {}, p99 {}, p999 {}, max {}",
        shown(values.p50),
        shown(values.p90),
        shown(values.p99),
        shown(values.p999),
        shown(values.max)
    )?)
}
