//! Records of the lifecycle of policies: which policy came into force, who asked for it, who
//! approved it, and which documents say so.
//!
//! They are a log of their own kind inside the journal. Each names the index of the one before it,
//! so that none of them can be left out unnoticed. Retention never drops the document that such a
//! record names: a bundle, a signed request, an approval, a break-glass
//! statement or a trust file.

mod end_reason;
mod event;
mod shadow;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

pub use end_reason::EndReason;
pub use event::{
    Acknowledged, Activation, AnswerGiven, BrokeGlass, BundleRef, CandidateWithdrawn,
    EngineChanged, EngineRef, LifecycleEvent, Promoted, Proposed, Ratified, Rehearsed, ReplacedRef,
    RequestGiven, RollbackCover, RolledBack, Seeded, TrustChanged, TrustRef, Withdrawn,
};
pub use shadow::{ShadowEnded, ShadowStarted};

use super::event::{PolicyRef, policy_content};
use super::limits::MAX_WHY_BYTES;
use super::refusal::Author;
use super::{Content, Entry, Record, RecordError, SchemaVersion};
use crate::canonical::Digest;
use crate::decision::PolicyIdentity;

/// One event of the lifecycle of policies.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LifecycleRecord {
    /// Who did it.
    pub by: By,
    /// The content with the document that the record keeps. Absent if it keeps none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub document: Option<Digest>,
    /// What happened.
    pub event: LifecycleEvent,
    /// The event's id, a UUIDv7 (RFC 9562).
    pub event_id: Uuid,
    /// The kind of the record, always `lifecycle`.
    pub kind: LifecycleKind,
    /// The policy that is enforced from now on. Absent if the event doesn't change that.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub policy: Option<PolicyRef>,
    /// The index of the lifecycle record before this one. Absent in the first one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub previous: Option<u64>,
    /// Why, in a person's words, redacted and cut to 4,096 bytes. Absent if nobody said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// The record's schema, always `cavra.journal.record.v1`.
    pub schema_version: SchemaVersion,
    /// The time of the event, in UTC.
    pub timestamp: Timestamp,
}

/// The `kind` of a [`LifecycleRecord`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LifecycleKind {
    /// The only one.
    #[default]
    Lifecycle,
}

/// Who caused an event.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct By {
    /// The other end of the connection: an [`Author`].
    pub peer: String,
    /// The id of the person of the trust file who signed the document. Absent if nobody did.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub person: Option<String>,
}

impl From<Author> for By {
    fn from(author: Author) -> Self {
        Self {
            peer: author.to_string(),
            person: None,
        }
    }
}

/// An event, before it is recorded.
#[derive(Debug, Clone)]
pub struct Happened<'a> {
    /// Who caused it.
    pub by: By,
    /// What happened.
    pub event: LifecycleEvent,
    /// The policy that is enforced from now on.
    pub policy: Option<&'a PolicyIdentity>,
    /// The canonical JSON of the document that the record keeps.
    pub document: Option<Box<[u8]>>,
    /// Why it happened, in a person's words.
    pub reason: Option<String>,
}

impl Happened<'_> {
    /// The record of the time `at`, after the one at `previous`, with the contents that it names.
    /// `reason` has no secrets any more.
    pub(super) fn record(
        self,
        previous: Option<u64>,
        reason: Option<String>,
        at: Timestamp,
    ) -> Result<(LifecycleRecord, Contents), RecordError> {
        let policy = self.policy.map(policy_content).transpose()?;
        let document = self.document.map(Content::from_bytes);
        let enforced = self.policy.zip(policy.as_ref());
        let record = LifecycleRecord {
            by: self.by,
            document: document.as_ref().map(|content| content.digest),
            event: self.event,
            event_id: Uuid::now_v7(),
            kind: LifecycleKind::Lifecycle,
            policy: enforced.map(|(identity, content)| PolicyRef {
                effective_digest: identity.effective_digest,
                policy: content.digest,
            }),
            previous,
            reason: reason.map(|text| cut(&text)),
            schema_version: SchemaVersion::V1,
            timestamp: at,
        };
        Ok((record, Contents { policy, document }))
    }
}

/// The contents of a lifecycle record.
pub(super) struct Contents {
    policy: Option<Content>,
    document: Option<Content>,
}

impl LifecycleRecord {
    /// The entry that is appended for the record.
    pub(super) fn entry(self, contents: Contents) -> Result<Entry, RecordError> {
        let Contents { policy, document } = contents;
        let record = Record::Lifecycle(Box::new(self));
        Ok(Entry {
            id: record.id(),
            record: record.to_bytes()?,
            subject: None,
            judgement: None,
            policy,
            candidate_judgement: None,
            candidate_policy: document,
            is_lifecycle: true,
        })
    }
}

fn cut(reason: &str) -> String {
    let end = reason.floor_char_boundary(MAX_WHY_BYTES);
    reason.get(..end).unwrap_or_default().to_owned()
}
