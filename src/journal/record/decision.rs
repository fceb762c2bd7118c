//! The record of one decision.

use std::borrow::Cow;
use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::SchemaVersion;
use super::approval::{ApprovalNote, ApprovalStage};
use super::limits::MAX_LATENCY_NS;
use crate::action::{ActionType, Caller};
use crate::canonical::Digest;
use crate::decision::{APPROVALS_USED, Change, Outcome, PolicyState, Severity, Verdict};

/// A decision that was answered. Fields are in the order of their names, which is the order
/// of canonical JSON.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DecisionRecord {
    /// What the agent asked for.
    pub action_type: ActionType,
    /// What the decision did with an approval. Absent if it did nothing with one. Boxed, because it
    /// rarely does.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub approval: Option<Box<ApprovalNote>>,
    /// The caller.
    pub caller: CallerRecord,
    /// The candidate's result, if there was a candidate.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub candidate: Option<CandidateRecord>,
    /// The verdict that was judged. It was answered, unless `approval` says that one was used.
    pub decision: Verdict,
    /// The decision's id, a UUIDv7 (RFC 9562).
    pub decision_id: Uuid,
    /// The effective digest of the policy that decided.
    pub effective_digest: Digest,
    /// The version of the facts.
    pub facts_version: Arc<str>,
    /// The content with every finding.
    pub judgement: Digest,
    /// The kind of the record, always `decision`.
    pub kind: DecisionKind,
    /// The time that the decision took.
    pub latency_ns: Latency,
    /// How the decision was reached.
    pub outcome: Outcome,
    /// Who asked, where the kernel tells it: on a Unix socket.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub peer: Option<PeerRecord>,
    /// The content with the policy's identity.
    pub policy: Digest,
    /// Why nobody should rely on how the policy came into force. Absent if it came into force in
    /// the usual way.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub policy_state: Option<PolicyState>,
    /// Whether it can be judged again.
    pub replayable: Replayable,
    /// The rule that decided.
    pub rule_id: Arc<str>,
    /// The record's schema, always `cavra.journal.record.v1`.
    pub schema_version: SchemaVersion,
    /// How bad it would be.
    pub severity: Severity,
    /// The content with the action and its facts.
    pub subject: Digest,
    /// The time of the decision, in UTC.
    pub timestamp: Timestamp,
    /// The real verdict, where the pack is in audit mode.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub would_be: Option<Verdict>,
}

impl DecisionRecord {
    /// The verdict that was answered: that of the rules, unless an approval was used.
    #[must_use]
    pub fn answered(&self) -> Verdict {
        match self.uses_approval() {
            true => Verdict::AllowWithAttestation,
            false => self.decision,
        }
    }

    /// The rule that the answer names: the one that decided, unless an approval was used.
    #[must_use]
    pub fn answered_by(&self) -> &str {
        match self.uses_approval() {
            true => APPROVALS_USED,
            false => &self.rule_id,
        }
    }

    fn uses_approval(&self) -> bool {
        let stage = self.approval.as_ref().map(|note| note.stage);
        stage == Some(ApprovalStage::Used)
    }
}

/// What a replay needs of a [`DecisionRecord`]: borrowed, the rest is skipped. For bytes that
/// are known to be a record's, since nothing else is checked.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct DecisionOutline<'a> {
    /// The kind of action.
    pub action_type: ActionType,
    /// The caller of an action, as far as it is named.
    #[serde(borrow)]
    pub caller: CallerOutline<'a>,
    /// The verdict that was answered.
    pub decision: Verdict,
    /// The decision's id, a UUIDv7 (RFC 9562).
    pub decision_id: Uuid,
    /// SHA-256 over everything that decided.
    pub effective_digest: Digest,
    /// The digest of the content that holds every finding.
    pub judgement: Digest,
    /// Always `decision`.
    pub kind: DecisionKind,
    /// The digest of the content that names the policy.
    pub policy: Digest,
    /// Whether the action can be judged again.
    pub replayable: Replayable,
    /// The id of the rule that decided.
    #[serde(borrow)]
    pub rule_id: Cow<'a, str>,
    /// The digest of the content that holds the action and its facts.
    pub subject: Digest,
    /// When the decision was made, in UTC.
    pub timestamp: Timestamp,
}

/// What a replay needs of a [`CallerRecord`].
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct CallerOutline<'a> {
    /// The person or service that the agent works for.
    #[serde(default, borrow)]
    pub actor: Option<Text<'a>>,
    /// The agent.
    #[serde(default, borrow)]
    pub agent_id: Option<Text<'a>>,
    /// The caller's own id for the request.
    #[serde(default, borrow)]
    pub correlation_id: Option<Text<'a>>,
    /// The agent's session.
    #[serde(default, borrow)]
    pub session_id: Option<Text<'a>>,
}

