//! A decision as it is read back: the flat object of `formats.md`, with its own texts.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::decision::{Decision, Finding, Outcome, is_zero};
use super::verdict::{Severity, Verdict};
use crate::canonical::Digest;

/// The flat object that a [`Decision`] is as JSON.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "the fields of `formats.md`, under their names")]
pub struct DecisionDocument {
    pub decision_id: Uuid,
    pub session_id: Option<String>,
    pub agent_id: Option<String>,
    pub actor: Option<String>,
    pub action_type: String,
    pub target: String,
    pub requested_operation: String,
    pub policy_pack: String,
    pub policy_id: String,
    pub rule_id: String,
    pub decision: Verdict,
    /// The real verdict, where the pack is in audit mode.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub would_be: Option<Verdict>,
    pub severity: Severity,
    pub reason: String,
    pub evidence_refs: Vec<String>,
    pub approver_group: Option<String>,
    pub approver_groups: Vec<String>,
    pub timestamp: Timestamp,
    pub correlation_id: Option<String>,
    pub policy_version: String,
    pub policy_digest: Digest,
    pub effective_digest: Digest,
    pub facts_version: String,
    pub outcome: Outcome,
    pub matched_rules: Vec<Finding>,
    /// How many more findings there are.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub matched_rules_left_out: usize,
    /// The index of its record in the journal, from 0.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub journal_position: Option<u64>,
    /// Where the deciding pack came from. Artifacts don't say: the same pack makes the same
    /// bytes wherever it lies.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub policy_source: Option<String>,
}

impl DecisionDocument {
    /// What the pack's rules say: `would_be` where the pack is in audit mode.
    #[must_use]
    pub fn ruled(&self) -> Verdict {
        self.would_be.unwrap_or(self.decision)
    }
}

impl From<&Decision> for DecisionDocument {
    fn from(decision: &Decision) -> Self {
        let (action, caller) = (&decision.action, &decision.action.caller);
        let judgement = &decision.judgement;
        let deciding = judgement.deciding();
        let groups: Vec<String> = deciding
            .map(|finding| finding.approver_groups.iter().map(ToString::to_string))
            .into_iter()
            .flatten()
            .collect();
        Self {
            decision_id: decision.decision_id,
            session_id: caller.session_id.clone(),
            agent_id: caller.agent_id.clone(),
            actor: caller.actor.clone(),
            action_type: action.action_type().as_str().to_owned(),
            target: action.target().to_owned(),
            requested_operation: action.requested_operation().to_owned(),
            policy_pack: decision.policy.id.to_string(),
            policy_id: decision.policy.id.to_string(),
            rule_id: deciding.map_or_else(String::new, |finding| finding.rule_id.to_string()),
            decision: judgement.decision,
            would_be: judgement.would_be,
            severity: judgement.severity(),
            reason: deciding.map_or_else(String::new, |finding| finding.reason.to_string()),
            evidence_refs: decision.evidence_refs(),
            approver_group: groups.first().cloned(),
            approver_groups: groups,
            timestamp: decision.timestamp,
            correlation_id: caller.correlation_id.clone(),
            policy_version: decision.policy.version.to_string(),
            policy_digest: decision.policy.policy_digest,
            effective_digest: decision.policy.effective_digest,
            facts_version: crate::action::facts::FACTS_VERSION.to_owned(),
            outcome: judgement.outcome,
            matched_rules: judgement.findings.clone(),
            matched_rules_left_out: judgement.matched_rules_left_out,
            journal_position: decision.journal_position(),
            policy_source: None,
        }
    }
}
