//! An observer beside a running authority.
//!
//! [`Observer::wants`] and [`Ticket::offer`] are all that the path of an active decision sees
//! of it: a few atomic additions, a hash where only a sample is wanted, and one push into a lock-free queue, bounded by decisions and by the
//! bytes that they hold. It takes no lock, wakes no thread and waits for nothing; a full queue drops the offer and counts it. One observer looks at
//! one candidate, so that a slow one costs the others nothing.

mod batch;
mod kept;
mod shared;
mod weight;
mod worker;

pub use batch::{Batch, Comparison, Sink};
pub use kept::Kept;

use std::io;
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use crossbeam_queue::ArrayQueue;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use tokio::sync::broadcast;

use super::EndReason;
use super::limits::{
    DEFAULT_EXAMPLES, DEFAULT_QUEUE_DECISIONS, MAX_QUEUE_DECISIONS, QUEUE_POLL_INTERVAL,
    WATCH_QUEUE_DIVERGENCES,
};
use super::report::{Counts, Intake};
use crate::action::Action;
use crate::action::facts::Facts;
use crate::decision::{Decision, Judgement};
use crate::shadow::compare::group::{Example, GroupKey};
use crate::shadow::compare::sampling::{Correlated, Sampler};
use crate::shadow::compare::tally::Tally;
use crate::shadow::compare::unclear::Unclear;
use batch::Batcher;
use shared::{Compared, Progress, Shared};
use worker::Worker;

/// Judges by the candidate. If it panics, the panic is caught and counted.
pub type Judge = Box<dyn Fn(&Action, &Facts) -> Judgement + Send>;
/// Gives the time.
pub type Clock = Box<dyn Fn() -> Timestamp + Send>;

/// A decision that was made, and what it was made on.
#[derive(Debug)]
pub struct Offer {
    decision: Decision,
    facts: Arc<Facts>,
    kept: Kept,
    position: u64,
    /// What it holds in memory.
    bytes: usize,
}

impl Offer {
    /// A decision of the active policy, and what it was judged on. `position` is its
    /// index in the journal; without a journal, its index in the order of decisions. Decisions
    /// of one number are ordered by their ids.
    #[must_use]
    pub fn new(decision: Decision, facts: Arc<Facts>, position: u64) -> Self {
        let mut offer = Self {
            decision,
            facts,
            kept: Kept::Whole,
            position,
            bytes: 0,
        };
        offer.bytes = weight::of(&offer);
        offer
    }

    /// The same offer, of which the journal keeps `kept`.
    #[must_use]
    pub fn with_kept(mut self, kept: Kept) -> Self {
        self.kept = kept;
        self.bytes = weight::of(&self);
        self
    }

    /// The decision.
    #[must_use]
    pub fn decision(&self) -> &Decision {
        &self.decision
    }
}

/// The settings of an observer.
#[derive(Debug, Clone)]
pub struct Settings {
    /// The choice of the decisions that are compared.
    pub sampler: Sampler,
    /// Decisions that may wait, at most [`MAX_QUEUE_DECISIONS`], and together no more than
    /// [`MAX_QUEUE_BYTES`](super::limits::MAX_QUEUE_BYTES).
    pub queue_decisions: usize,
    /// The greatest number of examples in a group.
    pub examples: usize,
    /// When it ends by itself.
    pub until: End,
    /// Bytes of its thread's stack: evaluating Rego recurses deep.
    pub stack_bytes: usize,
}

impl Settings {
    /// Everything is compared, and nothing ends it. `stack_bytes` as the evaluation needs.
    #[must_use]
    pub fn of_everything(stack_bytes: usize) -> Self {
        Self {
            sampler: Sampler::everything(),
            queue_decisions: DEFAULT_QUEUE_DECISIONS,
            examples: DEFAULT_EXAMPLES,
            until: End::default(),
            stack_bytes,
        }
    }
}

/// When an observer ends by itself: at whichever comes first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct End {
    /// The run ends after this number of comparisons.
    pub max_compared: Option<u64>,
    /// At this time by the observer's clock.
    pub until: Option<Timestamp>,
}

/// One divergence, as a watcher gets it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Divergence {
    /// The group that it belongs to.
    pub group: GroupKey,
    /// The divergence, without values of the action.
    pub example: Example,
}

