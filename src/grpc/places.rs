//! Places for calls that last: those that wait, watch, or read the journal.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::turns::{Origin, Party};

/// A bounded number of places. A party may have as many as it leaves free, so that none keeps
/// them from the others (dynamic thresholds: Choudhury and Hahne, 1998). Clones share them.
#[derive(Debug, Clone)]
pub(super) struct Places(Arc<Mutex<State>>);

#[derive(Debug)]
struct State {
    free: usize,
    /// Places of each party that has any.
    taken: HashMap<Party, usize>,
}

/// A place that is taken, until it is dropped.
#[derive(Debug)]
pub(super) struct Place {
    places: Places,
    party: Party,
}

impl Places {
    pub(super) fn of(count: usize) -> Self {
        Self(Arc::new(Mutex::new(State {
            free: count,
            taken: HashMap::new(),
        })))
    }

    /// A place for a call from `origin`; none if its party has as many as are free.
    pub(super) fn take(&self, origin: Origin) -> Option<Place> {
        let party = origin.party();
        let mut state = self.state();
        let taken = state.taken.get(&party).copied().unwrap_or_default();
        if taken >= state.free {
            return None;
        }
        state.free -= 1;
        state.taken.insert(party, taken + 1);
        Some(Place {
            places: self.clone(),
            party,
        })
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut state = self.places.state();
        state.free += 1;
        match state.taken.get_mut(&self.party) {
            Some(taken) if *taken > 1 => *taken -= 1,
            _ => drop(state.taken.remove(&self.party)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Places;
    use crate::grpc::peer::{Peer, PeerKey};
    use crate::grpc::turns::Origin;

    fn call(user: u32, connection: u64) -> Origin {
        Origin::of_call(Peer {
            key: PeerKey::User(user),
            process: None,
            connection,
        })
    }

    #[test]
    fn however_many_a_party_takes_another_gets_one() {
        let places = Places::of(16);
        let take_all = |user| {
            let calls = (0..).map(|connection| places.take(call(user, connection)));
            calls.map_while(|place| place).collect::<Vec<_>>()
        };
        let first = take_all(1);
        assert_eq!(first.len(), 8);
        let others: Vec<_> = (2..5).map(take_all).collect();
        assert_eq!(others.iter().map(Vec::len).collect::<Vec<_>>(), [4, 2, 1]);
        assert!(places.take(call(1, 0)).is_none());
        assert!(places.take(call(9, 0)).is_some());
        drop((first, others));
        assert_eq!(take_all(1).len(), 8);
    }
}
