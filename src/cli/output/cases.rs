//! Decided cases, as tables show them.

use comfy_table::Cell;

use super::{style, table};
use crate::lifecycle::dry_run::{CaseResult, DryRunReport};
use crate::policy::verdict::Verdict;

/// Columns of an action's text.
const ACTION_COLUMNS: usize = 56;

/// The type and target, cut where a table would become unreadable.
pub(crate) fn action(result: &CaseResult) -> String {
    let field = |name| {
        let value = result.input.get(name);
        value.and_then(|value| value.as_str()).unwrap_or_default()
    };
    let text = format!("{} {}", field("action_type"), field("target"));
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

/// Whether a case passed, and where it didn't.
pub(crate) fn outcome(result: &CaseResult) -> Cell {
    let style = style::passed(result.passed);
    if result.passed {
        return table::cell(style, "passed");
    }
    if let Some(error) = &result.error {
        return table::cell(style, format!("failed: {error}"));
    }
    let mismatches = result.mismatches.iter();
    let texts: Vec<String> = mismatches
        .map(|it| format!("{} is {}, expected {}", it.field, it.actual, it.expected))
        .collect();
    table::cell(style, format!("failed: {}", texts.join("; ")))
}

/// How many cases, and how they went.
pub(crate) fn summary(report: &DryRunReport) -> String {
    let (all, passed, failed) = (report.case_count, report.passed_count, report.failed_count);
    let text = format!("{all} cases: {passed} passed, {failed} failed");
    style::paint(style::passed(report.passed), text)
}