/// The results of an observer at one moment.
#[derive(Debug, Clone)]
pub struct Snapshot {
    /// The comparisons, counted.
    pub tally: Tally,
    /// The decisions that the journal can't replay.
    pub unclear: Unclear,
    /// How many decisions were seen, sampled and dropped.
    pub intake: Intake,
    /// Why it ended, if it did.
    pub ended: Option<EndReason>,
    /// When it began, by its clock.
    pub started_at: Timestamp,
    /// The least and the greatest position that was compared; none without comparisons.
    pub positions: Option<(u64, u64)>,
}

/// As [`Snapshot`], the numbers only: cheap to take.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Standing {
    /// The number of comparisons of each class.
    pub counts: Counts,
    /// How many decisions were seen, sampled and dropped.
    pub intake: Intake,
    /// Why it ended, if it did.
    pub ended: Option<EndReason>,
}

/// The right to offer one decision. Dropped unused, it counts as a decision that was dropped.
#[must_use]
pub struct Ticket<'a> {
    shared: &'a Shared,
    taken: bool,
}

impl Ticket<'_> {
    /// Hands the decision over, or drops it where the queue is full. Never waits. Observers
    /// share one offer.
    pub fn offer(mut self, offer: Arc<Offer>) {
        self.taken = self.shared.push(offer);
    }
}

impl Drop for Ticket<'_> {
    fn drop(&mut self) {
        if !self.taken {
            self.shared.dropped.fetch_add(1, Ordering::Relaxed);
        }
    }
}

/// Compares a candidate with the decisions that it is offered, on a thread of its own.
/// Dropping it stops it.
pub struct Observer {
    shared: Arc<Shared>,
    started_at: Timestamp,
    thread: Mutex<Option<JoinHandle<()>>>,
}

impl Observer {
    /// Starts an observer on a thread of its own.
    ///
    /// # Errors
    /// If no thread can be started.
    pub fn start(settings: Settings, judge: Judge, clock: Clock) -> io::Result<Self> {
        Self::start_noting(settings, judge, clock, Box::new(drop))
    }

    /// Starts to observe, and hands what was compared to `sink`, in batches of at most
    /// [`BATCH_COMPARISONS`](super::limits::BATCH_COMPARISONS) and at least every
    /// [`BATCH_INTERVAL`](super::limits::BATCH_INTERVAL) where there is something to say; the
    /// last batch says why it ended. `sink` runs on the observer's thread.
    ///
    /// # Errors
    /// If no thread can be started.
    pub fn start_noting(
        settings: Settings,
        judge: Judge,
        clock: Clock,
        sink: Sink,
    ) -> io::Result<Self> {
        let started_at = clock();
        let capacity = settings.queue_decisions.clamp(1, MAX_QUEUE_DECISIONS);
        let shared = Arc::new(Shared {
            sampler: settings.sampler,
            queue: ArrayQueue::new(capacity),
            queued_bytes: AtomicUsize::new(0),
            seen: AtomicU64::new(0),
            sampled: AtomicU64::new(0),
            dropped: AtomicU64::new(0),
            closed: AtomicBool::new(false),
            stopping: OnceLock::new(),
            finished: AtomicBool::new(false),
            progress: Mutex::new(Progress {
                tally: Tally::new(settings.examples),
                unclear: Unclear::default(),
                positions: None,
            }),
            compared: Compared::default(),
            unclear: AtomicU64::new(0),
            ended: OnceLock::new(),
            watchers: Mutex::new(Some(broadcast::Sender::new(WATCH_QUEUE_DIVERGENCES))),
        });
        let worker = Worker {
            shared: Arc::clone(&shared),
            judge,
            clock,
            until: settings.until,
            batcher: Batcher::new(sink),
        };
        let thread = thread::Builder::new()
            .name("shadow".to_owned())
            .stack_size(settings.stack_bytes)
            .spawn(move || worker.run())?;
        Ok(Self {
            shared,
            started_at,
            thread: Mutex::new(Some(thread)),
        })
    }

