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

pub use append::Store;
pub use error::StoreError;
pub use lock::Lock;
pub use mover::Mover;
pub use reader::{LogInfo, Reader, References, Row};

use std::path::{Path, PathBuf};

/// The database's file in the data directory.
pub const DATABASE_FILE: &str = "journal.db";

fn database(directory: &Path) -> PathBuf {
    directory.join(DATABASE_FILE)
}
