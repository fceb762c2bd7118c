//! The journal's database: a SQLite file in a data directory.
//!
//! [`Store`] is the one writer, [`Reader`] any number of readers, in this process or another.

mod append;
mod error;
mod lock;
mod mover;
mod open;
mod reader;
mod retention;
mod scan;
mod trial;

pub use append::Store;
pub use error::StoreError;
pub use lock::Lock;
pub use mover::Mover;
pub use reader::{LogInfo, Reader, References, Row};
pub use retention::Forgotten;
pub use scan::{RawContent, RawRecord};

use std::fs::{DirBuilder, File};
use std::io;
use std::os::unix::fs::DirBuilderExt as _;
use std::path::{Path, PathBuf};

/// The database's file in the data directory.
pub const DATABASE_FILE: &str = "journal.db";

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
