//! The decisions that were compared, in batches for the journal.

use std::mem;
use std::time::Instant;

use uuid::Uuid;

use super::EndReason;
use super::shared::Shared;
use crate::decision::Change;
use crate::shadow::compare::unclear::Unclear;
use crate::shadow::limits::{BATCH_COMPARISONS, BATCH_INTERVAL};
use crate::shadow::report::{Counts, Intake};

/// Receives batches. If it is slow, comparing waits for it; a decision never does.
pub type Sink = Box<dyn FnMut(Batch) + Send>;

/// One comparison that was made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Comparison {
    /// The decision's position in the journal, if it is known.
    pub position: Option<u64>,
    /// The decision.
    pub decision_id: Uuid,
    /// What the candidate would change about it.
    pub change: Change,
}

/// What was compared since the batch before.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Batch {
    /// The number of the batch in its run, from 0.
    pub number: u64,
    /// In the order of comparing, at most [`BATCH_COMPARISONS`].
    pub compared: Vec<Comparison>,
    /// Comparisons by class, since the start.
    pub counts: Counts,
    /// The decisions that the journal can't replay, since the start.
    pub unclear: Unclear,
    /// Of how many decisions, since the start.
    pub intake: Intake,
    /// Why the run ended. Present in the last batch only.
    pub ended: Option<EndReason>,
}

/// Collects comparisons into batches.
pub(super) struct Batcher {
    sink: Sink,
    number: u64,
    compared: Vec<Comparison>,
    /// Decisions that can't be replayed, since the batch before.
    unclear: usize,
    handed_on: Instant,
}

impl Batcher {
    pub(super) fn new(sink: Sink) -> Self {
        Self {
            sink,
            number: 0,
            compared: Vec::new(),
            unclear: 0,
            handed_on: Instant::now(),
        }
    }

    pub(super) fn add(&mut self, comparison: Comparison) {
        self.compared.push(comparison);
    }

    pub(super) fn add_unclear(&mut self) {
        self.unclear += 1;
    }

    pub(super) fn hand_on_if_due(&mut self, shared: &Shared) {
        let waiting = self.compared.len().saturating_add(self.unclear);
        let full = waiting >= BATCH_COMPARISONS;
        let due = || waiting > 0 && self.handed_on.elapsed() >= BATCH_INTERVAL;
        if full || due() {
            self.hand_on(shared, None);
        }
    }

    pub(super) fn end(&mut self, shared: &Shared, reason: EndReason) {
        self.hand_on(shared, Some(reason));
    }

    fn hand_on(&mut self, shared: &Shared, ended: Option<EndReason>) {
        let counts = shared.compared.counts();
        let unclear = shared.progress().unclear.clone();
        let judged = counts.total().saturating_add(unclear.counts().total());
        let intake = shared.intake(judged);
        self.unclear = 0;
        (self.sink)(Batch {
            number: self.number,
            compared: mem::take(&mut self.compared),
            counts,
            unclear,
            intake,
            ended,
        });
        self.number += 1;
        self.handed_on = Instant::now();
    }
}
