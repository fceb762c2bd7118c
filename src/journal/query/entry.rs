//! A record with the contents that it names.

use std::borrow::Cow;

use jiff::Timestamp;
use serde::ser::SerializeStruct as _;
use serde::{Deserialize, Serialize, Serializer};
use serde_json::value::RawValue;

use super::QueryError;
use super::contents::Resolved;
use super::filter::timestamp;
use crate::canonical::Digest;
use crate::journal::merkle_log::leaf_hash;
use crate::journal::record::{EventRecord, Record};

/// A record of the journal with the contents that it names. As JSON it is
/// `cavra.journal.entry.v1`: `record` and the contents are exactly as they are stored,
/// so that their hashes can be recomputed; `dropped` names contents that retention has dropped.
#[derive(Debug, Clone, PartialEq)]
pub struct JournalEntry {
    position: u64,
    record: Record,
    parts: EntryParts,
}

/// The texts of an entry, as they are stored.
#[derive(Debug, Clone)]
pub struct EntryParts {
    /// The record's canonical JSON.
    pub record: Box<RawValue>,
    /// The action and its facts.
    pub subject: Option<Resolved>,
    /// The judgement of the active policy.
    pub judgement: Option<Resolved>,
    /// The identity of the active policy.
    pub policy: Option<Resolved>,
    /// The judgement of the candidate.
    pub candidate_judgement: Option<Resolved>,
    /// The identity of the candidate that was staged. Absent for lifecycle records: the document
    /// that such a record keeps may be large, and `cavra lifecycle history` reads it.
    pub candidate_policy: Option<Resolved>,
}

/// One content of an entry, under its name.
pub type Part<'a> = (&'static str, Option<&'a Resolved>);

impl PartialEq for EntryParts {
    fn eq(&self, other: &Self) -> bool {
        self.record.get() == other.record.get() && self.named() == other.named()
    }
}

impl EntryParts {
    /// Every content under its name, in the order of the names.
    #[must_use]
    pub fn named(&self) -> [Part<'_>; 5] {
        let Self {
            record: _,
            subject,
            judgement,
            policy,
            candidate_judgement,
            candidate_policy,
        } = self;
        [
            ("candidate_judgement", candidate_judgement.as_ref()),
            ("candidate_policy", candidate_policy.as_ref()),
            ("judgement", judgement.as_ref()),
            ("policy", policy.as_ref()),
            ("subject", subject.as_ref()),
        ]
    }
}

impl JournalEntry {
    /// The `schema_version` of an entry as JSON.
    pub const SCHEMA_VERSION: &str = "cavra.journal.entry.v1";

    /// An entry of what is stored at `position`.
    ///
    /// # Errors
    /// If the record is not one of this version.
    pub fn new(position: u64, parts: EntryParts) -> Result<Self, QueryError> {
        let record = Record::from_bytes(parts.record.get().as_bytes())
            .map_err(|cause| QueryError::Record { position, cause })?;
        Ok(Self::of(position, record, parts))
    }

    pub(super) fn of(position: u64, record: Record, parts: EntryParts) -> Self {
        Self {
            position,
            record,
            parts,
        }
    }

    /// The record's position in the log, from 0.
    #[must_use]
    pub fn position(&self) -> u64 {
        self.position
    }

    /// The record as it was written.
    #[must_use]
    pub fn record(&self) -> &Record {
        &self.record
    }

    /// The texts as they are stored.
    #[must_use]
    pub fn parts(&self) -> &EntryParts {
        &self.parts
    }

    /// The time of the decision or event, in UTC.
    #[must_use]
    pub fn timestamp(&self) -> Timestamp {
        timestamp(&self.record)
    }

