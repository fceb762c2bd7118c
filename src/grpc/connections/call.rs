//! What is known of one call, and the memory that it holds.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU8, AtomicU64, AtomicUsize, Ordering};
use std::task::Waker;

use futures::task::AtomicWaker;

use super::connection::{Connection, Moment};
use super::memory::Memory;
use crate::grpc::limits::{CALL_BYTES, MAX_MESSAGE_TIME};
use crate::grpc::status::Refusal;

/// One call in flight.
#[derive(Debug)]
pub(super) struct Call {
    began: Moment,
    /// The time at which the call began to wait for the rest of a message.
    waits_since: AtomicU64,
    /// The time since which the client has taken nothing of the answer.
    owes_since: AtomicU64,
    is_answered: AtomicBool,
    ending: AtomicU8,
    /// Wakes the task that waits for the rest of the request.
    waker: AtomicWaker,
    held: AtomicUsize,
}

/// Why a call is ended before its request is complete.
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

    /// Notes that the call waits for the rest of a message.
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

    /// Notes that the call waits for no message.
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

    /// The memory of the call, multiplied by its age, so that a call that is large for a moment is
    /// not the most expensive one. The age counts up to [`MAX_MESSAGE_TIME`], so that age alone
    /// makes no call expensive.
    pub(super) fn cost(&self, now: Moment) -> u128 {
        let time = u128::from(now.saturating_sub(self.began)) + 1;
        self.held() as u128 * time.min(MAX_MESSAGE_TIME.as_millis())
    }

    /// Whether the call waits for its client, and not for the service.
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
    /// Begins a call. Fails if the memory has no room for it.
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

    /// Takes `bytes` of memory more, until the call ends.
    ///
    /// # Errors
    /// If the connection may not use so much.
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
    /// Takes this many bytes of memory for a part of the call.
    ///
    /// # Errors
    /// If the connection may not use so much.
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
