//! A journal's decisions, or a file's actions, judged again for shadow mode: on all cores, in
//! bounded memory.
//!
//! | module | holds |
//! |---|---|
//! | [`self`] | the order of it all |
//! | `asked` | what was judged, and what is said of it now |
//! | `contents` | what records name, read once and kept as long as there is room |
//! | `work` | one record: chosen, understood, compared |
//! | `live` | which decisions a live run compared |
//! | `report` | the report, with the range and the checkpoint that covers it |
//! | [`actions`] | the same for a file of actions |
//! | [`limits`] | every bound, by name |
//!
//! Every record is compared with its hash and every content with its digest while
//! they are read. That the hashes are the logged ones is for `journal::verify`.

pub mod actions;
mod asked;
mod contents;
mod error;
pub mod limits;
pub(in crate::shadow) mod live;
pub(in crate::shadow) mod report;
mod work;

use std::collections::BTreeMap;
use std::ops::Range;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

pub use self::error::ReplayError;
pub use self::report::{Claims, report};

use self::limits::{CHUNK_RECORDS, MAX_RECORDED_POLICIES, STRETCH_RECORDS, STRETCHES_PER_WORKER};
use self::work::Worker;
use crate::canonical::Digest;
use crate::decision::PolicyIdentity;
use crate::engine::Policy;
use crate::engine::limits::EVALUATION_STACK_BYTES;
use crate::journal::store::Reader;
use crate::shadow::compare::tally::Tally;
use crate::shadow::positions::NO_POSITION_YET;
use crate::shadow::report::{FactsFrom, ReplayedActive, Selection};
use crate::threads::Threads;

/// What a candidate is compared with.
#[derive(Clone)]
pub enum Active {
    /// The recorded decisions, each by the policy that was active then.
    Recorded,
    /// The judgements of this policy about the same facts.
    Judged(Arc<Policy>),
}

impl Active {
    /// The kind, as a report names it.
    #[must_use]
    pub fn kind(&self) -> ReplayedActive {
        match self {
            Self::Recorded => ReplayedActive::Recorded,
            Self::Judged(_) => ReplayedActive::Judged,
        }
    }
}

/// What to replay, and how.
#[derive(Clone)]
pub struct Replay<'a> {
    /// The journal's directory. An authority may write it at the same time.
    pub directory: &'a Path,
    /// The positions that are replayed. None for all that the journal has when the replay begins.
    pub positions: Option<Range<u64>>,
    /// Restricts the records to these ranges of positions, which are sorted and don't overlap.
    /// None restricts nothing.
    pub only: Option<&'a [Range<u64>]>,
    /// Which of the decisions there.
    pub selection: &'a Selection,
    /// What the candidate is compared with.
    pub active: Active,
    /// The policy that is compared.
    pub candidate: Arc<Policy>,
    /// The facts that the policies judge: those of the journal, or those of the recorded text.
    pub facts: FactsFrom,
    /// The greatest number of examples in a group.
    pub examples: usize,
    /// The number of threads, at least one. The result doesn't depend on it.
    pub workers: usize,
}

/// A policy that made some of the decisions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recorded {
    /// The policy.
    pub identity: PolicyIdentity,
    /// The number of decisions that it made.
    pub decisions: u64,
    /// The positions of the first and the last.
    pub positions: (u64, u64),
}

/// The result of a replay.
#[derive(Debug)]
pub struct Replayed {
    /// The comparisons, counted.
    pub tally: Tally,
    /// The number of decisions that were selected.
    pub seen: u64,
    /// Of these, those that can't be judged again.
    pub not_replayable: u64,
    /// Comparisons on facts from the text.
    pub from_text: u64,
    /// The number of comparisons on recorded facts.
    pub from_facts: u64,
    /// Of `from_text`, those whose recorded facts have the same version and differ.
    pub facts_differ: u64,
    /// The policies that made the selected decisions, at most [`MAX_RECORDED_POLICIES`].
    pub recorded: BTreeMap<Digest, Recorded>,
    /// The positions of the first and the last selected decision.
    pub positions: Option<(u64, u64)>,
}

impl Replayed {
    fn new(examples: usize) -> Self {
        Self {
            tally: Tally::new(examples),
            seen: 0,
            not_replayable: 0,
            from_text: 0,
            from_facts: 0,
            facts_differ: 0,
            recorded: BTreeMap::new(),
            positions: None,
        }
    }

    fn merge(&mut self, other: Self) {
        self.tally.merge(other.tally);
        self.seen += other.seen;
        self.not_replayable += other.not_replayable;
        self.from_text += other.from_text;
        self.from_facts += other.from_facts;
        self.facts_differ += other.facts_differ;
        self.positions = match (self.positions, other.positions) {
            (Some(a), Some(b)) => Some(widest(a, b)),
            (one, other) => one.or(other),
        };
        for (digest, more) in other.recorded {
            match self.recorded.get_mut(&digest) {
                Some(known) => {
                    known.decisions += more.decisions;
                    known.positions = widest(known.positions, more.positions);
                }
                None => {
                    self.recorded.insert(digest, more);
                }
            }
        }
    }
}

