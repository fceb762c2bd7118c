use std::io;
use std::path::PathBuf;

use rusqlite::ErrorCode;

use super::file_change::FileChange;
use crate::journal::merkle_log::{CheckpointError, TreeError};
use crate::journal::record::RecordError;

/// Why a journal can't be read or written.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The data directory can't be made or read.
    #[error("`{}` can't be used for the journal", path.display())]
    Directory {
        /// The directory.
        path: PathBuf,
        /// The error of the file system.
        #[source]
        cause: io::Error,
    },
    /// Another process writes this journal.
    #[error("another authority writes the journal in `{}`; stop it or give this one a data directory of its own", path.display())]
    InUse {
        /// The directory.
        path: PathBuf,
    },
    /// There is no journal in the directory.
    #[error("there is no journal in `{}`: `{}` doesn't exist", path.display(), super::DATABASE_FILE)]
    Missing {
        /// The directory.
        path: PathBuf,
    },
    /// The file is something else.
    #[error("`{}` is not a journal of this program", path.display())]
    NotAJournal {
        /// The database's file.
        path: PathBuf,
    },
    /// Written by a later version.
    #[error("`{}` has schema {found}; this program knows up to {known}: use a newer one", path.display())]
    Newer {
        /// The database's file.
        path: PathBuf,
        /// The file's schema.
        found: i64,
        /// The latest that is known.
        known: i64,
    },
    /// The journal belongs to another key.
    #[error(
        "the journal is `{found}`, but the signing key is of `{given}`: start with the journal's own key, or in a new data directory"
    )]
    OtherLog {
        /// The journal's origin.
        found: String,
        /// The key's name.
        given: String,
    },
    /// The file contradicts itself.
    #[error("the journal is damaged: {0}")]
    Damaged(String),
    /// The journal's own key is gone. Another key would begin another log.
    #[error("the journal in `{}` has lost its signing key `{file}`", path.display())]
    KeyLost {
        /// The directory.
        path: PathBuf,
        /// The key's file in it.
        file: &'static str,
    },
    /// The database is gone, but the checkpoint beside it shows that there was one.
    #[error(
        "the journal in `{}` is gone: `{}` is missing or empty, and the checkpoint `{}` beside it counts records",
        path.display(), super::DATABASE_FILE, super::CHECKPOINT_FILE
    )]
    DatabaseLost {
        /// The directory.
        path: PathBuf,
    },
    /// Others than its owner could have prepared a file of the data directory, or itself.
    #[error("`{}` {problem}; the data directory must be its owner's alone", path.display())]
    NotSafe {
        /// The file or directory.
        path: PathBuf,
        /// The problem, for a person.
        problem: String,
    },
    /// A checkpoint that was exported is not of this journal's past.
    #[error("the journal doesn't go on from the checkpoint `{}`: {problem}", path.display())]
    Exported {
        /// The checkpoint's file.
        path: PathBuf,
        /// The problem, for a person.
        problem: String,
    },
    /// The last checkpoint in the database is not to be believed.
    #[error("the last checkpoint of the journal can't be believed")]
    Checkpoint(#[source] CheckpointError),
    /// A lifecycle record that no checkpoint counts. The commit that writes one also signs a checkpoint.
    #[error(
        "no checkpoint counts the lifecycle record at position {position}: somebody without the \
         journal's key wrote it, or an earlier version of cavra that was killed; start and stop \
         that version once if it was"
    )]
    Uncovered {
        /// The index of the record.
        position: u64,
    },
    /// A file that is written was changed by somebody else.
    #[error("`{}` {change} while the journal was written", path.display())]
    Changed {
        /// The file.
        path: PathBuf,
        /// How the file was changed.
        change: FileChange,
    },
    /// What was written isn't there any more.
    #[error(
        "of {wanted} records that were written, the journal no longer holds all: it has {found}"
    )]
    Lost {
        /// The number of records that were written.
        wanted: u64,
        /// The number of records that the journal has.
        found: u64,
    },
    /// It failed a moment ago and isn't tried again yet.
    #[error("the journal failed a moment ago")]
    NotYet,
    /// A thread can't be started.
    #[error("the journal's threads can't be started")]
    Thread(#[source] io::Error),
    /// A record can't be made.
    #[error(transparent)]
    Record(#[from] RecordError),
    /// A checkpoint can't be signed.
    #[error("a checkpoint can't be signed")]
    Sign(#[source] CheckpointError),
    /// The disk has no room.
    #[error("the disk is full")]
    Full,
    /// The file or its file system can't be written.
    #[error("the journal is read-only")]
    ReadOnly,
    /// Another process holds the database.
    #[error("the journal is locked by another process")]
    Locked,
    /// The file system failed to read or write.
    #[error("the journal's disk failed")]
    Disk(#[source] rusqlite::Error),
    /// Anything else that SQLite says.
    #[error("the journal's database failed")]
    Database(#[source] rusqlite::Error),
}

impl StoreError {
    /// Whether what was written may be gone, or somebody else writes it: trying again mends
    /// nothing.
    #[must_use]
    pub fn is_lasting(&self) -> bool {
        matches!(self, Self::Changed { .. } | Self::Lost { .. })
    }
}

impl From<rusqlite::Error> for StoreError {
    fn from(error: rusqlite::Error) -> Self {
        match error.sqlite_error_code() {
            Some(ErrorCode::DiskFull) => Self::Full,
            Some(ErrorCode::ReadOnly) => Self::ReadOnly,
            Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => Self::Locked,
            Some(ErrorCode::SystemIoFailure) => Self::Disk(error),
            Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase) => {
                Self::Damaged(error.to_string())
            }
            _ => Self::Database(error),
        }
    }
}

impl From<TreeError<Self>> for StoreError {
    fn from(error: TreeError<Self>) -> Self {
        match error {
            TreeError::Source(error) => error,
            other => Self::Damaged(other.to_string()),
        }
    }
}
