//! Why a journal could not be used as a command asks.

use std::path::PathBuf;

use jiff::Timestamp;

use crate::evidence::limits::MAX_BUNDLE_RECORDS;
use crate::journal::merkle_log::{CheckpointError, ProofFormatError};
use crate::journal::prove::ProveError;
use crate::journal::query::{QueryError, RecordRef};
use crate::journal::record::RecordError;
use crate::journal::store::StoreError;
use crate::keys::file::KeyFileError;

/// Why a journal could not be used as a command asks.
#[derive(Debug, thiserror::Error)]
pub(crate) enum JournalError {
    #[error("the journal can't be used")]
    Store(#[from] StoreError),
    #[error(transparent)]
    Query(#[from] QueryError),
    #[error(transparent)]
    Prove(#[from] ProveError),
    #[error("there is no record `{0}` in the journal")]
    NoRecord(RecordRef),
    #[error("`{}` is not a proof; `cavra journal prove` makes one", path.display())]
    Proof {
        path: PathBuf,
        #[source]
        cause: ProofFormatError,
    },
    #[error("`{}` shows no rehearsal of a return", path.display())]
    NoRehearsal {
        path: PathBuf,
        #[source]
        cause: NoRehearsal,
    },
    #[error("`{}` is not a checkpoint; `cavra journal checkpoint` prints one", path.display())]
    Checkpoint {
        path: PathBuf,
        #[source]
        cause: CheckpointError,
    },
    #[error("`{0}` can't be the session of a bundle: it must be 1 to 256 visible ASCII characters")]
    Session(String),
    #[error("there is no decision of the session `{0}` in the journal")]
    NoDecisions(String),
    #[error("the session has more than {MAX_BUNDLE_RECORDS} records; a bundle has at most so many")]
    LongSession,
    #[error("`--proofs` takes one `--session` and no other filter")]
    Filtered,
    #[error(
        "the service signed a checkpoint each time before all proofs were there; ask again, or give \
         `--data-dir`"
    )]
    Checkpoints,
    #[error("`--since` is {since}, and `--until` is {until}, which is not later")]
    Backwards { since: Timestamp, until: Timestamp },
    #[error("the public key of the journal can't be read")]
    LogKey(#[source] KeyFileError),
    #[error("the Parquet file can't be written")]
    Parquet(#[from] parquet::errors::ParquetError),
    #[error("the CSV file can't be written")]
    Csv(#[from] csv::Error),
    #[error("the journal has no folder: neither `XDG_STATE_HOME` nor `HOME` is set")]
    NoStateDirectory,
}

/// Why a proof shows no rehearsal.
#[derive(Debug, thiserror::Error)]
pub(crate) enum NoRehearsal {
    #[error("it is a proof of consistency")]
    Consistency,
    #[error("no key of the trust file signed it")]
    UnknownKey,
    #[error("its checkpoint is not signed by a service with the role `checkpoint`")]
    NoService,
    #[error(transparent)]
    Record(#[from] RecordError),
    #[error("its record is of no event in the lifecycle of policies")]
    NoEvent,
    #[error("its record is `{0}`")]
    OtherEvent(&'static str),
}

impl JournalError {
    /// What a person can do about it.
    pub(crate) fn hint(&self) -> Option<&'static str> {
        match self {
            Self::Store(error)
            | Self::Query(QueryError::Store(error))
            | Self::Prove(ProveError::Store(error)) => hint_of_store(error),
            Self::Backwards { .. } => Some("give a `--since` that is before `--until`"),
            Self::LogKey(_) => Some("name the public key of the journal by `--journal-key`"),
            Self::NoStateDirectory => {
                Some("name one with `--data-dir DIR`, or keep no journal with `--journal off`")
            }
            _ => None,
        }
    }
}

/// What a person can do about a journal that can't be read or written.
pub(crate) fn hint_of_store(error: &StoreError) -> Option<&'static str> {
    match error {
        StoreError::Directory { .. } | StoreError::Missing { .. } => {
            Some("`--data-dir DIR` names another folder")
        }
        StoreError::Damaged(_) => Some("`cavra journal verify` shows where"),
        StoreError::KeyLost { .. } => Some(
            "put the key back from a backup or name it by `--signing-key KEY`; if it is gone for good, \
             `--data-dir DIR` begins a new journal",
        ),
        _ => None,
    }
}
