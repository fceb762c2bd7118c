use ct_merkle::{RootHash, digest::Output};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use serde_json::Value;
use sha2::Sha256;

use super::checkpoint::{Checkpoint, CheckpointError, SignedCheckpoint};
use super::tree::leaf_hash;
use crate::canonical::{CanonicalError, Digest, parse_strict, to_canonical_bytes};
use crate::keys::VerifyingKey;

/// The greatest size of a proof file, in bytes: a record, and its hashes and checkpoint, which are
/// small.
pub const MAX_PROOF_BYTES: usize = 16 * 1024 * 1024;

/// Why a text is not a proof at all.
#[derive(Debug, thiserror::Error)]
pub enum ProofFormatError {
    /// The file is larger than [`MAX_PROOF_BYTES`].
    #[error("a proof has at most {MAX_PROOF_BYTES} bytes")]
    TooLarge,
    /// Not JSON, or not the fields of a proof.
    #[error("this can't be read as a proof")]
    Json(#[from] serde_json::Error),
    /// Something else, or of a later version.
    #[error(
        "`{0}` is not the `schema_version` of a proof: `cavra.journal.inclusion-proof.v1` and \
         `cavra.journal.consistency-proof.v1` are"
    )]
    Schema(String),
}

/// Why a proof proves nothing.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ProofError {
    /// A checkpoint in it is not to be believed.
    #[error(transparent)]
    Checkpoint(#[from] CheckpointError),
    /// The proof is over another size than its checkpoint.
    #[error("the proof is over {tree_size} records, its checkpoint over {checkpoint_size}")]
    OtherSize {
        /// The proof's.
        tree_size: u64,
        /// The checkpoint's.
        checkpoint_size: u64,
    },
    /// The hashes don't lead from the record to the root.
    #[error(
        "the record is not the one at position {position} of the log that the checkpoint is of: \
         {cause}"
    )]
    NotIncluded {
        /// The position that the proof names.
        position: u64,
        /// In the words of RFC 6962's check.
        cause: String,
    },
    /// The older checkpoint is over no records, and its root isn't the one of no records.
    #[error("the root of the empty log is not that of the empty string")]
    EmptyRoot,
    /// The hashes don't lead from the older root to the newer one.
    #[error(
        "the log of {to_size} records is not the log of {from_size} records with others after \
         it: {cause}"
    )]
    NotConsistent {
        /// The older size.
        from_size: u64,
        /// The newer size.
        to_size: u64,
        /// In the words of RFC 6962's check.
        cause: String,
    },
}

/// A proof file of either kind.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Proof {
    /// A record is in a log.
    Inclusion(InclusionProof),
    /// A log is the start of a later one.
    Consistency(ConsistencyProof),
}

