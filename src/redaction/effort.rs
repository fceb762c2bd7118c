//! The limit on the cost of redacting one decision. The cost is counted, not timed.

use super::limits::{MAX_FOUND_PLACES, MAX_SEARCHED_BYTES, MAX_SECRET_WAYS, MAX_SECRET_WAYS_BYTES};

/// What a byte costs in which a secret's place is looked for, in bytes that are only matched.
const CAPTURE_COST: usize = 16;

/// The search would cost more than its limit. A text that was not searched to its end is withheld.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct TooMuch;

/// The cost that is left.
#[derive(Debug, Clone)]
pub(super) struct Effort {
    searched_bytes: usize,
    found_places: usize,
    ways: usize,
    ways_bytes: usize,
}

impl Effort {
    /// The effort that redaction may take for one decision.
    pub(super) fn of_a_decision() -> Self {
        Self {
            searched_bytes: MAX_SEARCHED_BYTES,
            found_places: MAX_FOUND_PLACES,
            ways: MAX_SECRET_WAYS,
            ways_bytes: MAX_SECRET_WAYS_BYTES,
        }
    }

    /// Unlimited, for work that no agent waits for and that other limits bound.
    pub(super) fn unbounded() -> Self {
        Self {
            searched_bytes: usize::MAX,
            found_places: usize::MAX,
            ways: usize::MAX,
            ways_bytes: usize::MAX,
        }
    }

    /// The cost so far of an unlimited effort.
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

    /// Charges for looking for the secret in a match of so many bytes, before it is done.
    pub(super) fn capture(&mut self, bytes: usize) -> Result<(), TooMuch> {
        self.search(bytes.saturating_mul(CAPTURE_COST))
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
