//! Decision cases: the six that every pack must pass, and a pack's own.
//!
//! A pack may have a case with the id of a required case. Such a case makes the expectation
//! stricter. It never changes the action, and never expects a laxer verdict.

mod document;
mod read;
mod required;

use std::collections::BTreeSet;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::action::Action;
use crate::decision::{ApprovalRequirement, Severity, Verdict};

pub use document::CaseFile;
pub use read::read_all;
pub use required::{REQUIRED_CASE_IDS, required_cases};

/// Cases of one pack, all files taken together.
pub const MAX_CASES: usize = 10_000;

/// An action, and what a pack must decide about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Case {
    /// Unique in a pack.
    pub case_id: String,
    /// Why the case exists, for a person.
    pub note: Option<String>,
    /// What an agent asks to do.
    pub action: Action,
    /// What the pack must decide.
    pub expect: Expectation,
}

/// What a case expects of the decision.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Expectation {
    /// The expected verdict.
    pub decision: Verdict,
    /// The expected id of the deciding rule, if the case names one.
    pub rule_id: Option<String>,
    /// The expected severity, if the case names one.
    pub severity: Option<Severity>,
    /// A group that must be among the approvers, if the case names one.
    pub approver_group: Option<String>,
    /// What an approval must need, if the case says so: each requirement with its groups, in any
    /// order.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub approval_requirements: Option<Vec<Vec<String>>>,
}

impl Expectation {
    /// Expects a verdict, and nothing else.
    #[must_use]
    pub fn of(decision: Verdict) -> Self {
        Self {
            decision,
            rule_id: None,
            severity: None,
            approver_group: None,
            approval_requirements: None,
        }
    }

    /// Whether these are the requirements that the case expects, if it expects any.
    #[must_use]
    pub fn takes_requirements(&self, found: &[ApprovalRequirement]) -> bool {
        let Some(expected) = &self.approval_requirements else {
            return true;
        };
        let expected: BTreeSet<BTreeSet<&str>> = expected
            .iter()
            .map(|groups| groups.iter().map(String::as_str).collect())
            .collect();
        let found: BTreeSet<BTreeSet<&str>> = found
            .iter()
            .map(|it| it.any_of.iter().map(AsRef::as_ref).collect())
            .collect();
        expected == found
    }
}

impl Case {
    /// The case as JSON, with the action as a document.
    #[must_use]
    pub fn to_json(&self) -> Value {
        json!({
            "case_id": self.case_id,
            "note": self.note,
            "input": self.action.to_json(),
            "want": self.expect,
        })
    }
}

/// The cases of a dry run: the required cases, then the pack's other cases. A required case has
/// the expectation of the pack's own case with the same id, if there is one.
#[must_use]
pub fn dry_run_cases(own: &[Case]) -> Vec<Case> {
    let mut cases: Vec<Case> = required_cases()
        .into_iter()
        .map(|required| match named(own, &required.case_id) {
            Some(own) => tightened(required, own),
            None => required,
        })
        .collect();
    let others = own
        .iter()
        .filter(|case| !REQUIRED_CASE_IDS.contains(&case.case_id.as_str()));
    cases.extend(others.cloned());
    cases
}

fn named<'a>(cases: &'a [Case], case_id: &str) -> Option<&'a Case> {
    cases.iter().find(|case| case.case_id == case_id)
}

/// Never laxer than `required`, even if nobody has checked `own`.
fn tightened(required: Case, own: &Case) -> Case {
    let floor = required.expect;
    let same_verdict = own.expect.decision <= floor.decision;
    Case {
        note: own.note.clone(),
        expect: Expectation {
            decision: own.expect.decision.max(floor.decision),
            rule_id: own.expect.rule_id.clone(),
            severity: own.expect.severity.max(floor.severity),
            approver_group: own
                .expect
                .approver_group
                .clone()
                .or(floor.approver_group.filter(|_| same_verdict)),
            approval_requirements: own.expect.approval_requirements.clone(),
        },
        ..required
    }
}
