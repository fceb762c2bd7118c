//! Decisions: verdicts, judgements with their findings, and how two of them differ.
//!
//! A judgement is what the rules of one policy find in the facts. A decision is a judgement with
//! an id, a time and the policy that made it. Nothing here knows packs.
//!
//! | module | holds |
//! |---|---|
//! | `verdict` | verdicts and severities |
//! | `judgement` | the findings of one policy about one action, and the strictest verdict |
//! | `comparison` | what a candidate would change about one judgement |
//! | `document` | a decision as JSON, and as it is read back |
//! | `policy_state` | why nobody should rely on how the deciding policy came into force |
//! | `record_place` | where a decision's record is in the journal |

mod comparison;
mod document;
mod judgement;
mod policy_state;
mod record_place;
mod verdict;

use std::sync::Arc;

use jiff::Timestamp;
use serde::{Serialize, Serializer};
use uuid::Uuid;

use crate::action::Action;
use crate::action::facts::FACTS_VERSION;
use crate::canonical::{Digest, cut};

pub use comparison::Change;
pub use document::{DecisionDocument, DecisionLine};
pub(crate) use judgement::is_zero;
pub use judgement::{Finding, Judgement, Outcome};
pub use policy_state::{NoPolicyState, PolicyState};
pub use record_place::{NoRecordPlace, RecordPlace};
pub use verdict::{BASE_ORIGIN, Severity, Verdict};

/// Bytes of JSON of a target in a decision's JSON. More than a command line takes that isn't made
/// of control characters, so that a decision stays below 1 MiB.
const MAX_ECHOED_BYTES: usize = 256 * 1024;

/// The policy that made a decision.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PolicyIdentity {
    /// The pack's id.
    pub id: Arc<str>,
    /// The pack's `metadata.version`.
    pub version: Arc<str>,
    /// SHA-256 over the canonical JSON of the pack's own `policy.yaml`: `docs/formats.md`,
    /// "Digests".
    pub policy_digest: Digest,
    /// SHA-256 over everything that decides. Every binding is to this digest.
    pub effective_digest: Digest,
}

/// A decision, as the caller gets it. Its JSON is a
/// [`DecisionDocument`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decision {
    /// UUIDv7 (RFC 9562): sorts by time.
    pub decision_id: Uuid,
    /// When the decision was made, in UTC.
    pub timestamp: Timestamp,
    /// The policy that decided.
    pub policy: Arc<PolicyIdentity>,
    /// The action that was decided.
    pub action: Arc<Action>,
    /// The policy's judgement.
    pub judgement: Judgement,
    /// Where the decision's record is in the journal. Absent if there is no journal, or if the
    /// decision was returned before its record was written.
    pub recorded: Option<RecordPlace>,
    /// Where the deciding pack came from: `built-in`, `packs:/srv/packs/mine`; see
    /// [`Origin`](crate::policy::origin::Origin). Absent if a service did not return it.
    pub policy_source: Option<Arc<str>>,
    /// Why nobody should rely on how the policy came into force. Absent if it came into force in the
    /// usual way.
    pub policy_state: Option<PolicyState>,
}

impl Decision {
    /// The verdict to enforce.
    #[must_use]
    pub fn verdict(&self) -> Verdict {
        self.judgement.decision
    }

    /// The index of the decision's record in the journal, from 0. None if it is not known.
    #[must_use]
    pub fn journal_position(&self) -> Option<u64> {
        self.recorded.as_ref().map(|place| place.position)
    }

    /// References to the evidence that the decision is based on, and to its own record.
    #[must_use]
    pub fn evidence_refs(&self) -> Vec<String> {
        let deciding = self.judgement.deciding();
        let refs = deciding.map_or(&[][..], |finding| &finding.evidence_refs);
        let recorded = self.recorded.as_ref().map(ToString::to_string);
        refs.iter().cloned().chain(recorded).collect()
    }
}

impl Serialize for Decision {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let (action, caller) = (&self.action, &self.action.caller);
        let deciding = self.judgement.deciding();
        Borrowed {
            decision_id: self.decision_id,
            session_id: caller.session_id.as_deref(),
            agent_id: caller.agent_id.as_deref(),
            actor: caller.actor.as_deref(),
            action_type: action.action_type().as_str(),
            target: &cut(action.target(), MAX_ECHOED_BYTES),
            requested_operation: &cut(action.requested_operation(), MAX_ECHOED_BYTES),
            policy_pack: &self.policy.id,
            policy_id: &self.policy.id,
            rule_id: deciding.map_or("", |finding| &finding.rule_id),
            decision: self.judgement.decision,
            would_be: self.judgement.would_be,
            severity: self.judgement.severity(),
            reason: deciding.map_or("", |finding| &finding.reason),
            evidence_refs: self.evidence_refs(),
            approver_group: deciding
                .and_then(|f| f.approver_groups.first())
                .map(AsRef::as_ref),
            approver_groups: deciding.map_or(&[], |finding| &finding.approver_groups),
            timestamp: self.timestamp,
            correlation_id: caller.correlation_id.as_deref(),
            policy_version: &self.policy.version,
            policy_digest: self.policy.policy_digest,
            effective_digest: self.policy.effective_digest,
            facts_version: FACTS_VERSION,
            outcome: self.judgement.outcome,
            matched_rules: &self.judgement.findings,
            matched_rules_left_out: self.judgement.matched_rules_left_out,
            journal_position: self.journal_position(),
            policy_source: self.policy_source.as_deref(),
            policy_state: self.policy_state,
        }
        .serialize(serializer)
    }
}

/// A [`DecisionDocument`] whose texts are borrowed.
#[derive(Serialize)]
struct Borrowed<'a> {
    decision_id: Uuid,
    session_id: Option<&'a str>,
    agent_id: Option<&'a str>,
    actor: Option<&'a str>,
    action_type: &'a str,
    target: &'a str,
    requested_operation: &'a str,
    policy_pack: &'a str,
    policy_id: &'a str,
    rule_id: &'a str,
    decision: Verdict,
    #[serde(skip_serializing_if = "Option::is_none")]
    would_be: Option<Verdict>,
    severity: Severity,
    reason: &'a str,
    evidence_refs: Vec<String>,
    approver_group: Option<&'a str>,
    approver_groups: &'a [Arc<str>],
    timestamp: Timestamp,
    correlation_id: Option<&'a str>,
    policy_version: &'a str,
    policy_digest: Digest,
    effective_digest: Digest,
    facts_version: &'a str,
    outcome: Outcome,
    matched_rules: &'a [Finding],
    #[serde(skip_serializing_if = "is_zero")]
    matched_rules_left_out: usize,
    #[serde(skip_serializing_if = "Option::is_none")]
    journal_position: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    policy_source: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    policy_state: Option<PolicyState>,
}
