//! A report as JUnit XML: one case a class, and one a promotion criterion.

use maud::{Markup, PreEscaped, Render as _, html};

use super::words;
use crate::cli::output::printable;
use crate::decision::Change;
use crate::shadow::report::Report;
use crate::shadow::report::criteria::Criterion;

/// Groups that a failed case names.
const MAX_GROUPS_NAMED: usize = 20;

pub(super) fn text(report: &Report) -> String {
    let classes = Change::ALL;
    let failed_classes = classes.into_iter().filter(|it| fails(report, *it)).count();
    let failed_criteria = report.criteria.iter().filter(|it| !it.met).count();
    let still_on = usize::from(report.source.is_still_on());
    let tests = classes.len() + report.criteria.len() + still_on;
    let failures = failed_classes + failed_criteria + still_on;
    let document = html! {
        (PreEscaped("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"))
        testsuites name="cavra shadow" tests=(tests) failures=(failures) {
            testsuite name="comparison" tests=(classes.len()) failures=(failed_classes) {
                properties {
                    property name="active" value=(report.active.effective_digest) {}
                    property name="candidate" value=(report.candidate.effective_digest) {}
                    property name="compared" value=(report.denominators.compared) {}
                }
                @for change in classes { (class(report, change)) }
            }
            testsuite name="promotion-criteria" tests=(report.criteria.len()) failures=(failed_criteria) {
                @for it in &report.criteria { (criterion(it)) }
                @if report.source.is_still_on() {
                    testcase classname="cavra.shadow.criteria" name="run_ended" {
                        failure type="not_met" message=(words::verdict(report)) {}
                    }
                }
            }
        }
    };
    format!("{}\n", document.render().into_string())
}

/// What a person must look at before a promotion; a stricter or other reason is only said.
fn fails(report: &Report, change: Change) -> bool {
    let dangerous = matches!(change, Change::Loosened | Change::CandidateError);
    let unexplained = report.groups_of(change).any(|group| !group.explained);
    dangerous && (unexplained || overflow(report, change) > 0)
}

fn overflow(report: &Report, change: Change) -> u64 {
    match change {
        Change::Loosened => report.group_overflow.loosened,
        Change::CandidateError => report.group_overflow.candidate_error,
        Change::Tightened | Change::ReasonChanged | Change::Same => 0,
    }
}

fn class(report: &Report, change: Change) -> Markup {
    let count = report.counts.of(change);
    let groups = report
        .groups_of(change)
        .take(MAX_GROUPS_NAMED)
        .map(|group| {
            let key = &group.key;
            let agents = words::agents(group);
            let texts = [key.step(), words::subject(key), words::rules(key)];
            format!("{} × {} by {agents}\n", group.count, texts.join(", "))
        });
    let listed: String = groups
        .map(|line| printable(line.trim_end()) + "\n")
        .collect();
    let message = format!("{count}: {}", words::meaning(change));
    html! {
        testcase classname="cavra.shadow.comparison" name=(change.as_str()) {
            @if fails(report, change) {
                failure type=(change.as_str()) message=(message) { (listed) }
            } @else {
                system-out { (message) "\n" (listed) }
            }
        }
    }
}

fn criterion(criterion: &Criterion) -> Markup {
    let message = printable(&criterion.message);
    html! {
        testcase classname="cavra.shadow.criteria" name=(criterion.name.as_str()) {
            @if criterion.met {
                system-out { (message) }
            } @else {
                failure type="not_met" message=(message) {}
            }
        }
    }
}
