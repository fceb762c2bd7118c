//! What waits for a turn: bounded, and fair to those who wait.

use std::time::Duration;

use super::Size;
use super::flows::{Flows, Waiting};
use super::origin::{Flow, Origin};
use crate::grpc::limits::{
    MAX_WAITING, MAX_WAITING_OF_CONNECTION, MAX_WAITING_OF_PEER, TURN_QUANTUM,
};

/// The kind of turn that a thread has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Turn {
    /// One that everybody may have.
    Common,
    /// The one for small work of a party that has nothing under way.
    Reserved,
}

/// A place in the queue.
#[derive(Debug)]
pub(super) struct Place {
    origin: Origin,
    id: u64,
}

/// Work that has a turn, and the way to the flow that is charged for it.
#[derive(Debug)]
pub(super) struct Turned<T> {
    pub(super) work: T,
    pub(super) path: Vec<Flow>,
}

/// The work that waits, and the turns that are taken.
#[derive(Debug)]
pub(super) struct Queue<T> {
    flows: Flows<T>,
    next_id: u64,
}

impl<T> Default for Queue<T> {
    fn default() -> Self {
        Self {
            flows: Flows::new(TURN_QUANTUM),
            next_id: 0,
        }
    }
}

impl<T> Queue<T> {
    /// Puts `work` in the queue; none if too much of its origin waits, or too much in all.
    pub(super) fn push(&mut self, origin: Origin, size: Size, work: T) -> Option<Place> {
        if !self.has_place(&origin) {
            return None;
        }
        let id = self.next_id;
        self.next_id += 1;
        let waiting = Waiting {
            id,
            small: size.is_small(),
            expected: size.expected(),
            work,
        };
        self.flows
            .push(origin.path(), origin.party_level(), waiting, TURN_QUANTUM);
        Some(Place { origin, id })
    }

    /// A party may have as many places as are still free. So however many parties take all that
    /// they can get, one place is left for a new one.
    fn has_place(&self, origin: &Origin) -> bool {
        let waiting_at = |levels: usize| {
            let path = origin.path().get(..levels).unwrap_or_default();
            self.flows.waiting_at(path)
        };
        let free = MAX_WAITING.saturating_sub(self.flows.waiting());
        let is_peer_party = origin.party_level() == 0;
        waiting_at(origin.party_level() + 1) < free
            && waiting_at(2) < MAX_WAITING_OF_CONNECTION
            && (!is_peer_party || waiting_at(1) < MAX_WAITING_OF_PEER)
    }

    /// The next work for `turn`. What comes back to [`Self::finish`] is charged.
    pub(super) fn take(&mut self, turn: Turn) -> Option<Turned<T>> {
        let mut path = Vec::new();
        let taken = match turn {
            Turn::Common => self.flows.take(&mut path, TURN_QUANTUM),
            Turn::Reserved => self.flows.take_reserved(&mut path),
        };
        let Waiting { work, .. } = taken?;
        Some(Turned { work, path })
    }

    /// Charges for work that was taken at the same `path`.
    pub(super) fn finish(&mut self, path: &[Flow], cost: Duration) {
        self.flows.finish(path, cost);
        if self.flows.waiting() == 0 {
            self.flows.forgive();
        }
    }

    /// Takes the work at `place` out of the queue. False if it is not there any more.
    pub(super) fn withdraw(&mut self, place: &Place) -> bool {
        let withdrawn = self.flows.withdraw(place.origin.path(), place.id);
        withdrawn.is_some()
    }

    pub(super) fn has_reserved(&self) -> bool {
        self.flows.has_reserved()
    }

    /// Gives everything up that waits.
    pub(super) fn clear(&mut self) {
        *self = Self {
            next_id: self.next_id,
            ..Self::default()
        };
    }
}
