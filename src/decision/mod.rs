//! Decisions: verdicts, judgements with their findings, and how two of them differ.
//!
//! A judgement is what the rules of one policy find in the facts. A decision is a judgement with
//! an id, a time and the policy that made it. Nothing here knows packs.
//!
//! | module | holds |
//! |---|---|
//! | `approval` | what a decision says about an approval of its action |
//! | `verdict` | verdicts |
//! | `severity` | how much harm an action could do: the scale, and the severity of effects |
//! | `judgement` | the findings of one policy about one action, and the strictest verdict |
//! | `comparison` | what a candidate would change about one judgement |
//! | `document` | a decision as JSON, and as it is read back |
//! | `policy_state` | why nobody should rely on how the deciding policy came into force |
//! | `record_place` | where a decision's record is in the journal |

mod approval;
mod comparison;
mod document;
pub(crate) mod judgement;
mod policy_state;
mod record_place;
mod severity;
mod verdict;

use std::borrow::Cow;
use std::sync::Arc;

use jiff::Timestamp;
use serde::{Serialize, Serializer};
use uuid::Uuid;

use crate::action::Action;
use crate::canonical::{Digest, cut};

pub use approval::{APPROVALS_USED, ActionApproval, ApprovalState};
pub use comparison::Change;
pub use document::{DecisionDocument, DecisionLine};
pub use judgement::{ApprovalRequirement, Because, Finding, Judgement, Outcome};
pub use policy_state::{NoPolicyState, PolicyState};
pub use record_place::{NoRecordPlace, RecordPlace};
pub use severity::Severity;
pub use verdict::{BASE_ORIGIN, Verdict};

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
    pub judgement: Arc<Judgement>,
    /// Where the decision's record is in the journal. Absent if there is no journal, or if the
    /// decision was returned before its record was written.
    pub recorded: Option<RecordPlace>,
    /// Where the deciding pack came from: `built-in`, `packs:/srv/packs/mine`; see
    /// [`Origin`](crate::policy::origin::Origin). Absent if a service did not return it.
    pub policy_source: Option<Arc<str>>,
    /// Why nobody should rely on how the policy came into force. Absent if it came into force in the
    /// usual way.
    pub policy_state: Option<PolicyState>,
    /// What there is to say about an approval. Absent if no approval is needed, or nobody gives any.
    pub approval: Option<ActionApproval>,
}

impl Decision {
    /// The verdict to enforce: that of the rules, unless an approval was used.
    #[must_use]
    pub fn verdict(&self) -> Verdict {
        match self.uses_approval() {
            true => Verdict::AllowWithAttestation,
            false => self.judgement.decision,
        }
    }

    /// Whether an approval was used.
    #[must_use]
    pub fn uses_approval(&self) -> bool {
        self.approval_state() == Some(ApprovalState::Used)
    }

    /// What has become of an approval, if there is anything to say about one.
    #[must_use]
    pub fn approval_state(&self) -> Option<ApprovalState> {
        Some(self.approval.as_ref()?.state)
    }

    /// The approval that was asked for or used.
    #[must_use]
    pub fn approval_id(&self) -> Option<Uuid> {
        self.approval.as_ref()?.approval_id
    }

    /// What there is to say about an approval.
    #[must_use]
    pub fn approval_note(&self) -> Option<&str> {
        self.approval.as_ref()?.note.as_deref()
    }

    /// The id of the rule that decided: that of the deciding finding, unless an approval was used.
    #[must_use]
    pub fn rule_id(&self) -> &str {
        match (self.uses_approval(), self.judgement.deciding()) {
            (true, _) => APPROVALS_USED,
            (false, deciding) => deciding.map_or("", |finding| &finding.rule_id),
        }
    }

    /// Why it was decided so, for a person, with what there is to say about an approval.
    #[must_use]
    pub fn reason(&self) -> Cow<'_, str> {
        let deciding = self.judgement.deciding();
        let reason = deciding.map_or("", |finding| finding.reason.as_str());
        match (self.uses_approval(), self.approval_note()) {
            (true, Some(note)) => Cow::Borrowed(note),
            (_, Some(note)) => Cow::Owned(format!("{reason}; {note}")),
            (_, None) => Cow::Borrowed(reason),
        }
    }

    /// The groups that approve, by the deciding finding. None if an approval was used.
    #[must_use]
    pub fn approver_groups(&self) -> &[Arc<str>] {
        match (self.uses_approval(), self.judgement.deciding()) {
            (false, Some(finding)) => &finding.approver_groups,
            _ => &[],
        }
    }

    /// The position of the decision's record in the journal, from 0. None if it is not known.
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
        let used = self.approval_id().filter(|_| self.uses_approval());
        let used = used.map(|id| format!("approval:{id}"));
        refs.iter().cloned().chain(used).chain(recorded).collect()
    }
}

impl Serialize for Decision {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let action = &self.action;
        let target = cut(action.target(), MAX_ECHOED_BYTES);
        let operation = cut(action.requested_operation(), MAX_ECHOED_BYTES);
        let document: DecisionDocument<&str, &[Finding]> =
            DecisionDocument::of(self, &target, &operation);
        let (source, reason) = (self.policy_source.as_deref(), self.reason());
        DecisionDocument {
            policy_source: source,
            reason: &*reason,
            ..document
        }
        .serialize(serializer)
    }
}
