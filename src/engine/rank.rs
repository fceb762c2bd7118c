//! Which of several findings decides.

use crate::policy::decision::{Finding, Judgement, Outcome};
use crate::policy::pack::Mode;
use crate::policy::verdict::{
    RUNTIME_DEFAULT, RUNTIME_FAILED, RUNTIME_MALFORMED, RUNTIME_TIMED_OUT, Verdict, rule_order,
};

/// Orders the findings and lets the first decide: the strictest verdict, then the greater
/// severity, then the order of the rule ids, then the pattern.
///
/// In audit mode a verdict stricter than `audit_only` comes back as `audit_only`; what could
/// not be evaluated still needs approval, whatever else was found.
pub(super) fn judgement(mut findings: Vec<Finding>, mode: Mode) -> Judgement {
    if findings.len() > 1 {
        findings.sort_by(strictest_first);
        findings.dedup();
    }
    let (decision, outcome) = findings.first().map_or(
        (Verdict::RequireApproval, Outcome::NothingMatched),
        |first| (first.decision, outcome_of(first)),
    );
    let audited = mode == Mode::Audit && decision > Verdict::AuditOnly;
    let unevaluated = findings
        .iter()
        .any(|finding| outcome_of(finding) == Outcome::NotEvaluated);
    let enforced = match (audited, unevaluated) {
        (false, _) => decision,
        (true, false) => Verdict::AuditOnly,
        (true, true) => Verdict::RequireApproval,
    };
    Judgement {
        decision: enforced,
        would_be: audited.then_some(decision),
        outcome,
        findings,
    }
}

fn outcome_of(finding: &Finding) -> Outcome {
    match finding.rule_id.as_ref() {
        RUNTIME_DEFAULT => Outcome::NothingMatched,
        RUNTIME_FAILED | RUNTIME_TIMED_OUT | RUNTIME_MALFORMED => Outcome::NotEvaluated,
        _ => Outcome::RuleMatched,
    }
}

fn strictest_first(a: &Finding, b: &Finding) -> std::cmp::Ordering {
    (b.decision.cmp(&a.decision))
        .then_with(|| b.severity.cmp(&a.severity))
        .then_with(|| rule_order(&a.rule_id).cmp(&rule_order(&b.rule_id)))
        .then_with(|| a.rule_id.cmp(&b.rule_id))
        .then_with(|| a.pattern.cmp(&b.pattern))
        .then_with(|| a.matched_on.cmp(&b.matched_on))
}