/// Text that is borrowed where it holds no escapes; serde would copy an `Option<Cow<str>>`.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Text<'a>(#[serde(borrow)] pub Cow<'a, str>);

impl From<&CallerOutline<'_>> for Caller {
    fn from(caller: &CallerOutline<'_>) -> Self {
        let CallerOutline {
            actor,
            agent_id,
            correlation_id,
            session_id,
        } = caller;
        let owned = |text: &Option<Text<'_>>| text.as_ref().map(|text| text.0.to_string());
        Self {
            session_id: owned(session_id),
            agent_id: owned(agent_id),
            actor: owned(actor),
            correlation_id: owned(correlation_id),
        }
    }
}

/// The `kind` of a [`DecisionRecord`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DecisionKind {
    /// The only one.
    #[default]
    Decision,
}

/// The process on the other end of a Unix socket when it connected (`SO_PEERCRED`, unix(7)). Nothing that a
/// caller says of itself is in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PeerRecord {
    /// Its process id.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pid: Option<u32>,
    /// Its user id.
    pub uid: u32,
}

/// The caller. Fields that were not given are absent.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CallerRecord {
    /// The person or service that the agent works for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub actor: Option<String>,
    /// The agent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub agent_id: Option<String>,
    /// The caller's own id for the request.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub correlation_id: Option<String>,
    /// The agent's session.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub session_id: Option<String>,
}

impl From<&Caller> for CallerRecord {
    fn from(caller: &Caller) -> Self {
        let Caller {
            session_id,
            agent_id,
            actor,
            correlation_id,
        } = caller;
        Self {
            actor: actor.clone(),
            agent_id: agent_id.clone(),
            correlation_id: correlation_id.clone(),
            session_id: session_id.clone(),
        }
    }
}

impl From<&CallerRecord> for Caller {
    fn from(caller: &CallerRecord) -> Self {
        let CallerRecord {
            actor,
            agent_id,
            correlation_id,
            session_id,
        } = caller;
        Self {
            session_id: session_id.clone(),
            agent_id: agent_id.clone(),
            actor: actor.clone(),
            correlation_id: correlation_id.clone(),
        }
    }
}

/// The candidate's result for a decision.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CandidateRecord {
    /// How the candidate's verdict differs from the active policy's.
    pub change: Change,
    /// The candidate's verdict.
    pub decision: Verdict,
    /// The effective digest of the candidate.
    pub effective_digest: Digest,
    /// The content with every finding.
    pub judgement: Digest,
}

/// How long a decision took, in nanoseconds, each at most [`MAX_LATENCY_NS`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Latency {
    /// The active policy's judgement.
    pub active: u64,
    /// The candidate's judgement.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub candidate: Option<u64>,
    /// The facts.
    pub facts: u64,
}

impl Latency {
    /// Makes a latency of a measured time. A time above the largest integer of canonical JSON is
    /// cut to it.
    #[must_use]
    pub fn new(facts: Duration, active: Duration, candidate: Option<Duration>) -> Self {
        Self {
            active: nanoseconds(active),
            candidate: candidate.map(nanoseconds),
            facts: nanoseconds(facts),
        }
    }

    pub(super) fn bounded(self) -> Self {
        Self {
            active: self.active.min(MAX_LATENCY_NS),
            candidate: self.candidate.map(|ns| ns.min(MAX_LATENCY_NS)),
            facts: self.facts.min(MAX_LATENCY_NS),
        }
    }
}

fn nanoseconds(duration: Duration) -> u64 {
    u64::try_from(duration.as_nanos())
        .unwrap_or(MAX_LATENCY_NS)
        .min(MAX_LATENCY_NS)
}

/// Whether a decision can be judged again from what is recorded.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Replayable {
    /// The action is whole and nothing in it was redacted: its facts can be established again
    /// and be judged by any policy.
    Text,
    /// Something was redacted, cut or left out (a plan), but judging the *stored* facts of the
    /// *stored* action gave the policy that decided the same verdict by the same findings when
    /// it was recorded. Another policy can look at words that a mark replaces, so what it says
    /// of these facts is exact only as far as it doesn't.
    Facts,
    /// Neither the action nor the facts can be judged again.
    No,
}

impl Replayable {
    /// The name in documents, such as `text`.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Facts => "facts",
            Self::No => "no",
        }
    }
}
