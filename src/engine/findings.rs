//! Findings as the base rules return them, before texts are filled in.

use std::cmp::Ordering;
use std::sync::Arc;

use regorus::Value;

use crate::decision::{Outcome, Severity, Verdict};
use crate::policy::base_rule::BaseRule;

/// A finding of a base rule: ids and indices only, so that it can be remembered
/// and serve every action with the same section input.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct RawFinding {
    pub(super) rule_id: Arc<str>,
    /// How a judgement comes about where this rule decides.
    pub(super) outcome: Outcome,
    pub(super) decision: Verdict,
    pub(super) severity: Severity,
    pub(super) subject: u32,
    pub(super) pattern: Option<u32>,
}

impl RawFinding {
    /// The order in which Rego lists a set of findings, whatever rules made them.
    pub(super) fn in_order(&self, other: &Self) -> Ordering {
        let place = |it: &Self| (it.decision.as_str(), it.severity.as_str());
        (self.rule_id.cmp(&other.rule_id))
            .then_with(|| place(self).cmp(&place(other)))
            .then_with(|| (self.subject, self.pattern).cmp(&(other.subject, other.pattern)))
    }
}

/// Reads `[rule, decision, severity, subject, pattern or null]`, a set of them.
/// `None` if the value has any other shape.
pub(super) fn read_raw(value: &Value) -> Option<Vec<RawFinding>> {
    let set = value.as_set().ok()?;
    set.iter().map(read_one).collect()
}

fn read_one(value: &Value) -> Option<RawFinding> {
    let items = value.as_array().ok()?;
    let at = |index: usize| items.get(index);
    let rule_id = at(0)?.as_string().ok()?.clone();
    let pattern = match at(4)? {
        Value::Null => None,
        index => Some(index.as_u32().ok()?),
    };
    Some(RawFinding {
        decision: Verdict::from_name(at(1)?.as_string().ok()?)?,
        severity: Severity::from_name(at(2)?.as_string().ok()?)?,
        subject: at(3)?.as_u32().ok()?,
        pattern,
        outcome: outcome_of(&rule_id),
        rule_id,
    })
}

/// How a judgement comes about where this rule decides.
pub(super) fn outcome_of(rule_id: &str) -> Outcome {
    BaseRule::from_id(rule_id).map_or(Outcome::RuleMatched, BaseRule::outcome)
}
