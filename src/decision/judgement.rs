//! What the rules of one policy find in the facts of one action.

use std::sync::Arc;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::severity::Severity;
use super::verdict::Verdict;

/// How a judgement was reached. The three outcomes stay distinct on the wire and in every record.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// A rule matched and decided.
    RuleMatched,
    /// No rule matched, so the action needs approval.
    NothingMatched,
    /// A rule failed, ran out of time or returned something malformed, and no other rule
    /// returned a stricter verdict. The action needs approval.
    NotEvaluated,
}

impl Outcome {
    /// The name in documents, such as `rule_matched`.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::RuleMatched => "rule_matched",
            Self::NothingMatched => "nothing_matched",
            Self::NotEvaluated => "not_evaluated",
        }
    }
}

/// What an approval of an action needs: one requirement of a decision.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ApprovalRequirement {
    /// The groups, of which one must approve. Empty where nobody can approve: rules failed, or more
    /// groups are asked for than are listed.
    pub any_of: Arc<[Arc<str>]>,
    /// What asks for it. The first are listed.
    pub because: Vec<Because>,
}

/// A rule that sends an action to approval.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Because {
    // In the order of canonical JSON, since records hold it.
    /// The id of the pack's entry that matched, or its pattern. Absent if the rule needs none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub entry: Option<Arc<str>>,
    /// The rule's id.
    pub rule_id: Arc<str>,
}

/// One rule that matched.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Finding {
    /// The rule's id, such as `filesystem.read.block`.
    pub rule_id: Arc<str>,
    /// The verdict that the rule asks for.
    pub decision: Verdict,
    /// How much harm the action could do.
    pub severity: Severity,
    /// Why the rule matched, for a person.
    pub reason: String,
    /// The pattern, name or branch in the pack that matched. Absent if the rule has none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pattern: Option<Arc<str>>,
    /// What the rule matched on: a path, a command, a ref or a server.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub matched_on: Option<String>,
    /// The id of the pack that the pattern or the rule is from; `cavra-base` if no pack asked
    /// for it.
    pub origin: Arc<str>,
    /// The groups that approve, in order, if `decision` is `require_approval`.
    #[serde(default, skip_serializing_if = "no_groups")]
    pub approver_groups: Arc<[Arc<str>]>,
    /// References to the evidence that the finding is based on.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub evidence_refs: Vec<String>,
    /// The id of the pack's entry that matched. Absent if the entry has none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub entry_id: Option<Arc<str>>,
    /// The external controls that the pack's entry implements.
    #[serde(default, skip_serializing_if = "no_groups")]
    pub controls: Arc<[Arc<str>]>,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes fields so")]
pub(crate) fn is_zero(count: &usize) -> bool {
    *count == 0
}

fn no_groups(groups: &Arc<[Arc<str>]>) -> bool {
    groups.is_empty()
}

/// The judgement of one policy about one action: every finding, and the strictest verdict.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Judgement {
    /// The verdict to enforce.
    pub decision: Verdict,
    /// The real verdict, where the pack is in audit mode.
    pub would_be: Option<Verdict>,
    /// How the judgement was reached.
    pub outcome: Outcome,
    /// How much harm the action could do, as it is shown: by the finding that decided and, if
    /// approval is needed, by what the action does. Findings have the severity of their rules.
    pub severity: Severity,
    /// The findings, the deciding one first. The list is never empty. If one rule has many
    /// findings, only the first of them are listed.
    pub findings: Vec<Finding>,
    /// How many findings are not listed.
    pub matched_rules_left_out: usize,
    /// What an approval needs, all of it. Empty if no approval is needed.
    pub approval_requirements: Vec<ApprovalRequirement>,
}

impl Judgement {
    /// The finding that decided.
    #[must_use]
    pub fn deciding(&self) -> Option<&Finding> {
        self.findings.first()
    }
}
