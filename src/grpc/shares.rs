//! What callers share: a bounded number of calls that last, or of decisions under way.

use std::collections::HashMap;
use std::hash::Hash;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::peer::PeerKey;
use super::turns::{Origin, Party};

/// A bounded number of shares. A peer may have as many as it leaves free, so that none keeps
/// them from the others (dynamic thresholds: Choudhury and Hahne, 1998). On loopback, a connection may
/// have as many as the peer then still may. Clones are the same ones.
#[derive(Debug, Clone)]
pub(super) struct Shares(Arc<Mutex<State>>);

#[derive(Debug)]
struct State {
    free: usize,
    /// Shares of each peer that has any.
    by_peer: HashMap<PeerKey, usize>,
    /// Shares of each party that has any.
    by_party: HashMap<Party, usize>,
}

/// One share, until it is dropped.
#[derive(Debug)]
pub(super) struct Share {
    shares: Shares,
    origin: Origin,
}

impl Shares {
    pub(super) fn of(count: usize) -> Self {
        Self(Arc::new(Mutex::new(State {
            free: count,
            by_peer: HashMap::new(),
            by_party: HashMap::new(),
        })))
    }

    /// A share for a call from `origin`; none if its peer or its party has as many as it may.
    pub(super) fn take(&self, origin: Origin) -> Option<Share> {
        let mut state = self.state();
        if !state.may_take(origin) {
            return None;
        }
        state.free -= 1;
        *state.by_peer.entry(origin.peer()).or_default() += 1;
        *state.by_party.entry(origin.party()).or_default() += 1;
        Some(Share {
            shares: self.clone(),
            origin,
        })
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn may_take(&self, origin: Origin) -> bool {
        let of_peer = self.by_peer.get(&origin.peer()).copied();
        let left_to_peer = self.free.saturating_sub(of_peer.unwrap_or_default());
        let of_party = self.by_party.get(&origin.party()).copied();
        let may_party = !origin.is_of_shared_peer() || of_party.unwrap_or_default() < left_to_peer;
        left_to_peer > 0 && may_party
    }
}

/// Counts one less of `key`.
fn give_back<K: Eq + Hash>(taken: &mut HashMap<K, usize>, key: K) {
    match taken.get_mut(&key) {
        Some(taken) if *taken > 1 => *taken -= 1,
        _ => drop(taken.remove(&key)),
    }
}

impl Drop for Share {
    fn drop(&mut self) {
        let mut state = self.shares.state();
        state.free += 1;
        give_back(&mut state.by_peer, self.origin.peer());
        give_back(&mut state.by_party, self.origin.party());
    }
}

#[cfg(test)]
mod tests {
    use super::{Share, Shares};
    use crate::grpc::peer::{Peer, PeerKey};
    use crate::grpc::turns::Origin;

    fn call(key: PeerKey, connection: u64) -> Origin {
        Origin::of_call(Peer {
            key,
            process: None,
            connection,
        })
    }

    /// As many as a peer can have, each by a connection of its own.
    fn take_all(shares: &Shares, key: PeerKey) -> Vec<Share> {
        let calls = (0..).map(|connection| shares.take(call(key, connection)));
        calls.map_while(|share| share).collect()
    }

    #[test]
    fn however_many_a_party_takes_another_gets_one() {
        let shares = Shares::of(16);
        let first = take_all(&shares, PeerKey::User(1));
        assert_eq!(first.len(), 8);
        let others = (2..5).map(|user| take_all(&shares, PeerKey::User(user)));
        let others: Vec<_> = others.collect();
        assert_eq!(others.iter().map(Vec::len).collect::<Vec<_>>(), [4, 2, 1]);
        assert!(shares.take(call(PeerKey::User(1), 0)).is_none());
        assert!(shares.take(call(PeerKey::User(9), 0)).is_some());
        drop((first, others));
        assert_eq!(take_all(&shares, PeerKey::User(1)).len(), 8);
    }

    #[test]
    fn loopback_is_one_peer_whose_connections_share_what_it_may_have() {
        let (shares, loopback) = (Shares::of(30), PeerKey::Address([127, 0, 0, 1].into()));
        let of_one = (0..).map(|_| shares.take(call(loopback, 0)));
        let of_one: Vec<_> = of_one.map_while(|share| share).collect();
        assert_eq!(of_one.len(), 10);
        let of_others: Vec<_> = (1..100).map(|it| shares.take(call(loopback, it))).collect();
        assert_eq!(of_others.iter().flatten().count(), 5);
        assert_eq!(take_all(&shares, PeerKey::User(1)).len(), 8);
    }
}
