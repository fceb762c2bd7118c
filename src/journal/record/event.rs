//! Records that are not decisions.

use std::sync::Arc;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use uuid::Uuid;

use super::approval::ApprovalRecord;
use super::decision::CallerRecord;
use super::refusal::{Author, RefusalRecord};
use super::{Content, Entry, Record, RecordError, SchemaVersion};
use crate::canonical::Digest;
use crate::decision::{PolicyIdentity, PolicyState};

/// A record that is not a decision.
#[derive(Debug, Clone, PartialEq)]
pub enum EventRecord {
    /// Old contents were dropped; their records and hashes stay.
    Retention(RetentionRecord),
    /// The policies in force changed.
    PolicyChange(PolicyChangeRecord),
    /// A comparison of shadow mode.
    Shadow(ShadowRecord),
    /// A caller asked what would be decided.
    Inquiry(InquiryRecord),
    /// A change of the authority was refused.
    Refusal(RefusalRecord),
    /// A request for an approval was answered or taken back.
    Approval(ApprovalRecord),
}

/// The record of dropping old contents.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RetentionRecord {
    /// Contents that only records before this time name are gone.
    pub before: Timestamp,
    /// The position in the log of the first record that kept its contents.
    pub before_position: u64,
    /// How many contents were dropped.
    pub dropped: u64,
    /// The event's id, a UUIDv7 (RFC 9562).
    pub event_id: Uuid,
    /// The kind of the record, always `retention`.
    pub kind: RetentionKind,
    /// The record's schema, always `cavra.journal.record.v1`.
    pub schema_version: SchemaVersion,
    /// Where contents were dropped by age: how many steps between neighbouring records were so
    /// long that they counted as an hour each.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub shortened_steps: Option<u64>,
    /// The time of the event, in UTC.
    pub timestamp: Timestamp,
}

/// The `kind` of a [`RetentionRecord`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RetentionKind {
    /// The only one.
    #[default]
    Retention,
}

/// The policies in force changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PolicyChangeRecord {
    /// The policy that is enforced from now on.
    pub active: PolicyRef,
    /// Who changed them: an [`Author`]. Absent from records of earlier versions.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub by: Option<String>,
    /// The candidate that is staged from now on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub candidate: Option<PolicyRef>,
    /// The event's id, a UUIDv7 (RFC 9562).
    pub event_id: Uuid,
    /// The kind of the record, always `policy_change`.
    pub kind: PolicyChangeKind,
    /// The cause of the change.
    pub operation: PolicyOperation,
    /// Why nobody should rely on how the active policy came into force. Absent if it came into
    /// force in the usual way.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub policy_state: Option<PolicyState>,
    /// The record's schema, always `cavra.journal.record.v1`.
    pub schema_version: SchemaVersion,
    /// The time of the event, in UTC.
    pub timestamp: Timestamp,
}

/// The `kind` of a [`PolicyChangeRecord`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PolicyChangeKind {
    /// The only one.
    #[default]
    PolicyChange,
}

/// The cause of a change of the policies in force.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PolicyOperation {
    /// A candidate was staged, or taken away.
    Staged,
    /// The candidate became active.
    Activated,
    /// Both policies were read from disk again.
    Reloaded,
    /// The authority started.
    Started,
}

/// One policy, by its digests.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PolicyRef {
    /// The effective digest of the policy.
    pub effective_digest: Digest,
    /// The content with the policy's identity.
    pub policy: Digest,
}

/// A comparison of shadow mode.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ShadowRecord {
    /// The effective digest of the candidate.
    pub candidate: Digest,
    /// What was found: any JSON that has a canonical form.
    pub detail: Value,
    /// The event's id, a UUIDv7 (RFC 9562).
    pub event_id: Uuid,
    /// The kind of the record, always `shadow`.
    pub kind: ShadowKind,
    /// The run that it belongs to.
    pub run_id: String,
    /// The record's schema, always `cavra.journal.record.v1`.
    pub schema_version: SchemaVersion,
    /// The time of the event, in UTC.
    pub timestamp: Timestamp,
}

/// The `kind` of a [`ShadowRecord`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ShadowKind {
    /// The only one.
    #[default]
    Shadow,
}

