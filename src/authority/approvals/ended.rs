//! The requests that are over, and which of them are forgotten.

use uuid::Uuid;

use super::limits::{MAX_ENDED_BYTES, MAX_ENDED_OF_ASKER};
use super::places::Places;
use crate::approval::asker::Asker;

/// The number of a request among those that ended, in the order of their ends.
pub(super) type EndNumber = u64;

/// The requests that are over and still remembered.
#[derive(Debug, Default)]
pub(super) struct Ended {
    places: Places<(EndNumber, Uuid)>,
    bytes: usize,
    next: EndNumber,
}

impl Ended {
    /// Adds a request of so many bytes.
    pub(super) fn add(&mut self, asker: Asker, id: Uuid, bytes: usize) -> EndNumber {
        let number = self.next;
        self.next += 1;
        self.bytes += bytes;
        self.places.take(asker, (number, id));
        number
    }

    /// Removes a request that was added with so many bytes.
    pub(super) fn remove(&mut self, asker: Asker, (number, id): (EndNumber, Uuid), bytes: usize) {
        self.places.release(asker, (number, id));
        self.bytes = self.bytes.saturating_sub(bytes);
    }

    /// The request that is to be forgotten next, after one of `asker` ended: the first that ended of that
    /// asker, or of the one with the most. The last one of an asker stays.
    pub(super) fn surplus(&self, asker: Asker) -> Option<Uuid> {
        let whose = match self.places.count(asker) > MAX_ENDED_OF_ASKER {
            true => asker,
            false if self.bytes > MAX_ENDED_BYTES => {
                let (_, richest) = self.places.most().filter(|(most, _)| *most > 1)?;
                richest
            }
            false => return None,
        };
        self.places.of(whose).next().map(|(_, id)| id)
    }
}
