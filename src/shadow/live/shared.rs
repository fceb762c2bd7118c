//! The state that decisions and the observer's thread share.

use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};

use crossbeam_queue::ArrayQueue;
use tokio::sync::broadcast;

use super::{Divergence, EndReason, Offer};
use crate::decision::Change;
use crate::shadow::compare::sampling::Sampler;
use crate::shadow::compare::tally::Tally;
use crate::shadow::compare::timeline::place;
use crate::shadow::compare::unclear::Unclear;
use crate::shadow::limits::MAX_QUEUE_BYTES;
use crate::shadow::report::{Counts, Intake};

pub(super) struct Shared {
    pub(super) sampler: Sampler,
    pub(super) queue: ArrayQueue<Arc<Offer>>,
    /// What the offers in `queue` hold, and those about to be there.
    pub(super) queued_bytes: AtomicUsize,
    pub(super) seen: AtomicU64,
    pub(super) sampled: AtomicU64,
    pub(super) dropped: AtomicU64,
    /// No more offers are taken.
    pub(super) closed: AtomicBool,
    /// What was taken is to be compared, and then the thread is to end, for this reason.
    pub(super) stopping: OnceLock<EndReason>,
    /// The thread has ended, and the last batch was handed on.
    pub(super) finished: AtomicBool,
    pub(super) progress: Mutex<Progress>,
    /// What the tally counted, to be read without waiting for it.
    pub(super) compared: Compared,
    /// The number of decisions that were judged and that the journal can't replay.
    pub(super) unclear: AtomicU64,
    /// Why the thread ended.
    pub(super) ended: OnceLock<EndReason>,
    /// None after the end, so that watchers see it.
    pub(super) watchers: Mutex<Option<broadcast::Sender<Arc<Divergence>>>>,
}

#[derive(Clone)]
pub(super) struct Progress {
    pub(super) tally: Tally,
    pub(super) unclear: Unclear,
    pub(super) positions: Option<(u64, u64)>,
}

/// The number of comparisons of each class.
#[derive(Default)]
pub(super) struct Compared([AtomicU64; Change::ALL.len()]);

impl Compared {
    /// Only the observer's thread adds.
    pub(super) fn add(&self, change: Change) {
        if let Some(count) = self.0.get(place(change)) {
            count.fetch_add(1, Ordering::Release);
        }
    }

    pub(super) fn counts(&self) -> Counts {
        Counts::by(|change| {
            let count = self.0.get(place(change));
            count.map_or(0, |count| count.load(Ordering::Acquire))
        })
    }

    pub(super) fn total(&self) -> u64 {
        self.counts().total()
    }
}

impl Shared {
    pub(super) fn close(&self, reason: EndReason) {
        self.closed.store(true, Ordering::Relaxed);
        // The first reason is kept.
        self.stopping.get_or_init(|| reason);
    }

    pub(super) fn watchers(&self) -> MutexGuard<'_, Option<broadcast::Sender<Arc<Divergence>>>> {
        self.watchers.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether there was room for the offer: a place, and its bytes.
    pub(super) fn push(&self, offer: Arc<Offer>) -> bool {
        let bytes = offer.bytes;
        let before = self.queued_bytes.fetch_add(bytes, Ordering::Relaxed);
        let is_room = before.saturating_add(bytes) <= MAX_QUEUE_BYTES;
        let taken = is_room && self.queue.push(offer).is_ok();
        if !taken {
            self.queued_bytes.fetch_sub(bytes, Ordering::Relaxed);
        }
        taken
    }

    pub(super) fn pop(&self) -> Option<Arc<Offer>> {
        let offer = self.queue.pop()?;
        self.queued_bytes.fetch_sub(offer.bytes, Ordering::Relaxed);
        Some(offer)
    }

    /// What waits will not be compared any more.
    pub(super) fn discard(&self) {
        while self.pop().is_some() {
            self.dropped.fetch_add(1, Ordering::Relaxed);
        }
    }

    /// The counts are valid even if a thread panicked while it held the lock.
    pub(super) fn progress(&self) -> MutexGuard<'_, Progress> {
        self.progress.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// How many decisions were judged by the candidate.
    pub(super) fn judged(&self) -> u64 {
        let unclear = self.unclear.load(Ordering::Acquire);
        self.compared.total().saturating_add(unclear)
    }

    /// How many decisions came in. The candidate has judged `judged` of them.
    pub(super) fn intake(&self, judged: u64) -> Intake {
        let load = |count: &AtomicU64| count.load(Ordering::Relaxed);
        // What was dropped was sampled first, and what was sampled was seen first: read in
        // this order, no count exceeds the one that it is a part of.
        let dropped = load(&self.dropped);
        let sampled = load(&self.sampled);
        let seen = load(&self.seen);
        let answered = dropped.saturating_add(judged);
        Intake {
            seen,
            rate: self.sampler.rate(),
            sampled,
            dropped,
            pending: sampled.saturating_sub(answered),
            not_replayable: 0,
        }
    }
}
