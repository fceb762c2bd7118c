//! The earliest time that a record can be of.
//!
//! Who has the journal's key can sign a record with any date, also one at which an approval had not
//! expired yet. A checkpoint that doesn't count the record was signed before it, and says when. One that
//! was kept elsewhere can't be taken away by who writes the data directory.

use jiff::Timestamp;

use crate::authority::gate::error::GateError;
use crate::authority::gate::store::PolicyStore;
use crate::journal::limits::TIME_SLACK;
use crate::journal::merkle_log::Checkpoint;
use crate::journal::store::Reader;

/// What was signed before a record.
pub(super) struct Before<'a> {
    pub(super) store: &'a PolicyStore,
    /// Checkpoints outside the database.
    pub(super) known: &'a [Checkpoint],
}

impl Before<'_> {
    /// The latest time of a checkpoint that doesn't count the record at `index`, less [`TIME_SLACK`]: a
    /// checkpoint may be signed while the record waits for its commit. None if there is no checkpoint
    /// that names a time.
    pub(super) fn earliest(&self, index: u64) -> Result<Option<Timestamp>, GateError> {
        let reader = Reader::open(self.store.directory())?;
        let last = reader.signed_before(index, self.store.log_key())?;
        let known = self.known.iter().filter(|it| it.size() <= index);
        let all = last.iter().map(|it| it.unverified()).chain(known);
        let latest = all.filter_map(Checkpoint::time).max();
        let earliest = latest.map(|at| at.checked_sub(TIME_SLACK));
        Ok(earliest.map(|at| at.unwrap_or(Timestamp::MIN)))
    }
}
