//! Decided cases, as tables show them.

use super::table::{self, Cell, Narrow};
use super::{Output, printable, style};
use crate::cli::error::CliError;
use crate::decision::Verdict;
use crate::readiness::dry_run::{CaseResult, DryRunReport};
use std::io::Write as _;

/// Columns of an action's text.
const ACTION_COLUMNS: usize = 56;

/// What an agent asks to do, cut where a table would become unreadable.
pub(crate) fn action(result: &CaseResult) -> String {
    let field = |name| {
        let value = result.input.get(name);
        value.and_then(|value| value.as_str()).unwrap_or_default()
    };
    let verb = match field("action_type") {
        "read_file" => "read",
        "write_file" => "write",
        "execute_command" => "run",
        "mcp_tool_call" => "call",
        _ => field("requested_operation"),
    };
    let text = format!("{verb} {}", field("target"));
    if text.chars().count() <= ACTION_COLUMNS {
        return text;
    }
    let kept = text.chars().take(ACTION_COLUMNS.saturating_sub(1));
    format!("{}…", kept.collect::<String>())
}

pub(crate) fn verdict(verdict: Option<Verdict>) -> Cell {
    match verdict {
        Some(verdict) => table::cell(style::verdict(verdict), verdict.as_str()),
        None => table::cell(style::ERROR, "error"),
    }
}

/// What may go from a table of cases on a narrow terminal.
pub(crate) const NARROW: Narrow<'static> = Narrow {
    cut: &["action", "rule", "case"],
    drop: &["rule", "candidate"],
};

/// Whether a case passed, in one column.
pub(crate) fn mark(result: &CaseResult) -> Cell {
    let mark = if result.passed { "✓" } else { "✗" };
    table::cell(style::passed(result.passed), mark)
}

/// Why each case that failed did, and how many there are.
pub(crate) fn show_summary(report: &DryRunReport, out: &mut Output) -> Result<(), CliError> {
    writeln!(out)?;
    for result in report.results.iter().filter(|result| !result.passed) {
        let name = style::paint(style::ERROR, printable(&result.case_id));
        writeln!(out, "{name} failed: {}", printable(&problem(result)))?;
    }
    let (all, passed, failed) = (report.case_count, report.passed_count, report.failed_count);
    let text = format!("{all} cases: {passed} passed, {failed} failed");
    writeln!(out, "{}", style::paint(style::passed(report.passed), text))?;
    Ok(())
}

fn problem(result: &CaseResult) -> String {
    if let Some(error) = &result.error {
        return error.clone();
    }
    let mismatches = result.mismatches.iter();
    let texts: Vec<String> = mismatches
        .map(|it| match it.actual.as_str() {
            "" => format!("{} is not given, expected {}", it.field, it.expected),
            actual => format!("{} is {actual}, expected {}", it.field, it.expected),
        })
        .collect();
    texts.join("; ")
}