fn widest(a: (u64, u64), b: (u64, u64)) -> (u64, u64) {
    (a.0.min(b.0), a.1.max(b.1))
}

/// Replays. `progress` is called after each chunk with how many records are done, and of how
/// many.
///
/// # Errors
/// If the journal can't be read or is not as it was written; if more than one policy made the
/// decisions that are to be compared as they were recorded; if more than
/// [`MAX_RECORDED_POLICIES`] made them.
pub fn replay(
    replay: &Replay<'_>,
    progress: &(dyn Fn(u64, u64) + Sync),
) -> Result<Replayed, ReplayError> {
    replay_in_order(replay, Order::Positions, progress)
}

/// What is first and last among decisions that are alike.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::shadow) enum Order {
    /// By their places in the journal.
    Positions,
    /// By their ids, as a run orders them that doesn't know their places.
    Ids,
}

impl Order {
    fn number(self, position: u64) -> u64 {
        match self {
            Self::Positions => position,
            Self::Ids => NO_POSITION_YET,
        }
    }
}

pub(in crate::shadow) fn replay_in_order(
    replay: &Replay<'_>,
    order: Order,
    progress: &(dyn Fn(u64, u64) + Sync),
) -> Result<Replayed, ReplayError> {
    let size = Reader::open(replay.directory)?.size()?;
    let positions = replay.positions.clone().unwrap_or(0..size);
    if positions.end > size {
        return Err(ReplayError::Shorter {
            wanted: positions.end,
            found: size,
        });
    }
    let feed = Feed::new(positions, replay.workers, progress);
    let work = || -> Result<Replayed, ReplayError> {
        let mut worker = Worker::new(replay, order)?;
        while let Some(range) = feed.next() {
            for chunk in chunks(range) {
                let len = chunk.end - chunk.start;
                worker.take(chunk).inspect_err(|_| feed.stop())?;
                feed.done(len);
            }
        }
        Ok(worker.finish())
    };
    let threads = Threads {
        count: replay.workers,
        name: "cavra-replay",
        stack_bytes: EVALUATION_STACK_BYTES,
    };
    let stopped = |cause| {
        feed.stop();
        ReplayError::Thread(cause)
    };
    let mut all = Replayed::new(replay.examples);
    for part in threads.run(work, stopped)? {
        all.merge(part);
    }
    if all.recorded.len() > MAX_RECORDED_POLICIES {
        return Err(ReplayError::TooManyPolicies);
    }
    if matches!(replay.active, Active::Recorded) && all.recorded.len() > 1 {
        return Err(ReplayError::several(&all.recorded));
    }
    Ok(all)
}

fn chunks(range: Range<u64>) -> impl Iterator<Item = Range<u64>> {
    let mut next = range.start;
    std::iter::from_fn(move || {
        let start = next;
        next = range.end.min(start.saturating_add(CHUNK_RECORDS));
        (start < range.end).then_some(start..next)
    })
}

/// Stretches of positions, taken by whichever worker has none left.
struct Feed<'a> {
    first: u64,
    end: u64,
    stretch: u64,
    next: AtomicU64,
    done: AtomicU64,
    stopped: AtomicBool,
    progress: &'a (dyn Fn(u64, u64) + Sync),
}

impl<'a> Feed<'a> {
    fn new(positions: Range<u64>, workers: usize, progress: &'a (dyn Fn(u64, u64) + Sync)) -> Self {
        let count = positions.end.saturating_sub(positions.start);
        let stretches = STRETCHES_PER_WORKER.saturating_mul(workers.max(1) as u64);
        Self {
            stretch: count
                .div_ceil(stretches)
                .clamp(CHUNK_RECORDS, STRETCH_RECORDS),
            first: positions.start,
            end: positions.end,
            next: AtomicU64::new(positions.start),
            done: AtomicU64::new(0),
            stopped: AtomicBool::new(false),
            progress,
        }
    }

    fn next(&self) -> Option<Range<u64>> {
        if self.stopped.load(Ordering::Relaxed) {
            return None;
        }
        let start = self.next.fetch_add(self.stretch, Ordering::Relaxed);
        (start < self.end).then(|| start..self.end.min(start.saturating_add(self.stretch)))
    }

    /// An error of one worker ends the work of all.
    fn stop(&self) {
        self.stopped.store(true, Ordering::Relaxed);
    }

    fn done(&self, count: u64) {
        let done = self.done.fetch_add(count, Ordering::Relaxed) + count;
        (self.progress)(done, self.end.saturating_sub(self.first));
    }
}
