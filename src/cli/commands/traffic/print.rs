//! The mix, as a table or as JSON.

use std::collections::BTreeMap;
use std::io::Write as _;

use jiff::Timestamp;
use serde::Serialize;

use crate::action::ActionType;
use crate::cli::error::CliError;
use crate::cli::global::OutputFormat;
use crate::cli::output::table::{self, Cell, Narrow};
use crate::cli::output::{Output, style};
use crate::traffic::{Intent, Summary, TargetCount};

/// Programs that a table names.
const SHOWN_PROGRAMS: usize = 12;

#[derive(Serialize)]
struct Document {
    actions: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    first: Option<Timestamp>,
    #[serde(skip_serializing_if = "Option::is_none")]
    last: Option<Timestamp>,
    /// Every action type and intent is there, with 0 if need be.
    mix: BTreeMap<ActionType, BTreeMap<Intent, u64>>,
    intents: BTreeMap<Intent, u64>,
    programs: Vec<TargetCount>,
}

pub(super) fn show(summary: &Summary, out: &mut Output) -> Result<(), CliError> {
    match out.format() {
        OutputFormat::Json => out.json(&document(summary)),
        OutputFormat::Table => show_table(summary, out),
    }
}

fn document(summary: &Summary) -> Document {
    let intents = |action_type| {
        let counts = Intent::ALL.into_iter();
        counts
            .map(|intent| (intent, summary.of(action_type, intent)))
            .collect()
    };
    Document {
        actions: summary.actions,
        first: summary.span.map(|(first, _)| first),
        last: summary.span.map(|(_, last)| last),
        mix: ActionType::ALL
            .into_iter()
            .map(|action_type| (action_type, intents(action_type)))
            .collect(),
        intents: Intent::ALL
            .into_iter()
            .map(|intent| (intent, summary.of_intent(intent)))
            .collect(),
        programs: summary.programs(),
    }
}

fn show_table(summary: &Summary, out: &mut Output) -> Result<(), CliError> {
    let mut header = vec!["action"];
    header.extend(Intent::ALL.map(Intent::as_str));
    header.extend(["all", "share"]);
    let mut rows: Vec<Vec<Cell>> = ActionType::ALL
        .into_iter()
        .map(|action_type| {
            let counts = Intent::ALL.map(|intent| summary.of(action_type, intent));
            row(action_type.as_str(), &counts, summary)
        })
        .collect();
    let counts = Intent::ALL.map(|intent| summary.of_intent(intent));
    rows.push(row("all", &counts, summary));
    let narrow = Narrow {
        cut: &[],
        drop: &["share"],
    };
    let text = table::lines(out, &header, rows, &narrow);
    out.write_all(text.as_bytes())?;
    let programs: Vec<String> = summary
        .programs()
        .into_iter()
        .take(SHOWN_PROGRAMS)
        .map(|program| format!("{} {}", program.name, program.count))
        .collect();
    writeln!(out, "\ncommands: {}", programs.join(", "))?;
    if let Some((first, last)) = summary.span {
        let span = format!("simulated from {first} to {last}");
        writeln!(out, "{}", style::paint(style::QUIET, span))?;
    }
    Ok(())
}

fn row(name: &str, counts: &[u64], summary: &Summary) -> Vec<Cell> {
    let all: u64 = counts.iter().sum();
    let mut cells = vec![table::cell(style::HEADING, name)];
    cells.extend(counts.iter().map(|count| table::plain(count.to_string())));
    cells.push(table::plain(all.to_string()));
    cells.push(table::plain(percent(all, summary.actions)));
    cells
}

/// With one digit after the point, rounded down.
fn percent(part: u64, whole: u64) -> String {
    let Some(tenths) = part.saturating_mul(1_000).checked_div(whole) else {
        return "-".to_owned();
    };
    format!("{}.{}%", tenths / 10, tenths % 10)
}
