//! The connections that wait for a place in the roster.

use std::collections::{BTreeSet, HashMap};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::Notify;

use crate::grpc::peer::PeerKey;

/// The connections of one listener that wait for a place. Those of one peer may be as many as it leaves
/// free, so that no peer keeps the listener from accepting others (dynamic thresholds: Choudhury and
/// Hahne, 1998). Clones are the same ones.
#[derive(Debug, Clone)]
pub(super) struct Waiting(Arc<Shared>);

#[derive(Debug)]
struct Shared {
    state: Mutex<State>,
    /// Notified when one doesn't wait any more.
    left: Notify,
}

#[derive(Debug)]
struct State {
    free: usize,
    next: u64,
    /// The numbers of those that wait, the oldest first. Without peers of which none waits.
    by_peer: HashMap<PeerKey, BTreeSet<u64>>,
}

/// A connection that waits, until this is dropped.
#[derive(Debug)]
pub(super) struct Waits {
    waiting: Waiting,
    key: PeerKey,
    number: u64,
}

impl Waiting {
    pub(super) fn new(count: usize) -> Self {
        Self(Arc::new(Shared {
            state: Mutex::new(State {
                free: count,
                next: 0,
                by_peer: HashMap::new(),
            }),
            left: Notify::new(),
        }))
    }

    /// Whether a connection of the peer waits, which comes before every new one.
    pub(super) fn has(&self, key: PeerKey) -> bool {
        self.state().by_peer.contains_key(&key)
    }

    /// Lets one more connection of the peer wait. None if as many wait as may.
    pub(super) fn take(&self, key: PeerKey) -> Option<Waits> {
        let mut state = self.state();
        if !state.may_wait(key) {
            return None;
        }
        let number = state.next;
        state.next += 1;
        state.free -= 1;
        state.by_peer.entry(key).or_default().insert(number);
        Some(Waits {
            waiting: self.clone(),
            key,
            number,
        })
    }

    /// Ends when a connection by loopback could wait. Everybody on loopback is one peer, whose
    /// connections take turns. So its newest wait in the listener's backlog (listen(2)), and aren't
    /// closed.
    pub(super) async fn has_turn_on_loopback(&self) {
        loop {
            let left = self.0.left.notified();
            if self.state().may_come_by_loopback() {
                return;
            }
            left.await;
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn may_wait(&self, key: PeerKey) -> bool {
        let of_peer = self.by_peer.get(&key).map_or(0, BTreeSet::len);
        of_peer < self.free
    }

    /// If none waits, the next one is accepted, and closed if others have taken all.
    fn may_come_by_loopback(&self) -> bool {
        let mut shared = self.by_peer.keys().filter(|key| key.is_shared());
        shared.all(|key| self.may_wait(*key))
    }
}

impl Waits {
    /// The peer of the connection.
    pub(super) fn key(&self) -> PeerKey {
        self.key
    }

    /// Whether no connection of the peer has waited longer.
    pub(super) fn is_first(&self) -> bool {
        let state = self.waiting.state();
        let of_peer = state.by_peer.get(&self.key);
        of_peer.and_then(BTreeSet::first) == Some(&self.number)
    }

    /// Ends when some connection doesn't wait any more. One that left before isn't noticed.
    pub(super) async fn one_left(&self) {
        self.waiting.0.left.notified().await;
    }
}

impl Drop for Waits {
    fn drop(&mut self) {
        let mut state = self.waiting.state();
        state.free += 1;
        if let Some(of_peer) = state.by_peer.get_mut(&self.key) {
            of_peer.remove(&self.number);
            if of_peer.is_empty() {
                state.by_peer.remove(&self.key);
            }
        }
        drop(state);
        self.waiting.0.left.notify_waiters();
    }
}

#[cfg(test)]
mod tests {
    use std::net::Ipv4Addr;

    use futures::FutureExt as _;

    use super::*;

    fn take_all(waiting: &Waiting, key: PeerKey) -> Vec<Waits> {
        std::iter::from_fn(|| waiting.take(key)).collect()
    }

    #[test]
    fn however_many_of_a_peer_wait_one_of_another_may() {
        let waiting = Waiting::new(32);
        let first = take_all(&waiting, PeerKey::User(1));
        let second = take_all(&waiting, PeerKey::User(2));
        assert_eq!((first.len(), second.len()), (16, 8));
        assert!(waiting.take(PeerKey::User(3)).is_some());
        assert!(first[0].is_first() && !first[1].is_first() && second[0].is_first());
        drop(first);
        assert!(!waiting.has(PeerKey::User(1)) && waiting.has(PeerKey::User(2)));
    }

    #[test]
    fn loopback_waits_for_its_turn_and_nobody_waits_for_a_user() {
        let (waiting, loopback) = (
            Waiting::new(8),
            PeerKey::Address(Ipv4Addr::LOCALHOST.into()),
        );
        let users = take_all(&waiting, PeerKey::User(1));
        assert!(waiting.has_turn_on_loopback().now_or_never().is_some());
        let mut connections = take_all(&waiting, loopback);
        assert!(waiting.has_turn_on_loopback().now_or_never().is_none());
        connections.pop();
        assert!(waiting.has_turn_on_loopback().now_or_never().is_some());
        drop(users);
    }
}