/// Somebody asked what would be decided, or what is wrong with a pack. Nobody got an answer to act on
/// the answer, so no statistic, replay or evidence counts it; but who searches for what isn't
/// stopped leaves a trace.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct InquiryRecord {
    /// The other end of the connection, where the kernel tells it: `uid:1000`, or an address.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub asked_by: Option<String>,
    /// The caller, as it names itself.
    pub caller: CallerRecord,
    /// The event's id, a UUIDv7 (RFC 9562).
    pub event_id: Uuid,
    /// The kind of the record, always `inquiry`.
    pub kind: InquiryKind,
    /// The method of `PolicyService`.
    pub method: InquiryMethod,
    /// SHA-256 over the question's canonical JSON (RFC 8785). What was asked isn't kept.
    pub question: Digest,
    /// The record's schema, always `cavra.journal.record.v1`.
    pub schema_version: SchemaVersion,
    /// The time of the event, in UTC.
    pub timestamp: Timestamp,
}

/// The `kind` of an [`InquiryRecord`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum InquiryKind {
    /// The only one.
    #[default]
    Inquiry,
}

/// A question on whose answer nobody acts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum InquiryMethod {
    /// An explanation: what would be decided about an action, and why.
    Explain,
    /// A lint report: what is wrong with a pack.
    LintPolicy,
    /// How a policy decides its cases.
    DryRun,
}

impl InquiryMethod {
    /// The name in documents, such as `dry_run`.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Explain => "explain",
            Self::LintPolicy => "lint_policy",
            Self::DryRun => "dry_run",
        }
    }
}

/// A change of the policies in force, before it is recorded.
#[derive(Debug, Clone)]
pub struct PolicyChanged<'a> {
    /// The event's id, a UUIDv7 (RFC 9562).
    pub event_id: Uuid,
    /// The time of the event, in UTC.
    pub timestamp: Timestamp,
    /// What changed the policies.
    pub operation: PolicyOperation,
    /// The policy that is enforced from now on.
    pub active: &'a PolicyIdentity,
    /// What is judged beside it now.
    pub candidate: Option<&'a PolicyIdentity>,
    /// Why nobody should rely on how the active policy came into force.
    pub state: Option<PolicyState>,
    /// The person or process that changed the policies.
    pub by: Author,
}

impl PolicyChanged<'_> {
    /// The entry that is appended for the change.
    ///
    /// # Errors
    /// If it can't be written as JSON.
    pub fn entry(self) -> Result<Entry, RecordError> {
        let reference = |identity: &PolicyIdentity, content: &Content| PolicyRef {
            effective_digest: identity.effective_digest,
            policy: content.digest,
        };
        let active = policy_content(self.active)?;
        let candidate = self.candidate.map(policy_content).transpose()?;
        let record = PolicyChangeRecord {
            active: reference(self.active, &active),
            by: Some(self.by.to_string()),
            candidate: self
                .candidate
                .zip(candidate.as_ref())
                .map(|(i, c)| reference(i, c)),
            event_id: self.event_id,
            kind: PolicyChangeKind::PolicyChange,
            operation: self.operation,
            policy_state: self.state,
            schema_version: SchemaVersion::V1,
            timestamp: self.timestamp,
        };
        Ok(Entry {
            policy: Some(active),
            candidate_policy: candidate,
            ..EventRecord::PolicyChange(record).entry()?
        })
    }
}

impl EventRecord {
    pub(in crate::journal) fn entry(self) -> Result<Entry, RecordError> {
        let record = Record::Event(self);
        Ok(Entry {
            id: record.id(),
            record: record.to_bytes()?,
            subject: None,
            judgement: None,
            policy: None,
            candidate_judgement: None,
            candidate_policy: None,
            is_lifecycle: false,
        })
    }
}

/// The content with a policy's identity.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct StoredPolicy {
    effective_digest: Digest,
    id: Arc<str>,
    policy_digest: Digest,
    version: Arc<str>,
}

pub(super) fn policy_content(identity: &PolicyIdentity) -> Result<Content, RecordError> {
    let PolicyIdentity {
        id,
        version,
        policy_digest,
        effective_digest,
    } = identity;
    Content::of(&StoredPolicy {
        effective_digest: *effective_digest,
        id: Arc::clone(id),
        policy_digest: *policy_digest,
        version: Arc::clone(version),
    })
}

/// Reads the content with a policy's identity.
///
/// # Errors
/// If `bytes` are not such a content.
pub fn read_policy(bytes: &[u8]) -> Result<PolicyIdentity, RecordError> {
    let StoredPolicy {
        effective_digest,
        id,
        policy_digest,
        version,
    } = serde_json::from_slice(bytes).map_err(|error| RecordError::Malformed(error.to_string()))?;
    Ok(PolicyIdentity {
        id,
        version,
        policy_digest,
        effective_digest,
    })
}
