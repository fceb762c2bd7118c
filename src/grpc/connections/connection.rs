//! What is known of one connection.

use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use hashbrown::HashMap;
use tokio::sync::Notify;

use super::call::{Call, Ending};
use crate::grpc::limits::{
    ANSWER_UNREAD_TIME, FIRST_CALL_TIME, FRAME_TIME, IDLE_CONNECTION_TIME, MAX_MESSAGE_TIME,
    SILENT_STREAM_TIME,
};
use crate::grpc::peer::Peer;

/// Milliseconds since the door was opened; 0 means *not*.
pub(super) type Moment = u64;

/// One open connection.
#[derive(Debug)]
pub(super) struct Connection {
    pub(super) peer: Peer,
    opened: Instant,
    /// When it got its place.
    pub(super) came: Moment,
    /// The time since which something that the client sends is begun and not ended.
    amid_since: AtomicU64,
    /// The time since which the socket has taken no bytes.
    stuck_since: AtomicU64,
    /// When it last carried a call's bytes, or a call began or ended.
    active: AtomicU64,
    is_proved: AtomicBool,
    /// Whether the last call that was answered or refused was answered.
    was_answered: AtomicBool,
    /// Whether it was overdue at the last look. A connection is closed if it is overdue at two
    /// looks in a row: if this process had no processor for a while, sockets are read between the
    /// two looks.
    is_suspect: AtomicBool,
    calls: Mutex<Calls>,
    /// Bytes that its calls hold.
    pub(super) held: AtomicUsize,
    close: Notify,
}

#[derive(Debug, Default)]
struct Calls {
    open: HashMap<u64, Arc<Call>>,
    next: u64,
}

/// Why a connection is closed before its end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Closed {
    /// The connection, or something on it, was begun and not ended in time.
    Slow,
    /// No call was made for too long.
    Idle,
    /// Its answers are not read.
    Unread,
}

/// How useful a connection is, the least useful first: its place is given to another one first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Worth {
    /// No call of it was ever answered, and the service works on none.
    Unproved,
    /// It has no call in flight.
    Idle,
    /// Its calls have been silent for [`SILENT_STREAM_TIME`].
    Silent,
    /// At least one of its calls is at work.
    Working,
}

impl Connection {
    /// `opened` is when the door was.
    pub(super) fn new(peer: Peer, opened: Instant) -> Self {
        let now = moment(opened);
        Self {
            peer,
            opened,
            came: now,
            amid_since: now.into(),
            stuck_since: 0.into(),
            active: now.into(),
            is_proved: false.into(),
            was_answered: false.into(),
            is_suspect: false.into(),
            calls: Mutex::default(),
            held: 0.into(),
            close: Notify::new(),
        }
    }

    pub(super) fn now(&self) -> Moment {
        moment(self.opened)
    }

    /// Begins a call, and numbers it.
    pub(super) fn begin(&self) -> (u64, Arc<Call>) {
        let now = self.now();
        let call = Arc::new(Call::new(now));
        let mut calls = self.lock();
        let id = calls.next;
        calls.next += 1;
        calls.open.insert(id, Arc::clone(&call));
        drop(calls);
        self.touch(now);
        (id, call)
    }

    /// Notes that a message of an answer was handed out.
    pub(super) fn prove(&self) {
        for flag in [&self.is_proved, &self.was_answered] {
            if !flag.load(Ordering::Relaxed) {
                flag.store(true, Ordering::Relaxed);
            }
        }
    }

    /// Notes that a request was refused before it was read.
    pub(super) fn refuse(&self) {
        self.was_answered.store(false, Ordering::Relaxed);
    }

    pub(super) fn was_answered(&self) -> bool {
        self.was_answered.load(Ordering::Relaxed)
    }

    /// Ends the call with this id.
    pub(super) fn end(&self, id: u64) {
        self.lock().open.remove(&id);
        self.touch(self.now());
    }

    /// Notes whether something is begun and not ended.
    pub(super) fn received(&self, is_amid: bool, now: Moment) {
        if !is_amid {
            self.amid_since.store(0, Ordering::Relaxed);
        } else if self.amid_since.load(Ordering::Relaxed) == 0 {
            self.amid_since.store(now, Ordering::Relaxed);
        }
    }

