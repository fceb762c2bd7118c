//! A decision as JSON, and as it is read back.

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::Decision;
use super::comparison::Change;
use super::judgement::{ApprovalRequirement, Finding, Outcome, is_zero};
use super::policy_state::PolicyState;
use super::severity::Severity;
use super::verdict::Verdict;
use crate::action::facts::FACTS_VERSION;
use crate::canonical::Digest;

/// A decision as JSON: one flat object.
// The texts and findings are owned, or borrowed from a decision that is written.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "DecisionDocument")]
pub struct DecisionDocument<Text = String, Findings = Vec<Finding>> {
    /// A UUIDv7 (RFC 9562), which sorts by time.
    pub decision_id: Uuid,
    /// The action document's `session_id`.
    pub session_id: Option<Text>,
    /// The action document's `agent_id`.
    pub agent_id: Option<Text>,
    /// The action document's `actor`.
    pub actor: Option<Text>,
    /// The action document's `action_type`. For the publication of a policy: `policy_publish`.
    pub action_type: Text,
    /// The action document's `target`, cut to 256 KiB of JSON.
    pub target: Text,
    /// The action document's `requested_operation`, cut to 256 KiB of JSON.
    pub requested_operation: Text,
    /// The id of the pack that decided.
    pub policy_pack: Text,
    /// The same id as `policy_pack`.
    pub policy_id: Text,
    /// The id of the rule that decided: `approvals.used` if an approval was used.
    pub rule_id: Text,
    /// The verdict to enforce.
    pub decision: Verdict,
    /// The verdict of the rules. Present only if the pack is in audit mode.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub would_be: Option<Verdict>,
    /// How much harm the action could do.
    pub severity: Severity,
    /// Why the rule decided so, for a person.
    pub reason: Text,
    /// References to the evidence that the decision is based on, and to its own journal record
    /// (`journal:LOG/POSITION`).
    pub evidence_refs: Vec<String>,
    /// The first of `approver_groups`.
    pub approver_group: Option<Text>,
    /// The groups that approve, in order. Empty if no approval is needed.
    pub approver_groups: Vec<Text>,
    /// What an approval needs: every requirement must be met. Absent if no approval is needed.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub approval_requirements: Vec<ApprovalRequirement>,
    /// When the decision was made, in UTC.
    pub timestamp: Timestamp,
    /// The action document's `correlation_id`.
    pub correlation_id: Option<Text>,
    /// The pack's `metadata.version`.
    pub policy_version: Text,
    /// SHA-256 over the canonical JSON of the pack's own `policy.yaml`.
    pub policy_digest: Digest,
    /// SHA-256 over everything that decides: the pack after inheritance, all Rego, and the
    /// version of the facts.
    pub effective_digest: Digest,
    /// The version of the facts that the rules judged, such as `cavra.facts.v3`.
    pub facts_version: Text,
    /// How the judgement was reached.
    pub outcome: Outcome,
    /// Every rule that matched. The first one decided, unless an approval was used.
    pub matched_rules: Findings,
    /// How many findings `matched_rules` leaves out. Absent if it is complete.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub matched_rules_left_out: usize,
    /// The position of the decision's record in the journal, from 0. Absent if there is no journal,
    /// or if the decision was returned before its record was written.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub journal_position: Option<u64>,
    /// Where the pack was loaded from, such as `built-in` or `packs:/srv/packs/mine`. Absent in
    /// artifacts, since the same pack makes the same artifact wherever it was loaded from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub policy_source: Option<Text>,
    /// Why nobody should rely on how the policy came into force. Absent if it came into force in the
    /// usual way, and where no service decided.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub policy_state: Option<PolicyState>,
    /// The approval that the action waits for, or that was used: the id of the decision that asked for
    /// it first. Absent if no approval can be asked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub approval_id: Option<Uuid>,
}

/// One line of `cavra decide --output json`: a decision, with the candidate's decision if a
/// candidate was compared.
#[derive(JsonSchema)]
#[schemars(extend("additionalProperties" = false))]
#[expect(dead_code, reason = "only its schema is used")]
pub struct DecisionLine {
    #[serde(flatten)]
    decision: DecisionDocument,
    /// The candidate's decision about the same action. It is never enforced.
    #[serde(skip_serializing_if = "Option::is_none")]
    candidate: Option<CandidateDecision>,
}

/// The decision of a candidate, with how it differs from the enforced one.
#[derive(JsonSchema)]
#[schemars(extend("additionalProperties" = false))]
#[expect(dead_code, reason = "only its schema is used")]
struct CandidateDecision {
    /// How the candidate's decision differs.
    change: Change,
    #[serde(flatten)]
    decision: DecisionDocument,
}

impl DecisionDocument {
    /// What the pack's rules say: `would_be` where the pack is in audit mode.
    #[must_use]
    pub fn ruled(&self) -> Verdict {
        self.would_be.unwrap_or(self.decision)
    }
}

impl<'a, Text, Findings> DecisionDocument<Text, Findings>
where
    Text: Clone + From<&'a str>,
    Findings: From<&'a [Finding]>,
{
    /// The decision with this `target` and `requested_operation`, and without `policy_source`.
    pub(super) fn of(decision: &'a Decision, target: &'a str, operation: &'a str) -> Self {
        let (action, caller) = (&decision.action, &decision.action.caller);
        let (policy, judgement) = (&decision.policy, &decision.judgement);
        let deciding = judgement.deciding();
        let given = |text: &'a Option<String>| text.as_deref().map(Text::from);
        let groups: Vec<Text> = decision
            .approver_groups()
            .iter()
            .map(|group| Text::from(group.as_ref()))
            .collect();
        Self {
            decision_id: decision.decision_id,
            session_id: given(&caller.session_id),
            agent_id: given(&caller.agent_id),
            actor: given(&caller.actor),
            action_type: action.action_type().as_str().into(),
            target: target.into(),
            requested_operation: operation.into(),
            policy_pack: Text::from(policy.id.as_ref()),
            policy_id: Text::from(policy.id.as_ref()),
            rule_id: decision.rule_id().into(),
            decision: decision.verdict(),
            would_be: judgement.would_be,
            severity: judgement.severity,
            reason: deciding.map_or("", |finding| &finding.reason).into(),
            evidence_refs: decision.evidence_refs(),
            approver_group: groups.first().cloned(),
            approver_groups: groups,
            approval_requirements: judgement.approval_requirements.clone(),
            timestamp: decision.timestamp,
            correlation_id: given(&caller.correlation_id),
            policy_version: Text::from(policy.version.as_ref()),
            policy_digest: policy.policy_digest,
            effective_digest: policy.effective_digest,
            facts_version: FACTS_VERSION.into(),
            outcome: judgement.outcome,
            matched_rules: Findings::from(judgement.findings.as_slice()),
            matched_rules_left_out: judgement.matched_rules_left_out,
            journal_position: decision.journal_position(),
            policy_source: None,
            policy_state: decision.policy_state,
            approval_id: decision.approval_id(),
        }
    }
}

impl From<&Decision> for DecisionDocument {
    fn from(decision: &Decision) -> Self {
        let action = &decision.action;
        let document = Self::of(decision, action.target(), action.requested_operation());
        Self {
            reason: decision.reason().into_owned(),
            ..document
        }
    }
}
