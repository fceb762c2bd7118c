//! The decisions that were compared, in batches for the journal.

use std::mem;
use std::time::Instant;

use uuid::Uuid;

use super::EndReason;
use super::shared::Shared;
use crate::decision::Change;
use crate::shadow::limits::{BATCH_COMPARISONS, BATCH_INTERVAL};
use crate::shadow::report::{Counts, Intake};

/// Receives batches. If it is slow, comparing waits for it; a decision never does.
pub type Sink = Box<dyn FnMut(Batch) + Send>;

/// One comparison that was made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Placed {
    /// The decision's index in the journal, if it is known.
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
    pub compared: Vec<Placed>,
    /// Comparisons by class, since the start.
    pub counts: Counts,
    /// Of how many decisions, since the start.
    pub intake: Intake,
    /// Why the run ended. Present in the last batch only.
    pub ended: Option<EndReason>,
}

/// Collects comparisons into batches.
pub(super) struct Batcher {
    sink: Sink,
    number: u64,
    compared: Vec<Placed>,
    handed_on: Instant,
}

impl Batcher {
    pub(super) fn new(sink: Sink) -> Self {
        Self {
            sink,
            number: 0,
            compared: Vec::new(),
            handed_on: Instant::now(),
        }
    }

    pub(super) fn add(&mut self, placed: Placed) {
        self.compared.push(placed);
    }

    pub(super) fn hand_on_if_due(&mut self, shared: &Shared) {
        let full = self.compared.len() >= BATCH_COMPARISONS;
        let due = || !self.compared.is_empty() && self.handed_on.elapsed() >= BATCH_INTERVAL;
        if full || due() {
            self.hand_on(shared, None);
        }
    }

    pub(super) fn end(&mut self, shared: &Shared, reason: EndReason) {
        self.hand_on(shared, Some(reason));
    }

    fn hand_on(&mut self, shared: &Shared, ended: Option<EndReason>) {
        let counts = shared.compared.counts();
        let intake = shared.intake(counts.total());
        (self.sink)(Batch {
            number: self.number,
            compared: mem::take(&mut self.compared),
            counts,
            intake,
            ended,
        });
        self.number += 1;
        self.handed_on = Instant::now();
    }
}
