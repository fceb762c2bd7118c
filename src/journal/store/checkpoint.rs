//! Makes, signs and stores the journal's checkpoints. Their format is in `merkle_log`.
//!
//! The writer's thread makes one when enough records or enough time have come since the last, and
//! when somebody asks for one. A commit with a lifecycle record has its own.

use jiff::Timestamp;
use rusqlite::Connection;

use super::append::{Store, integer};
use super::{StoreError, reader};
use crate::journal::merkle_log::{Checkpoint, LastLifecycle, SignedCheckpoint, Tree};
use crate::keys::SigningKey;

const INSERT_CHECKPOINT: &str = "INSERT OR IGNORE INTO checkpoint (size, note) VALUES (?1, ?2)";

impl Store {
    /// The last checkpoint.
    ///
    /// # Errors
    /// If it can't be read.
    pub fn last_checkpoint(&self) -> Result<Option<SignedCheckpoint>, StoreError> {
        Ok(reader::last_checkpoint(&self.connection)?.map(|(_, note)| note))
    }

    /// How many records the last checkpoint counts.
    #[must_use]
    pub fn checkpoint_size(&self) -> u64 {
        self.covered.size
    }

    /// Signs a checkpoint of the time `at` over all that is written, and stores it.
    ///
    /// # Errors
    /// If it could not be signed or written.
    pub fn add_checkpoint(
        &mut self,
        key: &SigningKey,
        at: Timestamp,
    ) -> Result<SignedCheckpoint, StoreError> {
        let checkpoint = sign(&self.tree, self.covered.lifecycle, key, at)?;
        self.commit(|connection, _| insert(connection, &checkpoint))?;
        self.covered.size = self.tree.size();
        Ok(checkpoint)
    }
}

/// A checkpoint over `tree`, of the time `at`.
///
/// # Errors
/// If the key is another log's.
pub fn sign(
    tree: &Tree,
    lifecycle: LastLifecycle,
    key: &SigningKey,
    at: Timestamp,
) -> Result<SignedCheckpoint, StoreError> {
    let name = key.verifying_key().name().clone();
    let checkpoint = Checkpoint::new(name, tree.size(), tree.root(), at);
    let checkpoint = checkpoint.with_lifecycle(lifecycle);
    checkpoint.sign(key).map_err(StoreError::Sign)
}

pub(super) fn insert(connection: &Connection, note: &SignedCheckpoint) -> Result<(), StoreError> {
    let row = (integer(note.unverified().size())?, note.as_str());
    connection.execute(INSERT_CHECKPOINT, row)?;
    Ok(())
}
