//! A decision about a plan as JUnit XML: one case a finding.

use std::path::Path;

use maud::{Markup, PreEscaped, Render as _, html};

use crate::canonical::Digest;
use crate::cli::asking::status_of;
use crate::cli::exit::ExitStatus;
use crate::cli::output::printable;
use crate::decision::{Decision, Finding, Verdict};

pub(super) fn text(decision: &Decision, plan: &Path, fingerprint: Digest) -> String {
    let findings = &decision.judgement.findings;
    let failures = findings.iter().filter(|it| fails(decision, it)).count();
    let plan = printable(&plan.display().to_string());
    let document = html! {
        (PreEscaped("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"))
        testsuites name="cavra gate terraform" tests=(findings.len()) failures=(failures) {
            testsuite name=(plan) tests=(findings.len()) failures=(failures) {
                properties {
                    property name="decision" value=(decision.verdict().as_str()) {}
                    property name="decision_id" value=(decision.decision_id) {}
                    property name="plan" value=(fingerprint) {}
                    property name="policy" value=(decision.policy.effective_digest) {}
                    @if let Some(id) = decision.approval_id() {
                        property name="approval_id" value=(id) {}
                    }
                }
                @for finding in findings { (case(decision, finding)) }
            }
        }
    };
    format!("{}\n", document.render().into_string())
}

/// Whether a finding keeps the plan from being applied. Approved ones don't, and nothing does where
/// the pack only audits.
fn fails(decision: &Decision, finding: &Finding) -> bool {
    let stops = |verdict: Verdict| status_of(verdict) != ExitStatus::Success;
    stops(decision.verdict()) && stops(finding.decision)
}

fn case(decision: &Decision, finding: &Finding) -> Markup {
    let reason = printable(&finding.reason);
    html! {
        testcase classname="cavra.gate.terraform" name=(finding.rule_id) {
            @if fails(decision, finding) {
                failure type=(finding.decision.as_str()) message=(reason) {}
            } @else {
                system-out { (finding.decision.as_str()) ": " (reason) }
            }
        }
    }
}
