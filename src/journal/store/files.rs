//! Whether the journal's files are still those that are written.
//!
//! SQLite goes on writing a file that was removed or replaced, and says nothing. So it is found
//! out here, by what the files' names lead to: before a commit that nobody else has changed
//! them, and after it that what was committed is where a restart will find it.

use std::io;
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};

use super::lock::LOCK_FILE;
use super::{FileChange, StoreError, database};
use crate::journal::limits::WAL_KEPT_BYTES;

/// Device and inode: the file itself, whatever its name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Identity {
    device: u64,
    inode: u64,
}

/// A file as it was last looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct State {
    identity: Identity,
    size: u64,
    /// When it was last written: seconds and nanoseconds.
    written: (i64, i64),
}

impl State {
    fn of(path: &Path) -> io::Result<Self> {
        let found = path.symlink_metadata()?;
        Ok(Self {
            identity: Identity {
                device: found.dev(),
                inode: found.ino(),
            },
            size: found.size(),
            written: (found.mtime(), found.mtime_nsec()),
        })
    }
}

pub(super) fn identity(path: &Path) -> Result<Identity, StoreError> {
    looked_at(path).map(|state| state.identity)
}

fn looked_at(path: &Path) -> Result<State, StoreError> {
    State::of(path).map_err(|cause| match cause.kind() {
        io::ErrorKind::NotFound | io::ErrorKind::NotADirectory => {
            changed(path, FileChange::Removed)
        }
        _ => StoreError::Directory {
            path: path.to_owned(),
            cause,
        },
    })
}

fn changed(path: &Path, change: FileChange) -> StoreError {
    StoreError::Changed {
        path: path.to_owned(),
        change,
    }
}

/// One file, and how it was left.
#[derive(Debug)]
struct Watched {
    path: PathBuf,
    left: State,
}

impl Watched {
    fn at(path: PathBuf) -> Result<Self, StoreError> {
        let left = looked_at(&path)?;
        Ok(Self { path, left })
    }

    /// How it is now; an error if its name leads elsewhere.
    fn look(&self) -> Result<State, StoreError> {
        let found = looked_at(&self.path)?;
        match found.identity == self.left.identity {
            true => Ok(found),
            false => Err(changed(&self.path, FileChange::Replaced)),
        }
    }

    /// It is the same file, and as it was left.
    fn is_untouched(&self) -> Result<(), StoreError> {
        let found = self.look()?;
        if found.size < self.left.size {
            return Err(changed(&self.path, FileChange::CutOff));
        }
        match found == self.left {
            true => Ok(()),
            false => Err(changed(&self.path, FileChange::Written)),
        }
    }

    /// It is the same file, of at least `least` bytes; leaves it as it is now.
    fn leave(&mut self, least: u64) -> Result<(), StoreError> {
        let found = self.look()?;
        if found.size < least {
            return Err(changed(&self.path, FileChange::CutOff));
        }
        self.left = found;
        Ok(())
    }
}

/// The files of a journal that is written.
#[derive(Debug)]
pub(super) struct Files {
    database: Watched,
    write_ahead_log: Watched,
    /// Written by every reader, so only its place is known.
    shared_memory: Watched,
    lock: Watched,
    /// Whether the write-ahead log is being moved into the database, which writes it.
    is_moving: bool,
    /// Whether moving may make the database smaller: pages were given back.
    may_shrink: bool,
}

impl Files {
    /// Those of the journal in `directory`, which SQLite has open.
    pub(super) fn of(directory: &Path) -> Result<Self, StoreError> {
        let database = database(directory);
        let beside = |suffix: &str| {
            let mut name = database.clone().into_os_string();
            name.push(suffix);
            Watched::at(name.into())
        };
        Ok(Self {
            write_ahead_log: beside("-wal")?,
            shared_memory: beside("-shm")?,
            lock: Watched::at(directory.join(LOCK_FILE))?,
            database: Watched::at(database)?,
            is_moving: false,
            may_shrink: false,
        })
    }

    /// Nobody else has touched them since they were left.
    pub(super) fn are_untouched(&mut self) -> Result<(), StoreError> {
        match self.is_moving {
            true => self.database.leave(self.least_database())?,
            false => self.database.is_untouched()?,
        }
        self.write_ahead_log.is_untouched()?;
        self.shared_memory.look()?;
        self.lock.look().map(drop)
    }

    /// After a commit: it is in the files that their names lead to.
    pub(super) fn committed(&mut self) -> Result<(), StoreError> {
        match self.is_moving {
            true => self.database.leave(self.least_database())?,
            false => self.database.is_untouched()?,
        }
        self.shared_memory.look()?;
        // When SQLite starts the log again, it cuts the file to the size limit.
        let kept = self
            .write_ahead_log
            .left
            .size
            .min(WAL_KEPT_BYTES.unsigned_abs());
        self.write_ahead_log.leave(kept)
    }

    /// From now on, until [`Self::moved`], the database is written too.
    pub(super) fn move_begins(&mut self) {
        self.is_moving = true;
    }

    /// After the write-ahead log was moved into the database.
    pub(super) fn moved(&mut self) -> Result<(), StoreError> {
        self.database.leave(self.least_database())?;
        self.is_moving = false;
        self.may_shrink = false;
        Ok(())
    }

    /// After the write-ahead log was emptied.
    pub(super) fn log_emptied(&mut self) -> Result<(), StoreError> {
        self.write_ahead_log.leave(0)
    }

    /// Pages were given back: the database gets smaller when that is moved into it.
    pub(super) fn may_shrink(&mut self) {
        self.may_shrink = true;
    }

    fn least_database(&self) -> u64 {
        match self.may_shrink {
            // SQLite's smallest database has one page.
            true => 512,
            false => self.database.left.size,
        }
    }

    /// Whether the database is where its name leads, as it was left.
    pub(super) fn has_database(&mut self) -> bool {
        match self.is_moving {
            true => self.database.leave(self.least_database()).is_ok(),
            false => self.database.is_untouched().is_ok(),
        }
    }

    /// Whether the database's name leads elsewhere, or nowhere: then what was written is still
    /// in the file that SQLite has open.
    pub(super) fn has_lost_database(&self) -> bool {
        self.database.look().is_err()
    }

    /// Whether the write-ahead log that SQLite has open was changed by somebody else. One that
    /// was removed or replaced is still what it was.
    pub(super) fn is_log_spoiled(&self) -> bool {
        self.write_ahead_log.look().is_ok() && self.write_ahead_log.is_untouched().is_err()
    }

    /// The names of the database and what SQLite keeps beside it, where they lead to a file;
    /// with `own`, also where that is the one that SQLite has open.
    pub(super) fn present(&self, own: bool) -> impl Iterator<Item = &Path> {
        let all = [&self.database, &self.write_ahead_log, &self.shared_memory];
        all.into_iter()
            .filter(move |file| {
                let found = State::of(&file.path);
                found.is_ok_and(|found| own || found.identity != file.left.identity)
            })
            .map(|file| &*file.path)
    }
}
