//! The observer's thread.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::thread;

use super::{Clock, Divergence, End, EndReason, Judge, Offer, Shared};
use crate::policy::comparison::Change;
use crate::shadow::group::{Example, GroupRef};
use crate::shadow::limits::QUEUE_POLL_INTERVAL;
use crate::shadow::observation::{CandidateAnswer, Observation, Position};

/// What runs on the observer's thread.
pub(super) struct Worker {
    pub(super) shared: Arc<Shared>,
    pub(super) judge: Judge,
    pub(super) clock: Clock,
    pub(super) until: End,
}

impl Worker {
    /// Compares until it is over.
    pub(super) fn run(self) {
        let reason = self.work();
        self.shared.closed.store(true, Ordering::Relaxed);
        self.shared.discard();
        self.shared.progress().ended = Some(reason);
    }

    fn work(&self) -> EndReason {
        loop {
            // Read before the queue: what was offered before the stop is still compared.
            let stopping = self.shared.stopping.load(Ordering::Acquire);
            if let Some(reason) = self.is_over() {
                return reason;
            }
            match self.shared.queue.pop() {
                Some(offer) => self.compare(&offer),
                None if stopping => return EndReason::Stopped,
                None => thread::sleep(QUEUE_POLL_INTERVAL),
            }
        }
    }

    fn is_over(&self) -> Option<EndReason> {
        if let Some(most) = self.until.max_compared
            && self.shared.progress().tally.compared() >= most
        {
            return Some(EndReason::MaxCompared);
        }
        let until = self.until.until?;
        ((self.clock)() >= until).then_some(EndReason::TimeReached)
    }

    fn compare(&self, offer: &Offer) {
        let decision = &offer.decision;
        let answer = CandidateAnswer::of(|| (self.judge)(&decision.action, &offer.facts));
        let observation = Observation {
            position: Position {
                number: offer.position,
                decision_id: Some(decision.decision_id),
            },
            at: Some(decision.timestamp),
            action: &decision.action,
            facts: &offer.facts,
            active: &decision.judgement,
            candidate: &answer,
        };
        let change = self.shared.progress().tally.record(&observation);
        if change != Change::Same && self.shared.watchers.receiver_count() > 0 {
            let divergence = Divergence {
                group: GroupRef::of(&observation, change).to_key(),
                example: Example::of(&observation),
            };
            // The last watcher may just have gone.
            drop(self.shared.watchers.send(Arc::new(divergence)));
        }
    }
}
