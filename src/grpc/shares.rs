//! What callers share: a bounded number of calls that last, or of decisions under way.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::turns::{Origin, Party};

/// A bounded number of shares. A party may have as many as it leaves free, so that none keeps
/// them from the others (dynamic thresholds: Choudhury and Hahne, 1998). Clones are the same ones.
#[derive(Debug, Clone)]
pub(super) struct Shares(Arc<Mutex<State>>);

#[derive(Debug)]
struct State {
    free: usize,
    /// Shares of each party that has any.
    taken: HashMap<Party, usize>,
}

/// One share, until it is dropped.
#[derive(Debug)]
pub(super) struct Share {
    shares: Shares,
    party: Party,
}

impl Shares {
    pub(super) fn of(count: usize) -> Self {
        Self(Arc::new(Mutex::new(State {
            free: count,
            taken: HashMap::new(),
        })))
    }

    /// A share for a call from `origin`; none if its party has as many as are free.
    pub(super) fn take(&self, origin: Origin) -> Option<Share> {
        let party = origin.party();
        let mut state = self.state();
        let taken = state.taken.get(&party).copied().unwrap_or_default();
        if taken >= state.free {
            return None;
        }
        state.free -= 1;
        state.taken.insert(party, taken + 1);
        Some(Share {
            shares: self.clone(),
            party,
        })
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Share {
    fn drop(&mut self) {
        let mut state = self.shares.state();
        state.free += 1;
        match state.taken.get_mut(&self.party) {
            Some(taken) if *taken > 1 => *taken -= 1,
            _ => drop(state.taken.remove(&self.party)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Shares;
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
        let shares = Shares::of(16);
        let take_all = |user| {
            let calls = (0..).map(|connection| shares.take(call(user, connection)));
            calls.map_while(|share| share).collect::<Vec<_>>()
        };
        let first = take_all(1);
        assert_eq!(first.len(), 8);
        let others: Vec<_> = (2..5).map(take_all).collect();
        assert_eq!(others.iter().map(Vec::len).collect::<Vec<_>>(), [4, 2, 1]);
        assert!(shares.take(call(1, 0)).is_none());
        assert!(shares.take(call(9, 0)).is_some());
        drop((first, others));
        assert_eq!(take_all(1).len(), 8);
    }
}