    /// Whether a decision is to be compared. It is counted as seen, and as sampled if there
    /// is a ticket; only then need it be made into an [`Offer`].
    #[must_use]
    pub fn wants(&self, decision: &Decision) -> Option<Ticket<'_>> {
        let shared = &self.shared;
        if shared.closed.load(Ordering::Relaxed) {
            return None;
        }
        shared.seen.fetch_add(1, Ordering::Relaxed);
        let correlated = Correlated::of(&decision.action);
        if !shared.sampler.takes(correlated, &decision.decision_id) {
            return None;
        }
        shared.sampled.fetch_add(1, Ordering::Relaxed);
        Some(Ticket {
            shared,
            taken: false,
        })
    }

    /// Offers a decision that is an [`Offer`] already. Never waits, never fails: what can't be
    /// taken is counted.
    pub fn offer(&self, offer: &Arc<Offer>) {
        if let Some(ticket) = self.wants(&offer.decision) {
            ticket.offer(Arc::clone(offer));
        }
    }

    /// Watches divergences from now on. A watcher more than [`WATCH_QUEUE_DIVERGENCES`] behind
    /// loses the oldest, and learns how many; nobody waits for a watcher. Closed once the
    /// observer has ended.
    #[must_use]
    pub fn watch(&self) -> broadcast::Receiver<Arc<Divergence>> {
        let watchers = self.shared.watchers();
        let running = watchers.as_ref().map(broadcast::Sender::subscribe);
        running.unwrap_or_else(|| broadcast::channel(1).1)
    }

    /// The current numbers. Never waits.
    #[must_use]
    pub fn standing(&self) -> Standing {
        // Read before the counts: what an observer that has ended says doesn't change.
        let ended = self.shared.ended.get().copied();
        let unclear = self.shared.unclear.load(Ordering::Acquire);
        let counts = self.shared.compared.counts();
        Standing {
            counts,
            intake: self.shared.intake(counts.total().saturating_add(unclear)),
            ended,
        }
    }

    /// Whether it still takes offers. One atomic load.
    #[must_use]
    pub fn is_open(&self) -> bool {
        !self.shared.closed.load(Ordering::Relaxed)
    }

    /// Whether the observer's thread has ended. One atomic load.
    #[must_use]
    pub fn is_finished(&self) -> bool {
        self.shared.finished.load(Ordering::Acquire)
    }

    /// The results of this moment. It waits until the observer has counted its comparison, and the
    /// observer waits while they are copied. Not for a reactor thread.
    #[must_use]
    pub fn snapshot(&self) -> Snapshot {
        let ended = self.shared.ended.get().copied();
        let Progress {
            tally,
            unclear,
            positions,
        } = self.shared.progress().clone();
        if ended.is_some() {
            // An offer may arrive between the end and its notice.
            self.shared.discard();
        }
        Snapshot {
            intake: self
                .shared
                .intake(tally.compared().saturating_add(unclear.counts().total())),
            tally,
            unclear,
            ended,
            started_at: self.started_at,
            positions,
        }
    }

    /// Waits at most `limit` until everything that was offered before is compared. True if it is.
    /// Not for a reactor thread.
    #[must_use]
    pub fn flush(&self, limit: Duration) -> bool {
        let start = Instant::now();
        let load = |count: &AtomicU64| count.load(Ordering::Acquire);
        let taken = load(&self.shared.sampled).saturating_sub(load(&self.shared.dropped));
        loop {
            if self.shared.judged() >= taken {
                return true;
            }
            if self.shared.ended.get().is_some() || start.elapsed() >= limit {
                return false;
            }
            thread::sleep(QUEUE_POLL_INTERVAL);
        }
    }

    /// Takes no more offers, compares what waits, and ends, for `reason` unless there was one
    /// before. Waits for nothing; [`Observer::is_finished`] says when it is done.
    pub fn end(&self, reason: EndReason) {
        self.shared.close(reason);
    }

    /// Takes no more offers, compares what waits, and ends. Answers what is known then. Waits
    /// for at most a full queue of evaluations; not for a reactor thread.
    pub fn stop(&self) -> Snapshot {
        self.shared.close(EndReason::Stopped);
        let thread = self
            .thread
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .take();
        // A thread that panicked has left `ended` unset: that case is distinguished below.
        let failed = thread.is_some_and(|thread| thread.join().is_err());
        if failed {
            self.shared.ended.get_or_init(|| EndReason::Failed);
        }
        self.snapshot()
    }
}

impl Drop for Observer {
    fn drop(&mut self) {
        self.shared.close(EndReason::Stopped);
    }
}
