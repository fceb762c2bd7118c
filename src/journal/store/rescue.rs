//! Saving a journal whose files were removed or replaced while it was written.
//!
//! Until it is closed, what was written is still in the files that SQLite has open, under whatever
//! name or none.

use std::ffi::OsString;
use std::fs;
use std::io;
use std::path::Path;

use rusqlite::config::DbConfig;

use super::append::move_log;
use super::folder::ASIDE;
use super::{Reader, Store, StoreError, database, make_directory};
use crate::disk;
use crate::disk::PRIVATE_MODE;

impl Store {
    /// Puts all that was written where a restart finds it, and closes the journal. A file in
    /// its place is kept beside it.
    ///
    /// # Errors
    /// If its bytes themselves were changed, or the disk doesn't take them. What is at its place
    /// stays as it is then.
    pub fn rescue(mut self) -> Result<(), StoreError> {
        // A file that isn't the journal's must not be written by closing it.
        let left = self.mover.leave_log();
        let no_move = DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE;
        self.connection.set_db_config(no_move, true)?;
        left?;
        if self.files.is_log_spoiled() {
            return Err(spoiled("write-ahead log"));
        }
        if self.files.has_lost_database() {
            self.copy_database()?;
        } else if self.files.has_database() {
            match move_log(&self.connection, "FULL")? {
                true => self.set_aside(false)?,
                // Somebody reads, whom a copy doesn't wait for.
                false => self.copy_database()?,
            }
        } else {
            return Err(spoiled("database"));
        }
        Reader::open(&self.directory)?.goes_on_from(&self.tree)
    }

    fn copy_database(&self) -> Result<(), StoreError> {
        let path = database(&self.directory);
        let unwritable = |cause| StoreError::Directory {
            path: self.directory.clone(),
            cause,
        };
        make_directory(&self.directory).map_err(unwritable)?;
        let (copy, file) = disk::create_beside(&path, PRIVATE_MODE).map_err(unwritable)?;
        let name = copy.to_string_lossy();
        let copied = self.connection.execute("VACUUM INTO ?1", [&*name]);
        let placed = copied.map_err(StoreError::from).and_then(|_| {
            // The write-ahead log, even its own, is that of another layout.
            self.set_aside(true)?;
            file.sync_all()
                .and_then(|()| fs::rename(&copy, &path))
                .and_then(|()| disk::sync_folder_of(&path))
                .map_err(unwritable)
        });
        // An incomplete copy is of no use. The first failure is the useful one.
        placed.inspect_err(|_| drop(fs::remove_file(&copy)))
    }

    /// A write-ahead log of another database would be moved into this one.
    fn set_aside(&self, own: bool) -> Result<(), StoreError> {
        for path in self.files.present(own) {
            set_aside(path).map_err(|cause| StoreError::Directory {
                path: path.to_owned(),
                cause,
            })?;
        }
        Ok(())
    }
}

fn set_aside(path: &Path) -> io::Result<()> {
    let mut name: OsString = path.file_name().unwrap_or_default().to_owned();
    name.push(format!("{ASIDE}{}", uuid::Uuid::now_v7().simple()));
    fs::rename(path, path.with_file_name(name))
}

fn spoiled(what: &str) -> StoreError {
    StoreError::Damaged(format!("somebody else has written its {what}"))
}
