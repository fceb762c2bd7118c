//! Why a bundle is refused.

use uuid::Uuid;

use super::limits::{MAX_BUNDLE_RECORDS, MAX_PROOF_HASHES, MAX_SESSION_BYTES};
use crate::canonical::DocumentError;
use crate::journal::merkle_log::{CheckpointError, ProofError};
use crate::journal::record::RecordError;

/// Why a bundle is refused, as a whole: what was changed in one place may have been changed in others.
#[derive(Debug, thiserror::Error)]
pub enum BundleError {
    /// It is not a document of this kind.
    #[error("it is not a bundle of evidence")]
    Document(#[from] DocumentError),
    /// It is of another version.
    #[error("its `schema_version` is `{0}`, not `cavra.evidence-bundle.v1`")]
    Version(String),
    /// Its session can't be a commit's.
    #[error("its `session_id` is not 1 to {MAX_SESSION_BYTES} visible ASCII characters")]
    Session,
    /// It has too many records.
    #[error("it has {0} records; at most {MAX_BUNDLE_RECORDS} are read")]
    TooMany(usize),
    /// Its checkpoint is not to be believed.
    #[error("its checkpoint doesn't hold")]
    Checkpoint(#[from] CheckpointError),
    /// A proof has hashes that can't be read.
    #[error(
        "the proof of the record at position {position} is not at most {MAX_PROOF_HASHES} hashes of 32 \
         bytes in padded base64"
    )]
    Hashes {
        /// The record's position.
        position: u64,
    },
    /// A record is not in the log.
    #[error("the record at position {position} isn't proved")]
    Proof {
        /// The record's position.
        position: u64,
        /// What doesn't hold.
        #[source]
        cause: ProofError,
    },
    /// A record can't be read.
    #[error("the record at position {position} can't be read")]
    Record {
        /// The record's position.
        position: u64,
        /// What is wrong with it.
        #[source]
        cause: RecordError,
    },
    /// The records are not in the order of the log, or one is there twice.
    #[error("the record at position {position} is not after the one before it")]
    Order {
        /// The record's position.
        position: u64,
    },
    /// A record of something else.
    #[error("the record at position {position} is not of the session `{session}`")]
    Foreign {
        /// The record's position.
        position: u64,
        /// The bundle's session.
        session: String,
    },
    /// It has no decision.
    #[error("it has no decision of the session `{0}`")]
    Empty(String),
    /// An answer to a request that the bundle doesn't hold.
    #[error(
        "the answer at position {position} is to the request {id}, which the bundle doesn't hold"
    )]
    Unasked {
        /// The record's position.
        position: u64,
        /// The request.
        id: Uuid,
    },
}
