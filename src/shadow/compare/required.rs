//! The required decision classes, and which actions exercise them.
//!
//! Each required dry-run case represents a class of decisions. A candidate that was never
//! compared on a class has shown nothing about it, however much other traffic there was.

use crate::decision::{Finding, Judgement, Severity, Verdict};
use crate::policy::cases::REQUIRED_CASE_IDS;

/// The number of classes.
pub const CLASSES: usize = REQUIRED_CASE_IDS.len();

/// The decisions that are like a required case's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DecisionClass {
    /// The required case.
    pub case_id: &'static str,
    /// How the ids of the rules of this class begin.
    pub rules: &'static str,
    /// The verdict of the class.
    pub decision: Verdict,
    /// The least severity of the class.
    pub severity: Severity,
}

/// Every class, in the order of the required cases.
pub const DECISION_CLASSES: [DecisionClass; CLASSES] = [
    class("block_env_read", "filesystem.read.", Verdict::Block),
    class(
        "approval_policy_write",
        "filesystem.write.",
        Verdict::RequireApproval,
    ),
    class("allow_terraform_plan", "commands.", Verdict::Allow),
    DecisionClass {
        severity: Severity::Critical,
        ..class("block_terraform_apply", "commands.", Verdict::Block)
    },
    class(
        "block_protected_branch_push",
        "git.protected_branch.",
        Verdict::Block,
    ),
    class(
        "block_unknown_mcp_server",
        "mcp.server.trust.",
        Verdict::Block,
    ),
];

const fn class(case_id: &'static str, rules: &'static str, decision: Verdict) -> DecisionClass {
    DecisionClass {
        case_id,
        rules,
        decision,
        severity: Severity::Low,
    }
}

impl DecisionClass {
    /// Whether an action that was judged so exercises the class: one of the findings, not
    /// only the deciding one, is of it.
    #[must_use]
    pub fn is_exercised_by(&self, active: &Judgement) -> bool {
        let is_of = |finding: &Finding| {
            finding.decision == self.decision
                && finding.severity >= self.severity
                && finding.rule_id.starts_with(self.rules)
        };
        active.findings.iter().any(is_of)
    }
}
