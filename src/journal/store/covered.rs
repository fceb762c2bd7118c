//! What the last checkpoint of a journal counts.
//!
//! Lifecycle records say which policy is enforced, so each of them must be counted by a checkpoint
//! that the journal's key signed: the commit that writes one signs it too. A checkpoint names the
//! last of them, and each names the one before it. So nobody without the key can add one, change one
//! or leave one out.

use super::{Reader, StoreError};
use crate::journal::limits::CHUNK_ROWS;
use crate::journal::merkle_log::{
    Checkpoint, InclusionProof, LastLifecycle, SignedCheckpoint, inclusion_path, root_at,
};
use crate::journal::record::Record;
use crate::keys::VerifyingKey;

/// What is known of a journal's records beside their hashes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Covered {
    /// The number of records that the last checkpoint counts.
    pub(super) size: u64,
    /// The last lifecycle record.
    pub(super) lifecycle: LastLifecycle,
}

impl Reader {
    /// The last checkpoint, if `key` signed it. None if there is none.
    ///
    /// # Errors
    /// If it can't be read, or `key` didn't sign it.
    pub fn signed_by(&self, key: &VerifyingKey) -> Result<Option<SignedCheckpoint>, StoreError> {
        let Some((_, note)) = self.last_checkpoint()? else {
            return Ok(None);
        };
        note.open(key).map_err(StoreError::Checkpoint)?;
        Ok(Some(note))
    }

    /// The last checkpoint that counts at most `size` records, if `key` signed it. None if there is
    /// none.
    ///
    /// # Errors
    /// As [`Self::signed_by`].
    pub fn signed_before(
        &self,
        size: u64,
        key: &VerifyingKey,
    ) -> Result<Option<SignedCheckpoint>, StoreError> {
        let Some(note) = self.checkpoint_before(size)? else {
            return Ok(None);
        };
        note.open(key).map_err(StoreError::Checkpoint)?;
        Ok(Some(note))
    }

    /// The canonical text of the record at `position`, if `checkpoint` counts it.
    ///
    /// # Errors
    /// If it is missing, or isn't what the checkpoint counts at that position.
    pub fn proved_record(
        &self,
        position: u64,
        checkpoint: &SignedCheckpoint,
        key: &VerifyingKey,
    ) -> Result<String, StoreError> {
        let size = checkpoint.unverified().size();
        if position >= size {
            return Err(StoreError::Uncovered { position });
        }
        let row = self.rows(position..position + 1)?.pop();
        let row = row.ok_or_else(|| StoreError::Damaged(missing(position)))?;
        let path = inclusion_path(self, position, size)?;
        let proof = InclusionProof::new(row.body, position, path, checkpoint);
        match proof.check(key) {
            Ok(_) => Ok(proof.record().to_owned()),
            Err(error) => Err(StoreError::Damaged(error.to_string())),
        }
    }

    /// Records that the last checkpoint counts can't be missing, nor their hashes be others, and
    /// all lifecycle records are among them.
    pub(super) fn covered(&self, key: &VerifyingKey) -> Result<Covered, StoreError> {
        let signed = self.signed_by(key)?;
        let told = signed.as_ref().map(SignedCheckpoint::unverified);
        let size = told.map_or(Ok(0), |told| self.agrees_with(told))?;
        if let Some(position) = self.last_lifecycle(size..self.size()?)? {
            return Err(StoreError::Uncovered { position });
        }
        let lifecycle = match told.and_then(Checkpoint::lifecycle) {
            Some(lifecycle) => lifecycle,
            // A version before signed it, or nobody signed anything.
            None => match self.last_lifecycle(0..size)? {
                Some(position) => LastLifecycle::At(position),
                None => LastLifecycle::None,
            },
        };
        Ok(Covered { size, lifecycle })
    }

    /// How many records the checkpoint counts, if they are there.
    fn agrees_with(&self, told: &Checkpoint) -> Result<u64, StoreError> {
        let (size, found) = (told.size(), self.size()?);
        if found < size {
            return Err(StoreError::Damaged(format!(
                "its last checkpoint counts {size} records, but there are {found}"
            )));
        }
        if root_at(self, size)? != told.root() {
            return Err(StoreError::Damaged(format!(
                "its first {size} records are not those of its last checkpoint"
            )));
        }
        Ok(size)
    }

    /// The position of the last lifecycle record at `range`.
    fn last_lifecycle(&self, range: std::ops::Range<u64>) -> Result<Option<u64>, StoreError> {
        let mut end = range.end;
        while end > range.start {
            let start = end.saturating_sub(CHUNK_ROWS).max(range.start);
            let rows = self.rows(start..end)?;
            let mut rows = rows.iter().rev();
            if let Some(row) = rows.find(|row| Record::is_lifecycle(row.body.as_bytes())) {
                return Ok(Some(row.position));
            }
            end = start;
        }
        Ok(None)
    }
}

fn missing(position: u64) -> String {
    format!("the record at position {position} is missing")
}