    /// Notes whether the socket takes what is written.
    pub(super) fn wrote(&self, is_stuck: bool) {
        if !is_stuck {
            if self.stuck_since.load(Ordering::Relaxed) != 0 {
                self.stuck_since.store(0, Ordering::Relaxed);
            }
        } else if self.stuck_since.load(Ordering::Relaxed) == 0 {
            self.stuck_since.store(self.now(), Ordering::Relaxed);
        }
    }

    pub(super) fn worth(&self, now: Moment) -> (Worth, Moment) {
        let active = self.active.load(Ordering::Relaxed);
        let is_proved = self.is_proved.load(Ordering::Relaxed);
        let calls = self.lock();
        let is_silent = is_over(active, SILENT_STREAM_TIME, now);
        let is_served = calls.open.values().any(|call| !call.is_in_clients_hands());
        let worth = if !is_proved && (is_silent || !is_served) {
            Worth::Unproved
        } else if calls.open.is_empty() {
            Worth::Idle
        } else if is_silent {
            Worth::Silent
        } else {
            Worth::Working
        };
        drop(calls);
        (worth, active)
    }

    /// The calls of the connection that have not ended.
    pub(super) fn calls(&self) -> Vec<Arc<Call>> {
        self.lock().open.values().cloned().collect()
    }

    /// Ends calls whose requests are overdue. Gives the reason if the connection itself must be
    /// closed.
    pub(super) fn look(&self, now: Moment) -> Option<Closed> {
        let calls = self.calls();
        for call in &calls {
            if is_over(call.waits_since(), MAX_MESSAGE_TIME, now) {
                call.end(Ending::TooSlow);
            }
        }
        let overdue = self.overdue(&calls, now);
        let was_suspect = self.is_suspect.swap(overdue.is_some(), Ordering::Relaxed);
        overdue.filter(|_| was_suspect)
    }

    fn overdue(&self, calls: &[Arc<Call>], now: Moment) -> Option<Closed> {
        let amid_since = self.amid_since.load(Ordering::Relaxed);
        let stuck_since = self.stuck_since.load(Ordering::Relaxed);
        let active = self.active.load(Ordering::Relaxed);
        let idle_time = if self.is_proved.load(Ordering::Relaxed) {
            IDLE_CONNECTION_TIME
        } else {
            FIRST_CALL_TIME
        };
        let is_unread = |call: &Arc<Call>| is_over(call.owes_since(), ANSWER_UNREAD_TIME, now);
        if is_over(amid_since, FRAME_TIME, now) {
            Some(Closed::Slow)
        } else if is_over(stuck_since, ANSWER_UNREAD_TIME, now) || calls.iter().any(is_unread) {
            Some(Closed::Unread)
        } else if calls.is_empty() && is_over(active, idle_time, now) {
            Some(Closed::Idle)
        } else {
            None
        }
    }

    /// Ends the calls whose requests are not complete, because the service stops. True if any call
    /// is left.
    pub(super) fn cut_off(&self) -> bool {
        let calls = self.lock();
        for call in calls.open.values() {
            if call.waits_since() != 0 {
                call.end(Ending::ShuttingDown);
            }
        }
        !calls.open.is_empty()
    }

    /// Calls that are neither answered nor waiting for the client.
    pub(super) fn unanswered(&self) -> usize {
        let calls = self.lock();
        let is_unanswered = |call: &&Arc<Call>| !call.is_answered() && call.waits_since() == 0;
        calls.open.values().filter(is_unanswered).count()
    }

    pub(super) fn close(&self) {
        self.close.notify_one();
    }

    /// Waits until the connection must be closed.
    pub(super) async fn closed(&self) {
        self.close.notified().await;
    }

    /// Notes that bytes of a call came or went.
    pub(super) fn touch(&self, now: Moment) {
        self.active.store(now, Ordering::Relaxed);
    }

    fn lock(&self) -> MutexGuard<'_, Calls> {
        self.calls.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The present time, since the door was opened. Never 0.
pub(super) fn moment(opened: Instant) -> Moment {
    u64::try_from(opened.elapsed().as_millis()).unwrap_or(u64::MAX) + 1
}

/// Whether something has gone on since `since`, if it has, for as long as it may.
pub(super) fn is_over(since: Moment, limit: Duration, now: Moment) -> bool {
    since != 0 && u128::from(now.saturating_sub(since)) >= limit.as_millis()
}
