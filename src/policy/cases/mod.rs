//! Decision cases: the six that every pack must pass, and a pack's own.
//!
//! A pack's case under a required case's id tightens what that case expects; it never
//! replaces its action and never expects a laxer verdict.

mod required;

use serde::Serialize;

use crate::action::Action;
use crate::policy::verdict::{Severity, Verdict};

pub use required::{REQUIRED_CASE_IDS, required_cases};

/// Cases of one pack, all files taken together.
pub const MAX_CASES: usize = 10_000;

/// An action, and what a pack must decide about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Case {
    /// Unique in a pack.
    pub case_id: String,
    /// Why the case is there, for a person.
    pub note: Option<String>,
    /// What an agent asks to do.
    pub action: Action,
    /// What the pack must answer.
    pub expect: Expectation,
}

/// What a decision must be.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Expectation {
    /// The verdict.
    pub decision: Verdict,
    /// The deciding rule, if it matters.
    pub rule_id: Option<String>,
    /// The severity, if it matters.
    pub severity: Option<Severity>,
    /// One of the groups that approve, if it matters.
    pub approver_group: Option<String>,
}

impl Expectation {
    /// A verdict, whatever the rest.
    #[must_use]
    pub fn of(decision: Verdict) -> Self {
        Self {
            decision,
            rule_id: None,
            severity: None,
            approver_group: None,
        }
    }
}
