//! All open connections of a door, or of two doors that share their places.

use std::cmp::Reverse;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use hashbrown::HashMap;

use super::call::{Call, Ending};
use super::connection::{Connection, Moment, moment};
use super::memory::Memory;
use super::open::Open;
use crate::grpc::limits::{MAX_LEAVING_CONNECTIONS, MIN_CONNECTION_BYTES, PRESSED_BYTES};
use crate::grpc::peer::{Peer, PeerKey};

/// Numbers every connection of the process.
static NEXT: AtomicU64 = AtomicU64::new(1);

/// How many connections a door has.
#[derive(Debug, Clone, Copy)]
pub(in crate::grpc) struct Places {
    /// The greatest number of connections that are open at the same time.
    pub(in crate::grpc) all: usize,
    /// The greatest number of connections of one peer.
    pub(in crate::grpc) of_peer: usize,
}

/// The open connections of a door, and the memory of their calls. If all places are taken, a new
/// connection gets the place of the least useful one, which is closed. If all are at work, one of the
/// peer that has most gives way to a peer that has fewer; and among those of one peer, the one that
/// has had its place for longest, but not before [`PLACE_TIME`]. Else the new one waits.
#[derive(Debug)]
pub(in crate::grpc) struct Roster {
    places: Places,
    opened: Instant,
    open: Mutex<Open>,
    pub(super) memory: Arc<Memory>,
    is_stopping: AtomicBool,
}

impl Roster {
    pub(in crate::grpc) fn new(places: Places) -> Self {
        Self {
            places,
            opened: Instant::now(),
            open: Mutex::default(),
            memory: Arc::default(),
            is_stopping: false.into(),
        }
    }

    /// Adds a new connection. None if there is no place for it now.
    pub(super) fn admit(&self, key: PeerKey, process: Option<u32>) -> Option<Arc<Connection>> {
        let mut open = self.lock();
        if open.leaving >= MAX_LEAVING_CONNECTIONS {
            return None;
        }
        let now = moment(self.opened);
        let of_peer = open.count(key);
        if of_peer >= self.places.of_peer {
            open.give_way(now, |connection| connection.peer.key == key)?;
        } else if open.connections.len() >= self.places.all {
            open.give_way(now, |_| true)
                .or_else(|| open.richest_gives_way(of_peer, now))?;
        }
        let peer = Peer {
            key,
            process,
            connection: NEXT.fetch_add(1, Ordering::Relaxed),
        };
        let connection = Arc::new(Connection::new(peer, self.opened));
        open.connections
            .insert(peer.connection, Arc::clone(&connection));
        Some(connection)
    }

    /// Removes a connection that has ended.
    pub(super) fn leave(&self, connection: &Connection) {
        let mut open = self.lock();
        if open
            .connections
            .remove(&connection.peer.connection)
            .is_none()
        {
            open.leaving -= 1;
        }
    }

    /// Closes connections and ends calls that are over their time limits.
    pub(super) fn look(&self) {
        let now = moment(self.opened);
        let is_stopping = self.is_stopping.load(Ordering::Relaxed);
        let mut open = self.lock();
        let before = open.connections.len();
        open.connections.retain(|_, connection| {
            let overdue = connection.look(now);
            let is_cut_off = is_stopping && !connection.cut_off();
            if let Some(why) = overdue {
                let number = connection.peer.connection;
                tracing::debug!(connection = number, ?why, "connection closed");
            }
            if overdue.is_some() || is_cut_off {
                connection.close();
            }
            overdue.is_none() && !is_cut_off
        });
        open.leaving += before - open.connections.len();
        drop(open);
        self.shed();
    }

