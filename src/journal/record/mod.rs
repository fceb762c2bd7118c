//! What the journal records: small records, and the large contents that they name. Neither
//! holds a secret that [`redaction`](crate::redaction) finds.
//!
//! A *record* is a small canonical JSON document (RFC 8785): a leaf of the journal's tree.
//! Large parts that many decisions share are *contents*, named by the SHA-256 of their exact
//! bytes and stored once.
//!
//! | module | holds |
//! |---|---|
//! | [`approval`] | what records say of approvals of actions |
//! | [`decision`], [`event`] | records of decisions, and of what happened beside them |
//! | [`lifecycle`] | records of how policies come into force: a log of their own kind |
//! | [`subject`] | the content that was judged: the action and its facts |
//! | [`judgement`] | the content that resulted: every finding |
//! | [`refusal`] | who changes the policies in force, and who was refused it |
//! | [`recorder`] | a decision in, an [`Entry`] out |
//! | [`limits`] | every bound, by name |
//!
//! Everything here is pure. Records are built on the thread that decides, so they are
//! canonical by the order of their fields and not by a canonicaliser; a property test holds
//! the two equal.

pub mod approval;
pub mod decision;
pub mod event;
pub mod judgement;
pub mod lifecycle;
pub mod limits;
pub mod recorder;
pub mod refusal;
pub mod subject;

mod decided;
mod error;

use std::borrow::Cow;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

pub use decided::Decided;
pub use decision::{DecisionRecord, Latency, Replayable};
pub use error::RecordError;
pub use event::EventRecord;
pub use lifecycle::LifecycleRecord;
pub use recorder::Recorder;
pub use subject::Subject;

use crate::canonical::{Digest, to_canonical_bytes};
use crate::causes::in_line;
use approval::ApprovalRecord;
use event::{InquiryRecord, PolicyChangeRecord, RetentionRecord, ShadowRecord};
use refusal::RefusalRecord;

/// The `schema_version` of every record.
pub const SCHEMA_VERSION: &str = "cavra.journal.record.v1";

/// [`SCHEMA_VERSION`], as a type with one value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub enum SchemaVersion {
    /// The first.
    #[default]
    #[serde(rename = "cavra.journal.record.v1")]
    V1,
}

/// One leaf of the journal.
#[derive(Debug, Clone, PartialEq)]
pub enum Record {
    /// A decision was answered.
    Decision(Box<DecisionRecord>),
    /// An event.
    Event(EventRecord),
    /// An event in the lifecycle of policies.
    Lifecycle(Box<LifecycleRecord>),
}

/// The field that tells what the others are.
#[derive(Deserialize)]
struct Kind<'a> {
    #[serde(borrow)]
    kind: Cow<'a, str>,
}

impl Record {
    /// Whether `bytes` call themselves a lifecycle record. Nothing else of them is looked at.
    #[must_use]
    pub fn is_lifecycle(bytes: &[u8]) -> bool {
        serde_json::from_slice(bytes).is_ok_and(|Kind { kind }| kind == "lifecycle")
    }

