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

pub use append::Store;
pub use error::StoreError;
pub use lock::Lock;
pub use mover::Mover;
pub use reader::{LogInfo, Reader, References, Row};
pub use scan::{RawContent, RawRecord};

use std::fs::DirBuilder;
use std::io;
use std::os::unix::fs::DirBuilderExt as _;
use std::path::{Path, PathBuf};

/// The database's file in the data directory.
pub const DATABASE_FILE: &str = "journal.db";

/// Makes the data directory, for its owner alone: decisions tell what people and agents do.
///
/// # Errors
/// If it can't be made.
pub fn make_directory(directory: &Path) -> io::Result<()> {
    DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(directory)
}

fn database(directory: &Path) -> PathBuf {
    directory.join(DATABASE_FILE)
}
