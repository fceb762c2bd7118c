//! Records and proofs.

use serde_json::value::RawValue;

use crate::canonical::Digest;
use crate::grpc::convert::field::FieldError;
use crate::grpc::convert::time::{short, timestamp};
use crate::grpc::limits::MAX_CHECKPOINT_BYTES;
use crate::grpc::wire;
use crate::journal::merkle_log::{ConsistencyProof, InclusionProof, SignedCheckpoint, leaf_hash};
use crate::journal::query::{EntryParts, JournalEntry, RecordRef, Resolved};

/// The earlier state of a log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Earlier {
    /// The checkpoint itself.
    Checkpoint(Box<SignedCheckpoint>),
    /// How many records it counts.
    Size(u64),
}

impl From<RecordRef> for wire::RecordRef {
    fn from(record: RecordRef) -> Self {
        use wire::record_ref::By;
        Self {
            by: Some(match record {
                RecordRef::Position(position) => By::Position(position),
                RecordRef::Id(id) => By::Id(id.to_string()),
            }),
        }
    }
}

fn record_ref(record: Option<wire::RecordRef>) -> Result<RecordRef, FieldError> {
    use wire::record_ref::By;
    let wire::RecordRef { by } = record.ok_or(FieldError::missing("record"))?;
    match by.ok_or(FieldError::missing("record.by"))? {
        By::Position(position) => Ok(RecordRef::Position(position)),
        By::Id(id) => id
            .parse()
            .map(RecordRef::Id)
            .map_err(|_| FieldError::new("record.id", format!("is `{id}`, which is not a UUID"))),
    }
}

impl TryFrom<wire::GetRecordRequest> for RecordRef {
    type Error = FieldError;

    fn try_from(request: wire::GetRecordRequest) -> Result<Self, FieldError> {
        let wire::GetRecordRequest { record } = request;
        record_ref(record)
    }
}

impl TryFrom<wire::ProveInclusionRequest> for RecordRef {
    type Error = FieldError;

    fn try_from(request: wire::ProveInclusionRequest) -> Result<Self, FieldError> {
        let wire::ProveInclusionRequest { record } = request;
        record_ref(record)
    }
}

impl TryFrom<wire::ProveConsistencyRequest> for Earlier {
    type Error = FieldError;

    fn try_from(request: wire::ProveConsistencyRequest) -> Result<Self, FieldError> {
        use wire::prove_consistency_request::From;
        let wire::ProveConsistencyRequest { from } = request;
        match from.ok_or(FieldError::missing("from"))? {
            From::Size(size) => Ok(Self::Size(size)),
            From::Checkpoint(note) => {
                short("checkpoint", &note, MAX_CHECKPOINT_BYTES)?;
                let checkpoint = note.parse().map_err(|error| {
                    FieldError::new("checkpoint", format!("can't be read: {error}"))
                })?;
                Ok(Self::Checkpoint(Box::new(checkpoint)))
            }
        }
    }
}

impl From<JournalEntry> for wire::JournalEntry {
    fn from(entry: JournalEntry) -> Self {
        let EntryParts {
            record,
            subject,
            judgement,
            policy,
            candidate_judgement,
            candidate_policy,
        } = entry.parts();
        let content = |content: &Option<Resolved>| {
            content.as_ref().map(|content| wire::JournalContent {
                json: content.text().map(str::to_owned),
            })
        };
        Self {
            position: entry.position(),
            id: entry.record().id().to_string(),
            kind: entry.kind().to_owned(),
            timestamp: Some(timestamp(entry.timestamp())),
            leaf_hash: entry.leaf_hash().as_bytes().to_vec(),
            record_json: record.get().to_owned(),
            subject: content(subject),
            judgement: content(judgement),
            policy: content(policy),
            candidate_judgement: content(candidate_judgement),
            candidate_policy: content(candidate_policy),
        }
    }
}

impl TryFrom<wire::JournalEntry> for JournalEntry {
    type Error = FieldError;