    /// Reads a record back.
    ///
    /// # Errors
    /// If `bytes` are not a record of this version in its one canonical form: an unknown or
    /// repeated field, white space or another order of the fields is refused too.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, RecordError> {
        let malformed = |error: serde_json::Error| RecordError::Malformed(error.to_string());
        let Kind { kind } = serde_json::from_slice(bytes).map_err(malformed)?;
        let record = match kind.as_ref() {
            "decision" => Self::Decision(serde_json::from_slice(bytes).map_err(malformed)?),
            "retention" => Self::Event(EventRecord::Retention(
                serde_json::from_slice(bytes).map_err(malformed)?,
            )),
            "policy_change" => Self::Event(EventRecord::PolicyChange(
                serde_json::from_slice(bytes).map_err(malformed)?,
            )),
            "shadow" => Self::Event(EventRecord::Shadow(
                serde_json::from_slice(bytes).map_err(malformed)?,
            )),
            "inquiry" => Self::Event(EventRecord::Inquiry(
                serde_json::from_slice(bytes).map_err(malformed)?,
            )),
            "approval" => Self::Event(EventRecord::Approval(
                serde_json::from_slice(bytes).map_err(malformed)?,
            )),
            "refusal" => Self::Event(EventRecord::Refusal(
                serde_json::from_slice(bytes).map_err(malformed)?,
            )),
            "lifecycle" => Self::Lifecycle(serde_json::from_slice(bytes).map_err(malformed)?),
            other => return Err(RecordError::UnknownKind(other.to_owned())),
        };
        if record.to_bytes()?.as_ref() != bytes {
            return Err(RecordError::NotCanonical);
        }
        Ok(record)
    }

    /// The record's canonical bytes.
    ///
    /// # Errors
    /// If it can't be written as JSON.
    pub fn to_bytes(&self) -> Result<Box<[u8]>, RecordError> {
        match self {
            Self::Decision(record) => to_bytes(record),
            // A comparison's detail is other people's JSON: its fields are in any order.
            Self::Event(EventRecord::Shadow(record)) => canonical(record),
            Self::Lifecycle(record) => canonical(record),
            Self::Event(EventRecord::PolicyChange(record)) => to_bytes(record),
            Self::Event(EventRecord::Retention(record)) => to_bytes(record),
            Self::Event(EventRecord::Inquiry(record)) => to_bytes(record),
            Self::Event(EventRecord::Refusal(record)) => to_bytes(record),
            Self::Event(EventRecord::Approval(record)) => to_bytes(record),
        }
    }

    /// The decision's or event's id: a UUIDv7 (RFC 9562).
    #[must_use]
    pub fn id(&self) -> Uuid {
        match self {
            Self::Decision(record) => record.decision_id,
            Self::Lifecycle(record) => record.event_id,
            Self::Event(
                EventRecord::Retention(RetentionRecord { event_id, .. })
                | EventRecord::PolicyChange(PolicyChangeRecord { event_id, .. })
                | EventRecord::Shadow(ShadowRecord { event_id, .. })
                | EventRecord::Inquiry(InquiryRecord { event_id, .. })
                | EventRecord::Refusal(RefusalRecord { event_id, .. })
                | EventRecord::Approval(ApprovalRecord { event_id, .. }),
            ) => *event_id,
        }
    }
}

/// A large part of a record, stored once however many records name it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Content {
    /// SHA-256 of `bytes`.
    pub digest: Digest,
    /// The content's canonical JSON.
    pub bytes: Box<[u8]>,
}

impl Content {
    fn of<T: Serialize>(value: &T) -> Result<Self, RecordError> {
        Ok(Self::from_bytes(to_bytes(value)?))
    }

    fn from_bytes(bytes: Box<[u8]>) -> Self {
        Self {
            digest: Digest::of(&bytes),
            bytes,
        }
    }
}

/// The kind of a [`Content`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ContentKind {
    /// A [`Subject`].
    Subject,
    /// A [`crate::decision::Judgement`].
    Judgement,
    /// A [`crate::decision::PolicyIdentity`], or the document that a [`LifecycleRecord`] keeps.
    Policy,
}

/// A record with its contents, as the journal appends them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// The decision's or event's id.
    pub id: Uuid,
    /// The leaf: canonical JSON that [`Record::from_bytes`] reads back.
    pub record: Box<[u8]>,
    /// The action and its facts.
    pub subject: Option<Content>,
    /// The judgement of the active policy.
    pub judgement: Option<Content>,
    /// The identity of the policy that judged.
    pub policy: Option<Content>,
    /// The judgement of the candidate.
    pub candidate_judgement: Option<Content>,
    /// The identity of the candidate that is staged, for a change of policies; the document that a
    /// lifecycle record keeps. Absent for all others.
    pub candidate_policy: Option<Content>,
    /// Whether it is a lifecycle record. A checkpoint is signed in the commit that writes one.
    pub is_lifecycle: bool,
}

impl Entry {
    /// Every content that the record names.
    pub fn contents(&self) -> impl Iterator<Item = (ContentKind, &Content)> {
        let all = [
            (ContentKind::Subject, &self.subject),
            (ContentKind::Judgement, &self.judgement),
            (ContentKind::Policy, &self.policy),
            (ContentKind::Judgement, &self.candidate_judgement),
            (ContentKind::Policy, &self.candidate_policy),
        ];
        all.into_iter()
            .filter_map(|(kind, content)| content.as_ref().map(|content| (kind, content)))
    }
}

/// The canonical bytes of something whose fields may be in any order.
fn canonical<T: Serialize>(value: &T) -> Result<Box<[u8]>, RecordError> {
    to_canonical_bytes(value)
        .map(Vec::into_boxed_slice)
        .map_err(|error| RecordError::Unwritable(in_line(&error)))
}

/// The bytes of something whose fields are declared in canonical order.
fn to_bytes<T: Serialize>(value: &T) -> Result<Box<[u8]>, RecordError> {
    serde_json::to_vec(value)
        .map(Vec::into_boxed_slice)
        .map_err(|error| RecordError::Unwritable(error.to_string()))
}
