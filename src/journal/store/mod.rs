//! The journal's database: a SQLite file in a data directory.
//!
//! [`Store`] is the one writer, [`Reader`] any number of readers, in this process or another.

mod append;
mod checkpoint;
mod columns;
mod covered;
mod error;
mod file_change;
mod files;
mod folder;
mod lock;
mod mover;
mod open;
mod reader;
mod rescue;
mod retention;
mod scan;
mod schema;
mod trial;
mod upkeep;

pub use append::{Appended, Store};
pub use checkpoint::sign;
pub use columns::References;
pub use error::StoreError;
pub use file_change::FileChange;
pub use folder::check_directory;
pub(in crate::journal) use folder::check_regular;
pub use lock::Lock;
pub use reader::{LogInfo, Reader, Row};
pub use retention::{Aged, Forgotten};
pub use scan::{RawContent, RawRecord, StrayNode};
pub use schema::SchemaPart;

use std::fs::{DirBuilder, File};
use std::io;
use std::os::unix::fs::DirBuilderExt as _;
use std::path::{Path, PathBuf};

/// The database's file in the data directory.
pub const DATABASE_FILE: &str = "journal.db";

/// The last checkpoint as a file in the data directory: the database must go on from it.
pub const CHECKPOINT_FILE: &str = "journal.checkpoint";

/// Makes the data directory, for its owner alone: decisions tell what people and agents do.
/// When this returns it is on disk, since a synced file in a lost directory is lost too.
///
/// # Errors
/// If it can't be made.
pub fn make_directory(directory: &Path) -> io::Result<()> {
    if directory.is_dir() {
        return Ok(());
    }
    let parent = match directory.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    };
    make_directory(parent)?;
    match DirBuilder::new().mode(0o700).create(directory) {
        Err(error) if !directory.is_dir() => Err(error),
        _ => File::open(parent)?.sync_all(),
    }
}

fn database(directory: &Path) -> PathBuf {
    directory.join(DATABASE_FILE)
}

/// Whether the database of `directory` holds nothing, not even its own name, or isn't there.
///
/// # Errors
/// If that can't be found out.
pub fn is_database_empty(directory: &Path) -> io::Result<bool> {
    match database(directory).symlink_metadata() {
        Ok(found) => Ok(found.len() == 0),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(true),
        Err(error) => Err(error),
    }
}
