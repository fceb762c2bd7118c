//! Moving the write-ahead log into the database beside the commits.

use std::path::{Path, PathBuf};
use std::thread::{self, JoinHandle};

use rusqlite::Connection;

use super::append::move_log;
use super::{Store, StoreError, database};
use crate::journal::limits::{MAX_LOCK_WAIT, WAL_MOVE_BYTES};

/// Moves the bulk of a write-ahead log on a thread and a connection of its own, so that the
/// writer is left with little: commits go on meanwhile.
pub struct Mover {
    database: PathBuf,
    under_way: Option<JoinHandle<Result<(), StoreError>>>,
}

impl Mover {
    /// A mover for the journal of `directory`.
    #[must_use]
    pub fn new(directory: &Path) -> Self {
        Self {
            database: database(directory),
            under_way: None,
        }
    }

    /// Does the next thing that is due. Call it between commits.
    ///
    /// # Errors
    /// If moving failed: then the disk did.
    pub fn tend(&mut self, store: &mut Store) -> Result<(), StoreError> {
        match self.under_way.take_if(|moving| moving.is_finished()) {
            Some(moved) => {
                let panicked = |_| StoreError::Damaged("moving its log panicked".to_owned());
                moved.join().map_err(panicked)??;
                store.move_rest_of_log()
            }
            None if self.under_way.is_none() && store.unmoved_bytes() >= WAL_MOVE_BYTES => {
                let database = self.database.clone();
                let moving = thread::Builder::new()
                    .name("cavra-journal-move".to_owned())
                    .spawn(move || {
                        let connection = Connection::open(database)?;
                        connection.busy_timeout(MAX_LOCK_WAIT)?;
                        move_log(&connection, "PASSIVE")
                    });
                self.under_way = Some(moving.map_err(StoreError::Thread)?);
                Ok(())
            }
            None => Ok(()),
        }
    }
}
