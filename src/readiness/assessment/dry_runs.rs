//! Whether lint and dry run say what their own content comes to, and leave nothing to mend.

use std::collections::BTreeSet;

use super::Subject;
use super::checks::Checks;
use super::decisions::{self, Judge};
use crate::decision::PolicyIdentity;
use crate::policy::cases::{Case, REQUIRED_CASE_IDS, required_cases};
use crate::policy::issue::IssueSeverity;
use crate::readiness::basis::Engine;
use crate::readiness::dry_run::{CaseResult, DryRunReport, mismatches, missing_required};

/// Faults that one check names.
const MAX_FAULTS: usize = 5;

pub(super) fn check(subject: &Subject<'_>, checks: &mut Checks) {
    lint(subject, checks);
    let report = &subject.packet.dry_run_report;
    let judge = Judge {
        identity: &subject.identity,
        facts_version: &Engine::claimed(subject.packet).facts_version,
    };
    counts(report, judge.identity, checks);
    required(report, checks);
    verdicts(report, &judge, checks);
}

fn lint(subject: &Subject<'_>, checks: &mut Checks) {
    let report = &subject.packet.lint_report;
    let blockers = report.count(IssueSeverity::Blocker);
    let warnings = report.count(IssueSeverity::Warning);
    let mut faults = Vec::new();
    let claims = [
        ("blocker_count", report.blocker_count, blockers),
        ("warning_count", report.warning_count, warnings),
        ("issue_count", report.issue_count, report.issues.len()),
    ];
    for (name, claim, counted) in claims {
        if claim != counted {
            faults.push(format!(
                "`/lint_report/{name}` is {claim}, counted {counted}"
            ));
        }
    }
    if report.valid != (blockers == 0) {
        faults.push(format!(
            "`/lint_report/valid` is {}, with {blockers} blockers",
            report.valid
        ));
    }
    checks.faults(
        "lint_counts",
        &faults,
        format!("{blockers} blockers, {warnings} warnings"),
    );
    let mut faults: Vec<String> = report
        .issues
        .iter()
        .filter(|issue| issue.severity == IssueSeverity::Blocker)
        .map(ToString::to_string)
        .collect();
    if !report.valid && faults.is_empty() {
        faults.push("`/lint_report/valid` is false".to_owned());
    }
    faults.truncate(MAX_FAULTS);
    checks.faults("lint_passed", &faults, "the pack has no lint blockers");
}

fn counts(report: &DryRunReport, identity: &PolicyIdentity, checks: &mut Checks) {
    let counted = DryRunReport::of(identity, report.results.clone());
    let mut faults = Vec::new();
    let claims = [
        ("case_count", report.case_count, counted.case_count),
        ("passed_count", report.passed_count, counted.passed_count),
        ("failed_count", report.failed_count, counted.failed_count),
    ];
    for (name, claim, counted) in claims {
        if claim != counted {
            faults.push(format!(
                "`/dry_run_report/{name}` is {claim}, counted {counted}"
            ));
        }
    }
    if report.passed != counted.passed {
        let (claim, counted) = (report.passed, counted.passed);
        faults.push(format!(
            "`/dry_run_report/passed` is {claim}, should be {counted}"
        ));
    }
    checks.faults(
        "dry_run_counts",
        &faults,
        format!(
            "{} cases, {} failed",
            counted.case_count, counted.failed_count
        ),
    );
}

fn required(report: &DryRunReport, checks: &mut Checks) {
    let missing = missing_required(&report.results);
    let mut faults: Vec<String> = missing
        .iter()
        .map(|id| format!("`{id}` is missing"))
        .collect();
    if report.required_cases_present != missing.is_empty() {
        let claim = report.required_cases_present;
        faults.push(format!(
            "`/dry_run_report/required_cases_present` is {claim}"
        ));
    }
    for case in required_cases() {
        let results = report.results.iter();
        for result in results.filter(|result| result.case_id == case.case_id) {
            let found = required_faults(&case, result);
            faults.extend(
                found
                    .into_iter()
                    .map(|fault| format!("`{}`: {fault}", case.case_id)),
            );
        }
    }
    faults.truncate(MAX_FAULTS);
    checks.faults(
        "dry_run_required_cases",
        &faults,
        "the required cases are there, none laxer",
    );
}

fn required_faults(case: &Case, result: &CaseResult) -> Vec<String> {
    let mut faults = decisions::input_faults(&case.action.to_json(), &result.input);
    let (floor, expected) = (&case.expect, &result.expected);
    if expected.decision < floor.decision {
        let (expected, floor) = (expected.decision.as_str(), floor.decision.as_str());
        faults.push(format!("expects `{expected}`, laxer than `{floor}`"));
    }
    if expected.severity < floor.severity {
        faults.push("expects a lower severity than every pack must".to_owned());
    }
    let same_verdict = expected.decision == floor.decision;
    if same_verdict && floor.approver_group.is_some() && expected.approver_group.is_none() {
        faults.push("expects no approver group".to_owned());
    }
    faults
}

fn verdicts(report: &DryRunReport, judge: &Judge<'_>, checks: &mut Checks) {
    let mut faults = Vec::new();
    let mut seen = BTreeSet::new();
    let mut ids = BTreeSet::new();
    for result in &report.results {
        let mut found = verdict_faults(result, judge);
        if !seen.insert(result.case_id.as_str()) {
            found.push("is there twice".to_owned());
        }
        let id = result
            .decision
            .as_ref()
            .map(|decision| decision.decision_id);
        if id.is_some_and(|id| !ids.insert(id)) {
            found.push("its `decision_id` is another case's".to_owned());
        }
        faults.extend(
            found
                .into_iter()
                .map(|fault| format!("`{}`: {fault}", result.case_id)),
        );
    }
    let failed: Vec<String> = report
        .results
        .iter()
        .filter(|result| !result.passed)
        .map(|result| format!("`{}` failed", result.case_id))
        .take(MAX_FAULTS)
        .collect();
    faults.truncate(MAX_FAULTS);
    checks.faults(
        "dry_run_verdicts",
        &faults,
        "each result follows from its decision",
    );
    checks.faults("dry_run_passed", &failed, "every case passed");
}

fn verdict_faults(result: &CaseResult, judge: &Judge<'_>) -> Vec<String> {
    let mut faults = Vec::new();
    if result.expected.decision != result.expected_decision {
        faults.push("`expected_decision` is not what `expected` says".to_owned());
    }
    if result.required != REQUIRED_CASE_IDS.contains(&result.case_id.as_str()) {
        faults.push(format!("`required` is {}", result.required));
    }
    if result.decision.is_some() == result.error.is_some() {
        faults.push("has a decision and an error, or neither".to_owned());
    }
    let found = match &result.decision {
        Some(decision) => {
            faults.extend(decisions::faults(decision, &result.input, judge));
            mismatches(&result.expected, decision, judge.identity.effective_digest)
        }
        None => Vec::new(),
    };
    if found != result.mismatches {
        faults.push("`mismatches` is not where decision and expectation differ".to_owned());
    }
    let passed = result.decision.is_some() && found.is_empty();
    if passed != result.passed {
        faults.push(format!("`passed` is {}, should be {passed}", result.passed));
    }
    faults
}