    /// The record's `kind`, such as `decision`.
    #[must_use]
    pub fn kind(&self) -> &'static str {
        match &self.record {
            Record::Decision(_) => "decision",
            Record::Lifecycle(_) => "lifecycle",
            Record::Event(EventRecord::Retention(_)) => "retention",
            Record::Event(EventRecord::PolicyChange(_)) => "policy_change",
            Record::Event(EventRecord::Shadow(_)) => "shadow",
            Record::Event(EventRecord::Inquiry(_)) => "inquiry",
            Record::Event(EventRecord::Refusal(_)) => "refusal",
            Record::Event(EventRecord::Approval(_)) => "approval",
        }
    }

    /// The record's hash in the log (RFC 6962 section 2.1), computed from its text.
    #[must_use]
    pub fn leaf_hash(&self) -> Digest {
        leaf_hash(self.parts.record.get().as_bytes())
    }

    /// The names of the contents that retention has dropped.
    #[must_use]
    pub fn dropped(&self) -> Vec<&'static str> {
        let named = self.parts.named().into_iter();
        named
            .filter(|(_, content)| matches!(content, Some(Resolved::Dropped)))
            .map(|(name, _)| name)
            .collect()
    }

    /// The target of the action, if its content was not dropped.
    #[must_use]
    pub fn target(&self) -> Option<Cow<'_, str>> {
        target(self.parts.subject.as_ref()?)
    }

    /// About how many bytes it holds.
    #[must_use]
    pub fn size_bytes(&self) -> usize {
        let named = self.parts.named().into_iter();
        let contents = named.filter_map(|(_, content)| content?.text());
        self.parts.record.get().len() + contents.map(str::len).sum::<usize>()
    }
}

/// The target of a subject's action.
pub(super) fn target(subject: &Resolved) -> Option<Cow<'_, str>> {
    #[derive(Deserialize)]
    struct Subject<'a> {
        #[serde(borrow)]
        action: Action<'a>,
    }
    #[derive(Deserialize)]
    struct Action<'a> {
        #[serde(borrow)]
        target: Cow<'a, str>,
    }
    let subject: Subject<'_> = serde_json::from_str(subject.text()?).ok()?;
    Some(subject.action.target)
}

impl Serialize for JournalEntry {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let dropped = self.dropped();
        let mut document = serializer.serialize_struct("JournalEntry", 11)?;
        document.serialize_field("schema_version", Self::SCHEMA_VERSION)?;
        document.serialize_field("position", &self.position)?;
        document.serialize_field("kind", self.kind())?;
        document.serialize_field("leaf_hash", &self.leaf_hash())?;
        document.serialize_field("record", &self.parts.record)?;
        for (name, content) in self.parts.named() {
            match content {
                Some(Resolved::Kept(text)) => document.serialize_field(name, text)?,
                Some(Resolved::Dropped) | None => document.skip_field(name)?,
            }
        }
        match dropped.is_empty() {
            true => document.skip_field("dropped")?,
            false => document.serialize_field("dropped", &dropped)?,
        }
        document.end()
    }
}

/// The entry as it is read back.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Document {
    schema_version: String,
    position: u64,
    kind: String,
    leaf_hash: Digest,
    record: Box<RawValue>,
    subject: Option<Box<RawValue>>,
    judgement: Option<Box<RawValue>>,
    policy: Option<Box<RawValue>>,
    candidate_judgement: Option<Box<RawValue>>,
    candidate_policy: Option<Box<RawValue>>,
    #[serde(default)]
    dropped: Vec<String>,
}

impl<'de> Deserialize<'de> for JournalEntry {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        use serde::de::Error as _;
        let document = Document::deserialize(deserializer)?;
        if document.schema_version != Self::SCHEMA_VERSION {
            return Err(D::Error::custom(format!(
                "`{}` is not the `schema_version` of an entry: `{}` is",
                document.schema_version,
                Self::SCHEMA_VERSION
            )));
        }
        let dropped = &document.dropped;
        let resolved = |name: &str, text: Option<Box<RawValue>>| match text {
            Some(text) => Some(Resolved::Kept(text.into())),
            None => dropped
                .iter()
                .any(|it| it == name)
                .then_some(Resolved::Dropped),
        };
        let parts = EntryParts {
            subject: resolved("subject", document.subject),
            judgement: resolved("judgement", document.judgement),
            policy: resolved("policy", document.policy),
            candidate_judgement: resolved("candidate_judgement", document.candidate_judgement),
            candidate_policy: resolved("candidate_policy", document.candidate_policy),
            record: document.record,
        };
        let entry = Self::new(document.position, parts).map_err(D::Error::custom)?;
        if entry.kind() != document.kind || entry.leaf_hash() != document.leaf_hash {
            return Err(D::Error::custom(
                "`kind` or `leaf_hash` is not that of `record`",
            ));
        }
        Ok(entry)
    }
}
