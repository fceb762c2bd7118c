//! The connections that have a place, and which of them gives its place away.

use std::sync::Arc;

use hashbrown::HashMap;

use super::connection::{Connection, Moment, Worth, is_over};
use crate::grpc::limits::{MIN_PLACE_TIME, PLACE_TIME};
use crate::grpc::peer::PeerKey;

#[derive(Debug, Default)]
pub(super) struct Open {
    pub(super) connections: HashMap<u64, Arc<Connection>>,
    /// Connections that gave their places away, and have their descriptors until their tasks have run.
    pub(super) leaving: usize,
}

impl Open {
    pub(super) fn count(&self, key: PeerKey) -> usize {
        let connections = self.connections.values();
        connections.filter(|it| it.peer.key == key).count()
    }

    /// Closes the connection with this number. False if there is none.
    pub(super) fn close(&mut self, number: u64) -> bool {
        let Some(connection) = self.connections.remove(&number) else {
            return false;
        };
        connection.close();
        self.leaving += 1;
        true
    }

    /// Closes the least useful connection of those for which `may` is true. None if all are at work,
    /// or have just come.
    pub(super) fn give_way(
        &mut self,
        now: Moment,
        may: impl Fn(&Connection) -> bool,
    ) -> Option<()> {
        let least = self.least(now, may)?;
        let may_go = match least.worth {
            Worth::Working => is_over(least.since, PLACE_TIME, now),
            _ => is_over(least.since, MIN_PLACE_TIME, now),
        };
        may_go.then(|| self.close(least.number)).map(|_| ())
    }

    /// Closes the least useful connection of the peer that has most, if that has more than another
    /// one would with one more than `count`. None if it has not, or its connections have just come.
    pub(super) fn richest_gives_way(&mut self, count: usize, now: Moment) -> Option<()> {
        let mut counts = HashMap::new();
        for connection in self.connections.values() {
            *counts.entry(connection.peer.key).or_insert(0_usize) += 1;
        }
        let (richest, most) = counts.into_iter().max_by_key(|(_, count)| *count)?;
        if most <= count + 1 {
            return None;
        }
        let least = self.least(now, |connection| connection.peer.key == richest)?;
        is_over(least.since, MIN_PLACE_TIME, now)
            .then(|| self.close(least.number))
            .map(|_| ())
    }

    /// The least useful connection. Among equals, it is the one that has been silent longest, or
    /// among those at work the one that came first.
    fn least(&self, now: Moment, may: impl Fn(&Connection) -> bool) -> Option<Candidate> {
        let candidates = self.connections.values().filter(|it| may(it));
        let candidates = candidates.map(|connection| {
            let (worth, active) = connection.worth(now);
            Candidate {
                worth,
                since: match worth {
                    Worth::Working => connection.came,
                    _ => active,
                },
                number: connection.peer.connection,
            }
        });
        candidates.min()
    }
}

/// A connection that may give way.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Candidate {
    worth: Worth,
    /// When it was last active or, if it is at work, when it came.
    since: Moment,
    number: u64,
}