impl Proof {
    /// Reads a proof file.
    ///
    /// # Errors
    /// If it is not one. Whether it proves something is another question.
    pub fn parse(bytes: &[u8]) -> Result<Self, ProofFormatError> {
        if bytes.len() > MAX_PROOF_BYTES {
            return Err(ProofFormatError::TooLarge);
        }
        let value = parse_strict(bytes)?;
        match value.get("schema_version").and_then(Value::as_str) {
            Some(InclusionProof::SCHEMA_VERSION) => {
                Ok(Self::Inclusion(serde_json::from_value(value)?))
            }
            Some(ConsistencyProof::SCHEMA_VERSION) => {
                Ok(Self::Consistency(serde_json::from_value(value)?))
            }
            other => Err(ProofFormatError::Schema(
                other.unwrap_or("nothing").to_owned(),
            )),
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
enum InclusionSchema {
    #[serde(rename = "cavra.journal.inclusion-proof.v1")]
    V1,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
enum ConsistencySchema {
    #[serde(rename = "cavra.journal.consistency-proof.v1")]
    V1,
}

/// A proof that a record is in a log. It can be checked offline, with the log's public key alone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct InclusionProof {
    schema_version: InclusionSchema,
    record: String,
    position: u64,
    tree_size: u64,
    #[serde(with = "hashes")]
    hashes: Vec<Digest>,
    checkpoint: String,
}

/// The result of an inclusion proof that holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CheckedInclusion {
    /// The record's hash in the log.
    pub leaf: Digest,
    /// Where in the log it is, from 0.
    pub position: u64,
    /// The signed state of the log that holds it.
    pub checkpoint: Checkpoint,
}

impl InclusionProof {
    /// The `schema_version` of the document.
    pub const SCHEMA_VERSION: &str = "cavra.journal.inclusion-proof.v1";

    /// The proof that `record`, the canonical bytes as text, is at `position` of the log that
    /// `checkpoint` is of. `path` is [`super::inclusion_path`] for the checkpoint's size.
    #[must_use]
    pub fn new(
        record: String,
        position: u64,
        path: Vec<Digest>,
        checkpoint: &SignedCheckpoint,
    ) -> Self {
        Self {
            schema_version: InclusionSchema::V1,
            record,
            position,
            tree_size: checkpoint.unverified().size(),
            hashes: path,
            checkpoint: checkpoint.as_str().to_owned(),
        }
    }

    /// The record's canonical text.
    #[must_use]
    pub fn record(&self) -> &str {
        &self.record
    }

    /// Where in the log it should be, from 0.
    #[must_use]
    pub fn position(&self) -> u64 {
        self.position
    }

    /// How many records the proof is over.
    #[must_use]
    pub fn tree_size(&self) -> u64 {
        self.tree_size
    }

    /// From the leaf to the root.
    #[must_use]
    pub fn hashes(&self) -> &[Digest] {
        &self.hashes
    }

    /// The signed note, byte for byte as it was read.
    #[must_use]
    pub fn checkpoint(&self) -> &str {
        &self.checkpoint
    }

    /// The document's canonical JSON.
    ///
    /// # Errors
    /// Never in practice: texts and safe integers have a canonical form.
    pub fn to_json(&self) -> Result<Vec<u8>, CanonicalError> {
        to_canonical_bytes(self)
    }

    /// Checks the signature, the record's hash and the path from it to the root.
    ///
    /// # Errors
    /// If a signature or a hash does not hold; the error names it.
    pub fn check(&self, key: &VerifyingKey) -> Result<CheckedInclusion, ProofError> {
        let note: SignedCheckpoint = self.checkpoint.parse()?;
        let checkpoint = note.open(key)?.clone();
        if checkpoint.size() != self.tree_size {
            return Err(ProofError::OtherSize {
                tree_size: self.tree_size,
                checkpoint_size: checkpoint.size(),
            });
        }
        included(&checkpoint, &self.record, self.position, &self.hashes)?;
        Ok(CheckedInclusion {
            leaf: leaf_hash(self.record.as_bytes()),
            position: self.position,
            checkpoint,
        })
    }
}

/// Checks that `record` is at `position` of the log that a checkpoint is of. `path` leads from it to the
/// root ([`super::inclusion_path`]). The checkpoint's signature was checked before
/// ([`SignedCheckpoint::open`]).
///
/// # Errors
/// If the path doesn't lead from the record to the root.
pub fn included(
    checkpoint: &Checkpoint,
    record: &str,
    position: u64,
    path: &[Digest],
) -> Result<(), ProofError> {
    let outputs: Vec<Output<Sha256>> = path.iter().map(output).collect();
    let path = ct_merkle::InclusionProof::from_digests(&outputs);
    root(checkpoint)
        .verify_inclusion(&record, position, &path)
        .map_err(|cause| ProofError::NotIncluded {
            position,
            cause: cause.to_string(),
        })
}

/// A proof that a log is the start of a later one: nothing was removed, changed or inserted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ConsistencyProof {
    schema_version: ConsistencySchema,
    from: String,
    to: String,
    #[serde(with = "hashes")]
    hashes: Vec<Digest>,
}

/// The result of a consistency proof that holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CheckedConsistency {
    /// The older signed state.
    pub from: Checkpoint,
    /// The newer one, which holds all of it.
    pub to: Checkpoint,
}