    /// Ends the most expensive calls while all use too much memory. Calls that wait for the service
    /// are left alone, because they end by themselves.
    pub(super) fn shed(&self) {
        let now = moment(self.opened);
        let mut open = self.lock();
        let held = |connection: &Arc<Connection>| connection.held.load(Ordering::Relaxed);
        let mut all: usize = open.connections.values().map(held).sum();
        if all <= PRESSED_BYTES {
            return;
        }
        for (call, connection) in most_expensive(&open.connections, now) {
            if all <= PRESSED_BYTES {
                break;
            }
            // A small one frees nothing, and is to be answered meanwhile: what is large may be held by calls
            // that wait for the service.
            if held(&connection) <= MIN_CONNECTION_BYTES {
                continue;
            }
            if call.owes_since() == 0 && call.ending().is_none() {
                call.end(Ending::Crowded);
                all = all.saturating_sub(call.held());
            } else if open.close(connection.peer.connection) {
                // Only closing the connection frees the memory that was handed to it.
                tracing::debug!(connection = connection.peer.connection, "connection shed");
                all = all.saturating_sub(held(&connection));
            }
        }
    }

    /// Ends calls whose requests are not complete, and closes connections without a call, from now
    /// on.
    pub(in crate::grpc) fn cut_off(&self) {
        self.is_stopping.store(true, Ordering::Relaxed);
        self.look();
    }

    /// The number of calls that are not answered and wait for nobody but the service.
    pub(in crate::grpc) fn unanswered(&self) -> usize {
        let open = self.lock();
        open.connections.values().map(|it| it.unanswered()).sum()
    }

    fn lock(&self) -> MutexGuard<'_, Open> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The calls that wait for their clients, the most expensive first.
fn most_expensive(
    open: &HashMap<u64, Arc<Connection>>,
    now: Moment,
) -> Vec<(Arc<Call>, Arc<Connection>)> {
    let calls = open.values().flat_map(|connection| {
        let calls = connection.calls().into_iter();
        let theirs = calls.filter(|call| call.is_in_clients_hands());
        theirs.map(|call| (call, Arc::clone(connection)))
    });
    let mut calls: Vec<_> = calls.collect();
    calls.sort_by_cached_key(|(call, _)| Reverse(call.cost(now)));
    calls
}

#[cfg(test)]
mod tests {
    use std::net::{IpAddr, Ipv4Addr};
    use std::task::Waker;

    use super::super::call::Held;
    use super::*;
    use crate::grpc::limits::{MAX_MESSAGE_TIME, MIN_PLACE_TIME, PLACE_TIME};

    const KEY: PeerKey = PeerKey::Address(IpAddr::V4(Ipv4Addr::LOCALHOST));
    const MIB: usize = 1024 * 1024;
    /// Long ago, for every time limit.
    const EARLY: Moment = 1;

    fn roster(places: usize) -> Roster {
        let mut roster = Roster::new(Places {
            all: places,
            of_peer: places,
        });
        roster.opened = Instant::now().checked_sub(MAX_MESSAGE_TIME * 1000).unwrap();
        roster
    }

    fn begin(roster: &Roster, connection: &Arc<Connection>) -> Arc<Held> {
        let (held, begun) = Held::begin(connection, &roster.memory);
        assert!(begun.is_ok());
        held
    }

    /// A call of a connection of its own that holds so much, and waits for its client or for the service.
    fn holding(roster: &Roster, bytes: usize, is_awaited: bool) -> Arc<Held> {
        let connection = roster.admit(KEY, None).unwrap();
        let held = begin(roster, &connection);
        if is_awaited {
            held.call.wait(Waker::noop(), || EARLY);
        }
        assert!(held.take(bytes).is_ok());
        held
    }

    fn is_open(roster: &Roster, connection: &Connection) -> bool {
        let open = roster.lock();
        open.connections.contains_key(&connection.peer.connection)
    }

    #[test]
    fn the_connection_that_is_missed_least_gives_way() {
        let roster = roster(4);
        let admit = || roster.admit(KEY, None);
        let [working, silent, idle, unproved] = std::array::from_fn(|_| admit().unwrap());
        for connection in [&working, &silent, &idle] {
            connection.prove();
        }
        let _calls = [begin(&roster, &working), begin(&roster, &silent)];
        drop(begin(&roster, &idle));
        assert!(admit().is_none(), "all have just come");
        for connection in [&silent, &idle, &unproved] {
            connection.touch(EARLY);
        }
        for least in [&unproved, &idle, &silent] {
            let next = admit().unwrap();
            assert!(!is_open(&roster, least));
            std::mem::forget(begin(&roster, &next));
        }
        assert!(admit().is_none(), "all are at work");
        assert!(is_open(&roster, &working));
    }

