//! What is known of one call, and the memory that it holds.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU8, AtomicU64, AtomicUsize, Ordering};
use std::task::Waker;

use futures::task::AtomicWaker;

use super::connection::{Connection, Moment};
use super::roster::Memory;
use crate::grpc::limits::{CALL_BYTES, MAX_MESSAGE_TIME};
use crate::grpc::status::Refusal;

/// One call in flight.
#[derive(Debug)]
pub(super) struct Call {
    began: Moment,
    /// Since when the rest of a message is waited for.
    waits_since: AtomicU64,
    /// Since when what was handed out of the answer is not taken.
    owes_since: AtomicU64,
    is_answered: AtomicBool,
    ending: AtomicU8,
    /// Wakes whoever waits for the rest of the request.
    waker: AtomicWaker,
    held: AtomicUsize,
}

/// Why a call's request is not waited for any longer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub(super) enum Ending {
    TooSlow = 1,
    ShuttingDown,
    Crowded,
}

impl Call {
    pub(super) fn new(began: Moment) -> Self {
        Self {
            began,
            waits_since: 0.into(),
            owes_since: 0.into(),
            is_answered: false.into(),
            ending: 0.into(),
            waker: AtomicWaker::new(),
            held: 0.into(),
        }
    }

    pub(super) fn waits_since(&self) -> Moment {
        self.waits_since.load(Ordering::Relaxed)
    }

    /// Notes that the rest of a message is waited for.
    pub(super) fn wait(&self, waker: &Waker, now: impl FnOnce() -> Moment) {
        if self.waits_since() == 0 {
            self.waits_since.store(now(), Ordering::Relaxed);
        }
        self.register(waker);
    }

    /// Wakes this when the call is to end.
    pub(super) fn register(&self, waker: &Waker) {
        self.waker.register(waker);
    }

    /// Notes that no message is waited for.
    pub(super) fn received(&self) {
        if self.waits_since() != 0 {
            self.waits_since.store(0, Ordering::Relaxed);
        }
    }

    pub(super) fn owes_since(&self) -> Moment {
        self.owes_since.load(Ordering::Relaxed)
    }

    /// Notes since when a part of the answer is not taken, or by 0 that all was.
    pub(super) fn owes(&self, since: Moment) {
        self.owes_since.store(since, Ordering::Relaxed);
    }

    pub(super) fn is_answered(&self) -> bool {
        self.is_answered.load(Ordering::Relaxed)
    }

    pub(super) fn answer(&self) {
        self.is_answered.store(true, Ordering::Relaxed);
    }

    /// Ends the wait for its request.
    pub(super) fn end(&self, ending: Ending) {
        self.ending.store(ending as u8, Ordering::Release);
        self.waker.wake();
    }

    pub(super) fn ending(&self) -> Option<Ending> {
        let told = self.ending.load(Ordering::Acquire);
        [Ending::TooSlow, Ending::ShuttingDown, Ending::Crowded]
            .into_iter()
            .find(|ending| *ending as u8 == told)
    }

    pub(super) fn held(&self) -> usize {
        self.held.load(Ordering::Relaxed)
    }

    /// What it holds, by how long: the dearest call is not the one that is large for a moment.
    /// The time counts up to [`MAX_MESSAGE_TIME`], so that old age alone makes none dear.
    pub(super) fn cost(&self, now: Moment) -> u128 {
        let time = u128::from(now.saturating_sub(self.began)) + 1;
        self.held() as u128 * time.min(MAX_MESSAGE_TIME.as_millis())
    }

    /// Whether its memory waits for the client, not for the service.
    pub(super) fn is_in_clients_hands(&self) -> bool {
        self.waits_since() != 0 || self.is_answered()
    }
}

impl From<Ending> for Refusal {
    fn from(ending: Ending) -> Self {
        match ending {
            Ending::TooSlow => Self::TooSlow,
            Ending::ShuttingDown => Self::ShuttingDown,
            Ending::Crowded => Self::Crowded,
        }
    }
}

/// A call's part of the memory that all calls of a door hold. It is in the call's
/// connection's calls until the last clone is dropped.
#[derive(Debug)]
pub(super) struct Held {
    pub(super) call: Arc<Call>,
    pub(super) connection: Arc<Connection>,
    memory: Arc<Memory>,
    id: u64,
}

impl Held {
    /// Begins a call; whether there is room for it.
    pub(super) fn begin(
        connection: &Arc<Connection>,
        memory: &Arc<Memory>,
    ) -> (Arc<Self>, Result<(), Refusal>) {
        let (id, call) = connection.begin();
        let held = Self {
            call,
            connection: Arc::clone(connection),
            memory: Arc::clone(memory),
            id,
        };
        let taken = held.take(CALL_BYTES);
        (Arc::new(held), taken)
    }

    /// Holds so many bytes more, until the call ends.
    ///
    /// # Errors
    /// If that is more than the connection's part.
    pub(super) fn take(&self, bytes: usize) -> Result<(), Refusal> {
        let of_connection = self.connection.held.fetch_add(bytes, Ordering::Relaxed) + bytes;
        if !self.memory.take(bytes, of_connection) {
            self.connection.held.fetch_sub(bytes, Ordering::Relaxed);
            return Err(Refusal::Crowded);
        }
        self.call.held.fetch_add(bytes, Ordering::Relaxed);
        Ok(())
    }

    fn give(&self, bytes: usize) {
        self.call.held.fetch_sub(bytes, Ordering::Relaxed);
        self.connection.held.fetch_sub(bytes, Ordering::Relaxed);
        self.memory.give(bytes);
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        self.give(self.call.held());
        self.connection.end(self.id);
    }
}

/// Bytes that a call holds, until this is dropped.
#[derive(Debug)]
pub(super) struct Share {
    held: Arc<Held>,
    bytes: usize,
}

impl Share {
    /// Holds so many bytes.
    ///
    /// # Errors
    /// If that is too much.
    pub(super) fn hold(held: &Arc<Held>, bytes: usize) -> Result<Self, Refusal> {
        held.take(bytes)?;
        Ok(Self {
            held: Arc::clone(held),
            bytes,
        })
    }
}

impl Drop for Share {
    fn drop(&mut self) {
        self.held.give(self.bytes);
    }
}