    fn try_from(entry: wire::JournalEntry) -> Result<Self, FieldError> {
        // What the record says itself is left out.
        let wire::JournalEntry {
            position,
            id: _,
            kind: _,
            timestamp: _,
            leaf_hash,
            record_json,
            subject,
            judgement,
            policy,
            candidate_judgement,
            candidate_policy,
        } = entry;
        let parts = EntryParts {
            record: RawValue::from_string(record_json).map_err(|error| {
                FieldError::new("entry.record_json", format!("is no JSON: {error}"))
            })?,
            subject: content("entry.subject", subject)?,
            judgement: content("entry.judgement", judgement)?,
            policy: content("entry.policy", policy)?,
            candidate_judgement: content("entry.candidate_judgement", candidate_judgement)?,
            candidate_policy: content("entry.candidate_policy", candidate_policy)?,
        };
        let entry = Self::new(position, parts).map_err(|error| {
            FieldError::new("entry.record_json", format!("can't be read: {error}"))
        })?;
        if entry.leaf_hash().as_bytes() != leaf_hash.as_slice() {
            return Err(FieldError::new(
                "entry.leaf_hash",
                "is not that of the record",
            ));
        }
        Ok(entry)
    }
}

fn content(
    field: &'static str,
    content: Option<wire::JournalContent>,
) -> Result<Option<Resolved>, FieldError> {
    let Some(wire::JournalContent { json }) = content else {
        return Ok(None);
    };
    match json {
        None => Ok(Some(Resolved::Dropped)),
        Some(text) => Resolved::kept(text)
            .map(Some)
            .map_err(|error| FieldError::new(field, format!("is no JSON: {error}"))),
    }
}

/// An answer's entry, which is always there.
pub(crate) fn entry(entry: Option<wire::JournalEntry>) -> Result<JournalEntry, FieldError> {
    entry.ok_or(FieldError::missing("entry"))?.try_into()
}

impl From<&InclusionProof> for wire::ProveInclusionResponse {
    fn from(proof: &InclusionProof) -> Self {
        Self {
            position: proof.position(),
            tree_size: proof.tree_size(),
            leaf_hash: leaf_hash(proof.record().as_bytes()).as_bytes().to_vec(),
            hashes: bytes(proof.hashes()),
            checkpoint: proof.checkpoint().to_owned(),
            record_json: Some(proof.record().to_owned()),
        }
    }
}

impl TryFrom<wire::ProveInclusionResponse> for InclusionProof {
    type Error = FieldError;

    fn try_from(proof: wire::ProveInclusionResponse) -> Result<Self, FieldError> {
        // The sizes and the leaf's hash are the checkpoint's and the record's.
        let wire::ProveInclusionResponse {
            position,
            tree_size: _,
            leaf_hash: _,
            hashes,
            checkpoint,
            record_json,
        } = proof;
        let record = record_json.ok_or(FieldError::new(
            "record_json",
            "is kept to the administrator: ask on the admin socket",
        ))?;
        let checkpoint = note("checkpoint", &checkpoint)?;
        Ok(Self::new(record, position, digests(hashes)?, &checkpoint))
    }
}

impl From<&ConsistencyProof> for wire::ProveConsistencyResponse {
    fn from(proof: &ConsistencyProof) -> Self {
        Self {
            from: proof.older().to_owned(),
            to: proof.newer().to_owned(),
            hashes: bytes(proof.hashes()),
        }
    }
}

impl TryFrom<wire::ProveConsistencyResponse> for ConsistencyProof {
    type Error = FieldError;

    fn try_from(proof: wire::ProveConsistencyResponse) -> Result<Self, FieldError> {
        let wire::ProveConsistencyResponse { from, to, hashes } = proof;
        let (from, to) = (note("from", &from)?, note("to", &to)?);
        Ok(Self::new(&from, &to, digests(hashes)?))
    }
}

impl TryFrom<wire::GetCheckpointResponse> for SignedCheckpoint {
    type Error = FieldError;

    fn try_from(response: wire::GetCheckpointResponse) -> Result<Self, FieldError> {
        let wire::GetCheckpointResponse { checkpoint } = response;
        note("checkpoint", &checkpoint)
    }
}

fn note(field: &'static str, text: &str) -> Result<SignedCheckpoint, FieldError> {
    text.parse()
        .map_err(|error| FieldError::new(field, format!("can't be read: {error}")))
}

fn bytes(hashes: &[Digest]) -> Vec<Vec<u8>> {
    hashes.iter().map(|hash| hash.as_bytes().to_vec()).collect()
}

fn digests(hashes: Vec<Vec<u8>>) -> Result<Vec<Digest>, FieldError> {
    let digest = |hash: Vec<u8>| {
        let bytes: Result<[u8; 32], _> = hash.try_into();
        bytes
            .map(Digest::from_bytes)
            .map_err(|_| FieldError::new("hashes", "has one that isn't 32 bytes"))
    };
    hashes.into_iter().map(digest).collect()
}
