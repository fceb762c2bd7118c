//! Whether a data directory is its owner's alone.
//!
//! Another user who can write it can put other files in the place of the journal's, or a link or a
//! pipe where one is expected.

use std::fs;
use std::io;
use std::os::unix::fs::{FileTypeExt as _, MetadataExt as _};
use std::path::Path;

use rustix::process::geteuid;
use uuid::Uuid;

use super::{DATABASE_FILE, StoreError};

/// Group and others may write.
const OTHERS_WRITE: u32 = 0o022;
/// The beginning of the names of the journal's files.
const OWN_PREFIX: &str = "journal.";
/// SQLite would undo what this says has not come to its end. A journal with a write-ahead log has
/// none.
const ROLLBACK_JOURNAL: &str = "journal.db-journal";
/// In the names of files that had been put in the journal's place, before an id.
pub(super) const ASIDE: &str = ".aside-";
/// Bytes of one page of the database, SQLite's default.
const PAGE_BYTES: u64 = 4096;

/// Refuses a data directory that others than the user of this process could have prepared. One
/// that isn't there yet is none.
///
/// # Errors
/// If it is one, or can't be looked at.
pub fn check_directory(directory: &Path) -> Result<(), StoreError> {
    let unreadable = |cause| StoreError::Directory {
        path: directory.to_owned(),
        cause,
    };
    let found = match fs::metadata(directory) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        found => found.map_err(unreadable)?,
    };
    if !found.is_dir() {
        return Err(not_safe(directory, "is not a directory"));
    }
    check_owner(directory, &found)?;
    for entry in fs::read_dir(directory).map_err(unreadable)? {
        let path = entry.map_err(unreadable)?.path();
        match path.symlink_metadata() {
            // It is gone: a file of SQLite that somebody who read has closed.
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            found => check_file(&path, &found.map_err(unreadable)?)?,
        }
    }
    Ok(())
}

/// Whether the journal itself has put a file of this name aside, whatever that was: nothing opens it.
fn is_aside(name: &str) -> bool {
    let aside = name
        .split_once(ASIDE)
        .map(|(of, id)| (of, Uuid::try_parse(id)));
    matches!(aside, Some((of, Ok(_))) if of.starts_with(DATABASE_FILE))
}

fn check_owner(path: &Path, found: &fs::Metadata) -> Result<(), StoreError> {
    let user = geteuid().as_raw();
    if found.uid() != user {
        let problem = format!("belongs to user {}, not to {user}", found.uid());
        return Err(not_safe(path, &problem));
    }
    let mode = found.mode() & 0o7777;
    if mode & OTHERS_WRITE != 0 {
        let problem = format!("may be written by others than its owner (mode {mode:o})");
        return Err(not_safe(path, &problem));
    }
    Ok(())
}

fn check_file(path: &Path, found: &fs::Metadata) -> Result<(), StoreError> {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    if is_aside(&name) {
        return Ok(());
    }
    if found.is_symlink() {
        return match name.starts_with(OWN_PREFIX) {
            true => Err(not_safe(path, "is a symbolic link")),
            false => Ok(()),
        };
    }
    if !name.starts_with(OWN_PREFIX) {
        // Somebody's own file harms nothing; that somebody else could put it there does.
        return match found.uid() == geteuid().as_raw() {
            true => Ok(()),
            false => check_owner(path, found),
        };
    }
    if !found.is_file() {
        return Err(not_safe(path, kind(found)));
    }
    if name == ROLLBACK_JOURNAL && has_database(path) {
        return Err(not_safe(
            path,
            "is none of the journal's files: it would undo what was written",
        ));
    }
    check_owner(path, found)
}

/// Refuses what is no regular file, before SQLite opens it by its name: to open a pipe waits for ever for
/// somebody who writes it (fifo(7)). What isn't there is none. SQLite's locks end when the process closes
/// another descriptor of the file (fcntl(2)), so it isn't opened here.
pub(in crate::journal) fn check_regular(path: &Path) -> Result<(), StoreError> {
    match fs::metadata(path) {
        Ok(found) if !found.is_file() => Err(not_safe(path, kind(&found))),
        _ => Ok(()),
    }
}

/// Refuses a database, and what SQLite keeps beside it, where one of them is no regular file.
pub(super) fn check_database(path: &Path) -> Result<(), StoreError> {
    check_regular(path)?;
    check_regular(&path.with_extension("db-wal"))?;
    check_regular(&path.with_extension("db-shm"))
}

fn kind(found: &fs::Metadata) -> &'static str {
    let file_type = found.file_type();
    if file_type.is_fifo() {
        "is a pipe"
    } else if file_type.is_socket() {
        "is a socket"
    } else if file_type.is_dir() {
        "is a directory"
    } else {
        "is a device"
    }
}

/// Whether the database beside a file holds anything. It gets its write-ahead log while it has one
/// page, by means of a rollback journal, which a power cut at that moment leaves behind.
fn has_database(beside: &Path) -> bool {
    let database = beside.with_file_name(DATABASE_FILE);
    database
        .symlink_metadata()
        .is_ok_and(|found| found.len() > PAGE_BYTES)
}

fn not_safe(path: &Path, problem: &str) -> StoreError {
    StoreError::NotSafe {
        path: path.to_owned(),
        problem: problem.to_owned(),
    }
}
