//! Work that may take long. It runs on threads of its own, never on those that read connections;
//! work that waits takes turns.
//!
//! | module | holds |
//! |---|---|
//! | [`origin`] | where work comes from: peer, connection, call |
//! | `flows` | deficit round robin over them, charged by work done |
//! | `queue` | what waits, bounded; the reserved turn |
//! | `pool` | the threads |
//!
//! A *party* is a peer, or a connection on loopback, where all are one peer. One turn is reserved
//! for small work of a party for which nothing runs, so that it doesn't wait while others keep all
//! threads busy. If a caller goes away, its work leaves the queue; work that already runs learns of
//! it from [`Cancelled`].

mod flows;
mod origin;
mod pool;
mod queue;

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use tokio::sync::oneshot::{self, Receiver};
use tokio::time::timeout;

pub(super) use origin::{Origin, Party};

use self::pool::{Job, Pool};
use self::queue::Place;
use super::lifetime::Closing;
use super::limits::{EXPECTED_OF_BYTE, MAX_SMALL_BYTES, MAX_TURN_WAIT};
use super::status::Refusal;

/// Whether nobody waits for a piece of work any more.
#[derive(Debug, Clone, Default)]
pub(super) struct Cancelled(Arc<AtomicBool>);

impl Cancelled {
    /// One relaxed load.
    pub(super) fn is_cancelled(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }
}

/// The size of a piece of work, as far as it is known before the work is done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Size {
    /// A decision about an action of so many bytes. If it takes tens of milliseconds at most, it may
    /// have the reserved turn.
    Decision(usize),
    /// Work of any size.
    Unknown,
}

impl Size {
    fn is_small(self) -> bool {
        matches!(self, Self::Decision(bytes) if bytes <= MAX_SMALL_BYTES)
    }

    /// What it will cost, roughly: bytes of a plan cost less than those of a line.
    fn expected(self) -> Duration {
        match self {
            Self::Decision(bytes) => {
                let bytes = bytes.min(MAX_SMALL_BYTES);
                EXPECTED_OF_BYTE.saturating_mul(u32::try_from(bytes).unwrap_or(u32::MAX))
            }
            Self::Unknown => Duration::ZERO,
        }
    }
}

/// Threads that work in turns. Clones share them.
#[derive(Clone)]
pub(super) struct Turns {
    pool: Arc<Pool>,
    closing: Closing,
}

impl Turns {
    /// `threads` of them, called `name`, and one more for the reserved turn.
    pub(super) fn with_reserved(name: &str, threads: usize, closing: Closing) -> io::Result<Self> {
        Self::start(name, threads, true, closing)
    }

    /// `threads` of them, called `name`.
    pub(super) fn of(name: &str, threads: usize, closing: Closing) -> io::Result<Self> {
        Self::start(name, threads, false, closing)
    }

    fn start(name: &str, threads: usize, reserved: bool, closing: Closing) -> io::Result<Self> {
        let pool = Arc::new(Pool::start(name, threads, reserved)?);
        Ok(Self { pool, closing })
    }

    /// Does `work` when its turn comes. Dropping the future gives the turn up.
    ///
    /// # Errors
    /// [`Refusal::Busy`] if too much waits, or its turn doesn't come within [`MAX_TURN_WAIT`];
    /// [`Refusal::ShuttingDown`] if the service ends before it comes.
    pub(super) async fn run<T: Send + 'static>(
        &self,
        origin: Origin,
        size: Size,
        work: impl FnOnce(&Cancelled) -> T + Send + 'static,
    ) -> Result<T, Refusal> {
        let (sender, mut receiver) = oneshot::channel();
        let cancelled = Cancelled::default();
        let seen = cancelled.clone();
        let job: Job = Box::new(move || {
            // The caller may be gone, before or after.
            if !seen.is_cancelled() {
                drop(sender.send(work(&seen)));
            }
        });
        let place = self.pool.push(origin, size, job);
        let ticket = Ticket {
            pool: &self.pool,
            place: place.ok_or(Refusal::Busy)?,
            cancelled,
        };
        let waited = tokio::select! {
            done = timeout(MAX_TURN_WAIT, &mut receiver) => done.map_err(|_| Refusal::Busy),
            () = self.closing.clone().wait() => Err(Refusal::ShuttingDown),
        };
        match waited {
            Ok(done) => done.map_err(|_| Refusal::Internal),
            Err(refusal) if ticket.withdraw() => Err(refusal),
            Err(_) => outcome(receiver).await,
        }
    }
}

/// The result of work that is under way. An error is one of this program, and is in the log.
async fn outcome<T>(receiver: Receiver<T>) -> Result<T, Refusal> {
    receiver.await.map_err(|_| Refusal::Internal)
}

/// A place in the queue, given up when it is dropped.
struct Ticket<'a> {
    pool: &'a Pool,
    place: Place,
    cancelled: Cancelled,
}

impl Ticket<'_> {
    fn withdraw(&self) -> bool {
        self.pool.withdraw(&self.place)
    }
}

impl Drop for Ticket<'_> {
    fn drop(&mut self) {
        self.cancelled.0.store(true, Ordering::Relaxed);
        self.withdraw();
    }
}

#[cfg(test)]
mod tests;