impl ConsistencyProof {
    /// The `schema_version` of the document.
    pub const SCHEMA_VERSION: &str = "cavra.journal.consistency-proof.v1";

    /// The proof that the log of `to` continues that of `from`. `path` is
    /// [`super::consistency_path`] for their sizes.
    #[must_use]
    pub fn new(from: &SignedCheckpoint, to: &SignedCheckpoint, path: Vec<Digest>) -> Self {
        Self {
            schema_version: ConsistencySchema::V1,
            from: from.as_str().to_owned(),
            to: to.as_str().to_owned(),
            hashes: path,
        }
    }

    /// The signed note of the older log, byte for byte as it was read.
    #[must_use]
    pub fn older(&self) -> &str {
        &self.from
    }

    /// The signed note of the newer log, byte for byte as it was read.
    #[must_use]
    pub fn newer(&self) -> &str {
        &self.to
    }

    /// In the order of RFC 6962.
    #[must_use]
    pub fn hashes(&self) -> &[Digest] {
        &self.hashes
    }

    /// The document's canonical JSON.
    ///
    /// # Errors
    /// Never in practice: texts have a canonical form.
    pub fn to_json(&self) -> Result<Vec<u8>, CanonicalError> {
        to_canonical_bytes(self)
    }

    /// Checks both signatures and the path between the roots.
    ///
    /// # Errors
    /// With what does not hold.
    pub fn check(&self, key: &VerifyingKey) -> Result<CheckedConsistency, ProofError> {
        let (from, to): (SignedCheckpoint, SignedCheckpoint) =
            (self.from.parse()?, self.to.parse()?);
        let (from, to) = (from.open(key)?.clone(), to.open(key)?.clone());
        consistent(&from, &to, &self.hashes)?;
        Ok(CheckedConsistency { from, to })
    }
}

fn consistent(from: &Checkpoint, to: &Checkpoint, path: &[Digest]) -> Result<(), ProofError> {
    // RFC 6962 defines no proof from the empty log; everything continues it.
    if from.size() == 0 {
        let empty = from.root() == Digest::of(b"") && path.is_empty();
        let grown = to.size() > 0 || to.root() == from.root();
        return match empty && grown {
            true => Ok(()),
            false => Err(ProofError::EmptyRoot),
        };
    }
    let outputs: Vec<Output<Sha256>> = path.iter().map(output).collect();
    let path = ct_merkle::ConsistencyProof::from_digests(&outputs);
    root(to)
        .verify_consistency(&root(from), &path)
        .map_err(|cause| ProofError::NotConsistent {
            from_size: from.size(),
            to_size: to.size(),
            cause: cause.to_string(),
        })
}

fn output(hash: &Digest) -> Output<Sha256> {
    (*hash.as_bytes()).into()
}

fn root(checkpoint: &Checkpoint) -> RootHash<Sha256> {
    RootHash::new(output(&checkpoint.root()), checkpoint.size())
}

/// Hashes as base64, as checkpoints have them.
mod hashes {
    use super::{Deserialize, Deserializer, Digest, Serializer, de};
    use crate::keys::base64_text;

    pub(super) fn serialize<S: Serializer>(
        hashes: &[Digest],
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(
            hashes
                .iter()
                .map(|hash| base64_text::encode(hash.as_bytes())),
        )
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Vec<Digest>, D::Error> {
        let texts: Vec<String> = Vec::deserialize(deserializer)?;
        let hash = |text: &String| {
            base64_text::decode_digest(text).ok_or_else(|| {
                de::Error::custom(format!("`{text}` is not 32 bytes in padded base64"))
            })
        };
        texts.iter().map(hash).collect()
    }
}
