//! Entries as lines, one by one.

use std::io::Write as _;

use crate::cli::error::CliError;
use crate::cli::global::OutputFormat;
use crate::cli::output::{Output, printable, style};
use crate::journal::query::JournalEntry;
use crate::journal::record::{EventRecord, LifecycleRecord, Record};

/// Columns of the widest verdict and of most rule ids.
const VERDICT_COLUMNS: usize = 22;
const RULE_COLUMNS: usize = 41;
const AGENT_COLUMNS: usize = 16;
const TIME_COLUMNS: usize = 24;
const ACTION_COLUMNS: usize = 15;

/// Prints entries, and the header before the first.
pub(super) struct Lines {
    has_header: bool,
}

impl Lines {
    pub(super) fn new() -> Self {
        Self { has_header: false }
    }

    pub(super) fn print(
        &mut self,
        out: &mut Output,
        entries: &[JournalEntry],
    ) -> Result<(), CliError> {
        let format = out.format();
        for entry in entries {
            match format {
                OutputFormat::Json => {
                    serde_json::to_writer(&mut *out, entry)?;
                    writeln!(out)?;
                }
                OutputFormat::Table => {
                    if !std::mem::replace(&mut self.has_header, true) {
                        writeln!(out, "{}", style::paint(style::HEADING, header()))?;
                    }
                    writeln!(out, "{}", line(entry))?;
                }
            }
        }
        Ok(())
    }
}

/// Says on standard error that nothing was printed because no record is meant. Standard output stays
/// empty, for programs.
pub(super) fn nothing_matches() -> Result<(), CliError> {
    Ok(writeln!(anstream::stderr(), "no record matches")?)
}

fn header() -> String {
    format!(
        "{:>9}  {:TIME_COLUMNS$}  {:VERDICT_COLUMNS$}  {:RULE_COLUMNS$}  {:AGENT_COLUMNS$}  \
         {:ACTION_COLUMNS$}  TARGET",
        "POSITION", "TIME", "DECISION", "RULE", "AGENT", "ACTION"
    )
}

fn line(entry: &JournalEntry) -> String {
    let (position, time) = (entry.position(), entry.timestamp());
    let time = format!("{time:.3}");
    let Record::Decision(record) = entry.record() else {
        return format!(
            "{position:>9}  {time:TIME_COLUMNS$}  {}",
            style::paint(style::QUIET, happened(entry.record()))
        );
    };
    let answered = record.answered();
    let verdict = format!("{:VERDICT_COLUMNS$}", answered.as_str());
    let verdict = style::paint(style::verdict(answered), verdict);
    let change = record.candidate.as_ref().map_or_else(String::new, |it| {
        let shown = format!("[{}] ", it.change.as_str());
        style::paint(style::change(it.change), shown)
    });
    let target = match entry.target() {
        Some(target) => printable(&target),
        None => style::paint(style::QUIET, "(no longer kept)"),
    };
    format!(
        "{position:>9}  {time:TIME_COLUMNS$}  {verdict}  {:RULE_COLUMNS$}  {:AGENT_COLUMNS$}  \
         {:ACTION_COLUMNS$}  {change}{target}",
        printable(record.answered_by()),
        record
            .caller
            .agent_id
            .as_deref()
            .map_or_else(|| "-".to_owned(), printable),
        record.action_type.as_str(),
    )
}

/// What an event in the lifecycle of policies tells, in a line.
fn lifecycle(record: &LifecycleRecord) -> String {
    let by = match &record.by.person {
        Some(person) => format!("{} ({})", person, record.by.peer),
        None => record.by.peer.clone(),
    };
    let what = match &record.policy {
        Some(policy) => format!(": active {}", policy.effective_digest),
        None => String::new(),
    };
    format!("{} by {}{what}", record.event.as_str(), printable(&by))
}

/// What an event tells, in a line.
pub(super) fn happened(record: &Record) -> String {
    match record {
        Record::Decision(record) => format!("decision {}", record.decision_id),
        Record::Lifecycle(record) => lifecycle(record),
        Record::Event(EventRecord::PolicyChange(change)) => {
            let operation = serde_json::to_value(change.operation);
            let operation = operation.ok().and_then(|it| it.as_str().map(str::to_owned));
            let operation = operation.unwrap_or_else(|| "changed".to_owned());
            let active = change.active.effective_digest;
            let by = change
                .by
                .as_deref()
                .map_or_else(String::new, |by| format!(" by {}", printable(by)));
            match &change.candidate {
                None => format!("policies {operation}{by}: active {active}"),
                Some(candidate) => format!(
                    "policies {operation}{by}: active {active}, candidate {}",
                    candidate.effective_digest
                ),
            }
        }
        Record::Event(EventRecord::Retention(dropped)) => format!(
            "{} contents dropped that only records before position {} name",
            dropped.dropped, dropped.before_position
        ),
        Record::Event(EventRecord::Inquiry(inquiry)) => {
            let method = inquiry.method.as_str();
            match &inquiry.asked_by {
                Some(peer) => format!("{method} was asked by {}", printable(peer)),
                None => format!("{method} was asked"),
            }
        }
        Record::Event(EventRecord::Refusal(refusal)) => format!(
            "{} by {} refused: {}",
            printable(&refusal.method),
            printable(&refusal.by),
            printable(&refusal.reason)
        ),
        Record::Event(EventRecord::Approval(record)) => {
            let event = &record.approval;
            let (id, what) = (event.approval_id, event.what.as_str());
            let by = event.person.as_deref().unwrap_or(&event.by);
            format!("approval {id} {what} by {}", printable(by))
        }
        Record::Event(EventRecord::Shadow(shadow)) => {
            format!("shadow comparison of run {}", printable(&shadow.run_id))
        }
    }
}
