//! The records of one session, each with the proof that it is in the log of one signed checkpoint.

use std::collections::BTreeSet;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::error::BundleError;
use super::limits::{MAX_BUNDLE_BYTES, MAX_BUNDLE_RECORDS, MAX_PROOF_HASHES};
use super::trailer::is_session;
use crate::canonical::{CanonicalError, Digest, read_document, to_canonical_bytes};
use crate::journal::merkle_log::{Checkpoint, SignedCheckpoint, included};
use crate::journal::record::approval::ApprovalRecord;
use crate::journal::record::{DecisionRecord, EventRecord, Record};
use crate::keys::{VerifyingKey, base64_text};

/// The document's `schema_version`.
pub const SCHEMA_VERSION: &str = "cavra.evidence-bundle.v1";

/// What a journal holds of one session: its decisions and the answers to its requests for approvals, with
/// proofs. It can be checked offline, with the log's public key alone. Nothing proves that it holds all
/// of the session's records.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct EvidenceBundle {
    /// The document's version.
    #[schemars(extend("const" = SCHEMA_VERSION))]
    pub schema_version: String,
    /// The session: 1 to 256 visible ASCII characters.
    pub session_id: String,
    /// The signed checkpoint of the log (C2SP signed note), against which every record is proved.
    pub checkpoint: String,
    /// The records in the order of the log, at most 100,000.
    pub records: Vec<ProvedRecord>,
}

/// A record of a journal, with the proof that it is in the log.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ProvedRecord {
    /// The record's position in the log, from 0.
    pub position: u64,
    /// The record: a `cavra.journal.record.v1`, byte for byte as it was written.
    pub record: String,
    /// The hashes from the record to the root of the checkpoint (RFC 6962 section 2.1.1), each 32 bytes
    /// in padded base64.
    pub hashes: Vec<String>,
}

/// What a bundle says, once every proof holds.
#[derive(Debug, Clone)]
pub struct Verified {
    /// The session.
    pub session_id: String,
    /// The state of the log that holds the records.
    pub checkpoint: Checkpoint,
    /// The decisions, with their positions.
    pub decisions: Vec<(u64, DecisionRecord)>,
    /// The answers to requests for approvals, with their positions.
    pub answers: Vec<(u64, ApprovalRecord)>,
}

impl ProvedRecord {
    /// A record with the path from it to the root.
    #[must_use]
    pub fn new(position: u64, record: String, path: &[Digest]) -> Self {
        Self {
            position,
            record,
            hashes: path
                .iter()
                .map(|hash| base64_text::encode(hash.as_bytes()))
                .collect(),
        }
    }

    fn path(&self) -> Result<Vec<Digest>, BundleError> {
        let malformed = || BundleError::Hashes {
            position: self.position,
        };
        if self.hashes.len() > MAX_PROOF_HASHES {
            return Err(malformed());
        }
        let hashes = self.hashes.iter();
        hashes
            .map(|hash| base64_text::decode_digest(hash).ok_or_else(malformed))
            .collect()
    }

    /// The record, if it is in the log of the checkpoint.
    fn verify(&self, checkpoint: &Checkpoint) -> Result<Record, BundleError> {
        let position = self.position;
        included(checkpoint, &self.record, position, &self.path()?)
            .map_err(|cause| BundleError::Proof { position, cause })?;
        Record::from_bytes(self.record.as_bytes())
            .map_err(|cause| BundleError::Record { position, cause })
    }
}

impl EvidenceBundle {
    /// The bundle of a session, whose records are proved against a signed checkpoint.
    #[must_use]
    pub fn new(session_id: String, checkpoint: &str, records: Vec<ProvedRecord>) -> Self {
        Self {
            schema_version: SCHEMA_VERSION.to_owned(),
            session_id,
            checkpoint: checkpoint.to_owned(),
            records,
        }
    }

    /// Reads a bundle. Whether it proves something is another question.
    ///
    /// # Errors
    /// If it is not one, or larger than a bundle may be.
    pub fn read(bytes: &[u8]) -> Result<Self, BundleError> {
        let bundle: Self = read_document(bytes, MAX_BUNDLE_BYTES)?;
        if bundle.schema_version != SCHEMA_VERSION {
            return Err(BundleError::Version(bundle.schema_version));
        }
        if !is_session(&bundle.session_id) {
            return Err(BundleError::Session);
        }
        match bundle.records.len() {
            count if count > MAX_BUNDLE_RECORDS => Err(BundleError::TooMany(count)),
            _ => Ok(bundle),
        }
    }

    /// The document's canonical JSON.
    ///
    /// # Errors
    /// Never in practice: texts and safe integers have a canonical form.
    pub fn to_json(&self) -> Result<Vec<u8>, CanonicalError> {
        to_canonical_bytes(self)
    }

    /// Checks the checkpoint's signature, every proof, and that every record is of the session.
    ///
    /// # Errors
    /// With the first thing that doesn't hold.
    pub fn verify(&self, key: &VerifyingKey) -> Result<Verified, BundleError> {
        let note: SignedCheckpoint = self.checkpoint.parse()?;
        let mut verified = Verified {
            session_id: self.session_id.clone(),
            checkpoint: note.open(key)?.clone(),
            decisions: Vec::new(),
            answers: Vec::new(),
        };
        let mut last = None;
        for proved in &self.records {
            let position = proved.position;
            if last.is_some_and(|last| position <= last) {
                return Err(BundleError::Order { position });
            }
            last = Some(position);
            verified.take(position, proved.verify(&verified.checkpoint)?)?;
        }
        verified.complete()
    }
}

impl Verified {
    fn take(&mut self, position: u64, record: Record) -> Result<(), BundleError> {
        match record {
            Record::Decision(record)
                if record.caller.session_id.as_ref() == Some(&self.session_id) =>
            {
                self.decisions.push((position, *record));
            }
            Record::Event(EventRecord::Approval(record)) => self.answers.push((position, record)),
            _ => {
                return Err(BundleError::Foreign {
                    position,
                    session: self.session_id.clone(),
                });
            }
        }
        Ok(())
    }

    /// The bundle, if it has a decision, and each answer has its request.
    fn complete(self) -> Result<Self, BundleError> {
        if self.decisions.is_empty() {
            return Err(BundleError::Empty(self.session_id));
        }
        let asked = self.requests();
        let unasked =
            |(_, record): &&(u64, ApprovalRecord)| !asked.contains(&record.approval.approval_id);
        match self.answers.iter().find(unasked) {
            Some((position, record)) => Err(BundleError::Unasked {
                position: *position,
                id: record.approval.approval_id,
            }),
            None => Ok(self),
        }
    }

    /// The ids of the requests that the session's decisions made.
    fn requests(&self) -> BTreeSet<Uuid> {
        let notes = self
            .decisions
            .iter()
            .filter_map(|(_, it)| it.approval.as_ref());
        let requests = notes.filter(|note| note.request.is_some());
        requests.map(|note| note.approval_id).collect()
    }
}
