//! What callers share: a bounded number of calls that last, or of decisions under way.

use std::cmp::Reverse;
use std::collections::{BTreeMap, HashMap};
use std::future::Future;
use std::hash::Hash;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use tokio::sync::Notify;

use super::limits::{MAX_LEAVING_CALLS, SHARE_TIME};
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
    /// Shares on loopback that give way to other parties there, in the order in which they were taken.
    in_turn: BTreeMap<u64, InTurn>,
    next: u64,
    /// Calls that gave their shares away, and have not ended yet.
    leaving: usize,
}

/// A share that gives way.
#[derive(Debug)]
struct InTurn {
    origin: Origin,
    since: Instant,
    gives_way: Arc<Notify>,
}

/// One share, until it is dropped.
#[derive(Debug)]
pub(super) struct Share {
    shares: Shares,
    origin: Origin,
    /// Its number among those that give way, and what says that it does.
    in_turn: Option<(u64, Arc<Notify>)>,
}

impl Shares {
    pub(super) fn of(count: usize) -> Self {
        Self(Arc::new(Mutex::new(State {
            free: count,
            by_peer: HashMap::new(),
            by_party: HashMap::new(),
            in_turn: BTreeMap::new(),
            next: 0,
            leaving: 0,
        })))
    }

    /// A share for a call from `origin`; none if its peer or its party has as many as it may.
    pub(super) fn take(&self, origin: Origin) -> Option<Share> {
        let mut state = self.state();
        state.may_take(origin).then(|| {
            state.count(origin);
            Share {
                shares: self.clone(),
                origin,
                in_turn: None,
            }
        })
    }

    /// As [`Self::take`], for a call that may last. On loopback a party without a share gets the one that
    /// the richest party there has had for longest, if the peer may have no more. That call is to end
    /// when [`Share::given_way`] does.
    pub(super) fn take_in_turn(&self, origin: Origin) -> Option<Share> {
        if !origin.is_of_shared_peer() {
            return self.take(origin);
        }
        let now = Instant::now();
        let mut state = self.state();
        if !state.may_take(origin) {
            state.give_way(origin, now)?;
        }
        state.count(origin);
        let (number, gives_way) = (state.next, Arc::new(Notify::new()));
        state.next += 1;
        let taken = InTurn {
            origin,
            since: now,
            gives_way: Arc::clone(&gives_way),
        };
        state.in_turn.insert(number, taken);
        drop(state);
        Some(Share {
            shares: self.clone(),
            origin,
            in_turn: Some((number, gives_way)),
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
        let may_party = !origin.is_of_shared_peer() || self.of_party(origin) < left_to_peer;
        left_to_peer > 0 && may_party
    }

    fn of_party(&self, origin: Origin) -> usize {
        let of_party = self.by_party.get(&origin.party()).copied();
        of_party.unwrap_or_default()
    }

    fn count(&mut self, origin: Origin) {
        self.free -= 1;
        *self.by_peer.entry(origin.peer()).or_default() += 1;
        *self.by_party.entry(origin.party()).or_default() += 1;
    }

    fn give_back(&mut self, origin: Origin) {
        self.free += 1;
        give_back(&mut self.by_peer, origin.peer());
        give_back(&mut self.by_party, origin.party());
    }

    /// Lets the oldest share of the richest party of the same peer give way to `origin`, whose party has
    /// none. None if too many have not ended that gave way, or if each party has one and has just come.
    fn give_way(&mut self, origin: Origin, now: Instant) -> Option<()> {
        if self.of_party(origin) > 0 || self.leaving >= MAX_LEAVING_CALLS {
            return None;
        }
        let of_peer = self.in_turn.iter();
        let of_peer = of_peer.filter(|(_, it)| it.origin.peer() == origin.peer());
        let richest =
            of_peer.max_by_key(|(number, it)| (self.of_party(it.origin), Reverse(*number)));
        let (number, found) = richest?;
        let has_others = self.of_party(found.origin) > 1;
        if !has_others && now.duration_since(found.since) < SHARE_TIME {
            return None;
        }
        let number = *number;
        let given = self.in_turn.remove(&number)?;
        self.give_back(given.origin);
        self.leaving += 1;
        given.gives_way.notify_one();
        Some(())
    }
}

impl Share {
    /// Ends when the share was given to another party. Only one caller may wait for it.
    pub(super) fn given_way(&self) -> impl Future<Output = ()> + Send + 'static {
        let gives_way = self.in_turn.as_ref().map(|(_, it)| Arc::clone(it));
        async move {
            match gives_way {
                Some(gives_way) => gives_way.notified().await,
                None => std::future::pending().await,
            }
        }
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
        match &self.in_turn {
            Some((number, _)) if state.in_turn.remove(number).is_none() => state.leaving -= 1,
            _ => state.give_back(self.origin),
        }
    }
}

#[cfg(test)]
mod tests {
    use futures::FutureExt as _;

    use super::{SHARE_TIME, Share, Shares};
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

    #[test]
    fn on_loopback_a_call_of_the_richest_gives_way_to_a_newcomer() {
        let (shares, loopback) = (Shares::of(8), PeerKey::Address([127, 0, 0, 1].into()));
        let take = |connection| shares.take_in_turn(call(loopback, connection));
        let mut held: Vec<_> = [1, 1, 2, 3].map(|it| take(it).unwrap()).into();
        assert!(take(1).is_none(), "it has some");
        assert!(
            held.iter()
                .all(|it| it.given_way().now_or_never().is_none())
        );
        held.push(take(4).unwrap());
        let given_way = held
            .iter()
            .map(|it| it.given_way().now_or_never().is_some());
        assert_eq!(
            given_way.collect::<Vec<_>>(),
            [true, false, false, false, false]
        );
        // Now each has one, and each has just come.
        assert!(take(5).is_none());
        shares.state().in_turn.values_mut().for_each(|it| {
            it.since -= SHARE_TIME;
        });
        held.push(take(5).unwrap());
        assert!(held[1].given_way().now_or_never().is_some());
        assert_eq!(shares.state().leaving, 2);
        drop(held);
        let state = shares.state();
        assert_eq!((state.free, state.leaving, state.in_turn.len()), (8, 0, 0));
        assert!(state.by_party.is_empty() && state.by_peer.is_empty());
    }
}
