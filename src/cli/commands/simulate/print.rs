use std::io::Write as _;

use serde::Serialize;

use super::Simulation;
use crate::authority::Compared;
use crate::cli::error::CliError;
use crate::cli::global::OutputFormat;
use crate::cli::output::table::{self, Cell};
use crate::cli::output::{Output, cases, style};
use crate::decision::{Change, Decision, PolicyIdentity};
use crate::grpc::decision::Answered;
use crate::readiness::dry_run::{CaseResult, DryRunReport};

#[derive(Serialize)]
struct Document<'a> {
    report_path: String,
    report: &'a DryRunReport,
    #[serde(skip_serializing_if = "Option::is_none")]
    candidate: Option<&'a PolicyIdentity>,
    comparison: Vec<Comparison<'a>>,
}

#[derive(Serialize)]
struct Comparison<'a> {
    case_id: &'a str,
    change: Change,
    candidate: &'a Decision,
}

pub(crate) fn show(simulation: &Simulation, all: bool, out: &mut Output) -> Result<(), CliError> {
    match out.format() {
        OutputFormat::Json => out.json(&document(simulation)),
        OutputFormat::Table => show_table(simulation, all, out),
    }
}

fn document(simulation: &Simulation) -> Document<'_> {
    let pairs = simulation.pairs();
    let comparison = pairs.filter_map(|(result, answered)| {
        let Compared { change, decision } = answered?.candidate.as_ref()?;
        Some(Comparison {
            case_id: &result.case_id,
            change: *change,
            candidate: decision,
        })
    });
    Document {
        report_path: simulation.report_path.display().to_string(),
        report: &simulation.report,
        candidate: simulation.candidate.as_deref(),
        comparison: comparison.collect(),
    }
}

impl Simulation {
    fn pairs(&self) -> impl Iterator<Item = (&CaseResult, Option<&Answered>)> {
        let answers = self.answers.iter().map(Option::as_ref);
        self.report.results.iter().zip(answers)
    }

    fn count(&self, change: Change) -> usize {
        let answered = self.answers.iter().flatten();
        let compared = answered.filter_map(|answered| answered.candidate.as_ref());
        compared
            .filter(|compared| compared.change == change)
            .count()
    }
}

fn show_table(simulation: &Simulation, all: bool, out: &mut Output) -> Result<(), CliError> {
    let compares = simulation.candidate.is_some();
    let mut header = vec!["", "case", "action", "active", "rule"];
    if compares {
        header.extend(["candidate", "change"]);
    }
    let shown = simulation
        .pairs()
        .filter(|(result, answered)| all || is_notable(result, *answered));
    let rows: Vec<Vec<Cell>> = shown
        .map(|(result, answered)| row(result, answered, compares))
        .collect();
    let hidden = simulation.report.case_count.saturating_sub(rows.len());
    let text = table::lines(out, &header, rows, &cases::NARROW);
    out.write_all(text.as_bytes())?;
    if hidden > 0 {
        let alike = if compares { ", alike under both" } else { "" };
        let note = format!("{hidden} more cases passed{alike} (`--all` shows them)");
        writeln!(out, "{}", style::paint(style::QUIET, note))?;
    }
    show_summary(simulation, out)
}

/// What nobody should have to search for.
fn is_notable(result: &CaseResult, answered: Option<&Answered>) -> bool {
    let compared = answered.and_then(|answered| answered.candidate.as_ref());
    let changed = compared.is_some_and(|compared| compared.change != Change::Same);
    result.required || !result.passed || changed
}

fn row(result: &CaseResult, answered: Option<&Answered>, compares: bool) -> Vec<Cell> {
    let decision = answered.map(|answered| &answered.decision);
    let mut cells = vec![
        cases::mark(result),
        table::cell(style::HEADING, &result.case_id),
        table::plain(cases::action(result)),
        cases::verdict(decision.map(Decision::verdict)),
        table::plain(decision.and_then(rule).unwrap_or("-")),
    ];
    if compares {
        let compared = answered.and_then(|answered| answered.candidate.as_ref());
        cells.push(cases::verdict(
            compared.map(|compared| compared.decision.verdict()),
        ));
        cells.push(compared.map_or_else(
            || table::plain("-"),
            |compared| table::cell(style::change(compared.change), compared.change.as_str()),
        ));
    }
    cells
}

fn rule(decision: &Decision) -> Option<&str> {
    let deciding = decision.judgement.deciding()?;
    Some(deciding.rule_id.as_ref())
}

fn show_summary(simulation: &Simulation, out: &mut Output) -> Result<(), CliError> {
    cases::show_summary(&simulation.report, out)?;
    if let Some(candidate) = &simulation.candidate {
        let changes = Change::ALL.map(|change| {
            let text = format!(
                "{} {}",
                simulation.count(change),
                change.as_str().replace('_', " ")
            );
            let style = if simulation.count(change) > 0 {
                style::change(change)
            } else {
                style::QUIET
            };
            style::paint(style, text)
        });
        writeln!(
            out,
            "candidate {} {}: {}",
            candidate.id,
            candidate.version,
            changes.join(", ")
        )?;
    }
    writeln!(out, "report: {}", simulation.report_path.display())?;
    Ok(())
}
