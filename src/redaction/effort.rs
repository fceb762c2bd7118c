//! What the redaction of one decision may cost, in counts: time is no measure of it.

use super::limits::{MAX_FOUND_PLACES, MAX_SEARCHED_BYTES, MAX_SECRET_WAYS, MAX_SECRET_WAYS_BYTES};

/// It would cost more than it may. What is not searched to the end is withheld.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct TooMuch;

/// What is left to spend.
#[derive(Debug, Clone)]
pub(super) struct Effort {
    searched_bytes: usize,
    found_places: usize,
    ways: usize,
    ways_bytes: usize,
}

impl Effort {
    /// For one decision.
    pub(super) fn of_a_decision() -> Self {
        Self {
            searched_bytes: MAX_SEARCHED_BYTES,
            found_places: MAX_FOUND_PLACES,
            ways: MAX_SECRET_WAYS,
            ways_bytes: MAX_SECRET_WAYS_BYTES,
        }
    }

    /// For what no agent waits for and other limits bound.
    pub(super) fn unbounded() -> Self {
        Self {
            searched_bytes: usize::MAX,
            found_places: usize::MAX,
            ways: usize::MAX,
            ways_bytes: usize::MAX,
        }
    }

    /// What was spent of an unbounded effort.
    #[cfg(test)]
    pub(super) fn spent(&self) -> [usize; 4] {
        let Self {
            searched_bytes,
            found_places,
            ways,
            ways_bytes,
        } = self;
        [searched_bytes, found_places, ways, ways_bytes].map(|left| usize::MAX - left)
    }

    /// Charges for a rule that searches so many bytes, before it does.
    pub(super) fn search(&mut self, bytes: usize) -> Result<(), TooMuch> {
        spend(&mut self.searched_bytes, bytes)
    }

    /// A place in which a rule found something.
    pub(super) fn find(&mut self) -> Result<(), TooMuch> {
        spend(&mut self.found_places, 1)
    }

    /// Before a way to write a secret is kept.
    pub(super) fn keep(&mut self, way: &str) -> Result<(), TooMuch> {
        spend(&mut self.ways, 1)?;
        spend(&mut self.ways_bytes, way.len())
    }
}

fn spend(left: &mut usize, cost: usize) -> Result<(), TooMuch> {
    *left = left.checked_sub(cost).ok_or(TooMuch)?;
    Ok(())
}