    #[test]
    fn the_first_at_work_gives_way_after_its_time() {
        let mut roster = roster(3);
        let come = |roster: &Roster| {
            let connection = roster.admit(KEY, None)?;
            connection.prove();
            std::mem::forget(begin(roster, &connection));
            Some(connection)
        };
        let first = come(&roster).unwrap();
        roster.opened -= PLACE_TIME / 2;
        let others = [(); 2].map(|()| come(&roster).unwrap());
        assert!(come(&roster).is_none());
        roster.opened -= PLACE_TIME * 3 / 4;
        for connection in [&first, &others[0], &others[1]] {
            connection.touch(moment(roster.opened));
        }
        assert!(come(&roster).is_some());
        assert!(!is_open(&roster, &first) && others.iter().all(|it| is_open(&roster, it)));
        assert!(come(&roster).is_none());
    }

    #[test]
    fn a_peer_with_many_at_work_gives_way_to_one_with_fewer() {
        let mut roster = roster(4);
        let come = |roster: &Roster, user| {
            let connection = roster.admit(PeerKey::User(user), None)?;
            connection.prove();
            std::mem::forget(begin(roster, &connection));
            Some(connection)
        };
        let many: Vec<_> = std::iter::from_fn(|| come(&roster, 1)).collect();
        assert_eq!(many.len(), 4);
        assert!(come(&roster, 2).is_none(), "all have just come");
        roster.opened -= MIN_PLACE_TIME * 2;
        assert!(come(&roster, 1).is_none(), "its own don't give way");
        assert!(come(&roster, 2).is_some() && come(&roster, 2).is_some());
        roster.opened -= MIN_PLACE_TIME * 2;
        assert!(come(&roster, 2).is_none(), "now both have as many");
        assert!(come(&roster, 3).is_some());
    }

    #[test]
    fn a_peer_takes_no_place_of_another() {
        let roster = Roster::new(Places { all: 3, of_peer: 1 });
        assert!(roster.admit(KEY, None).is_some());
        assert!(roster.admit(KEY, None).is_none());
        assert!(roster.admit(PeerKey::User(1), None).is_some());
        assert!(roster.admit(PeerKey::User(2), None).is_some());
    }

    #[test]
    fn whoever_holds_most_for_longest_is_ended_and_work_is_not() {
        let roster = roster(8);
        let call = |bytes, is_awaited| holding(&roster, bytes, is_awaited);
        let (large, small) = (call(30 * MIB, true), call(12 * MIB, true));
        let working = call(15 * MIB, false);
        roster.shed();
        assert!(
            [&large, &small, &working]
                .iter()
                .all(|it| it.call.ending().is_none())
        );
        let last = call(18 * MIB, true);
        roster.shed();
        assert_eq!(large.call.ending(), Some(Ending::Crowded));
        assert!(
            [&small, &last, &working]
                .iter()
                .all(|it| it.call.ending().is_none())
        );
        // It doesn't end: then its connection does.
        roster.shed();
        assert!(!is_open(&roster, &large.connection));
        drop(large);
        roster.shed();
        assert!(is_open(&roster, &small.connection) && is_open(&roster, &last.connection));
    }

    #[test]
    fn a_small_call_does_not_pay_for_what_waits_for_the_service() {
        let roster = roster(8);
        let _working = [40, 20, 16].map(|size| holding(&roster, size * MIB, false));
        let small = holding(&roster, 1024, true);
        for _ in 0..2 {
            roster.shed();
            assert_eq!(small.call.ending(), None);
            assert!(is_open(&roster, &small.connection));
        }
    }
}
