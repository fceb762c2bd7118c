//! The observer's thread.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::thread;

use super::batch::{Batcher, Comparison};
use super::kept::{Kept, Marked};
use super::shared::{Progress, Shared};
use super::{Clock, Divergence, End, EndReason, Judge, Offer};
use crate::action::Action;
use crate::action::facts::Facts;
use crate::background;
use crate::decision::Change;
use crate::shadow::compare::group::{Example, GroupRef};
use crate::shadow::compare::observation::{CandidateAnswer, Observation, Position};
use crate::shadow::limits::{IDLE_QUEUE_POLL_INTERVAL, QUEUE_POLL_INTERVAL};

/// The work of the observer's thread.
pub(super) struct Worker {
    pub(super) shared: Arc<Shared>,
    pub(super) judge: Judge,
    pub(super) clock: Clock,
    pub(super) until: End,
    pub(super) batcher: Batcher,
}

impl Worker {
    /// Compares until it is over.
    pub(super) fn run(mut self) {
        // If all cores are busy for long, the queue is full and drops decisions, which are counted.
        background::run_when_idle("a shadow run");
        // Watchers and waiting threads must learn of the end, even after a panic.
        let worked = catch_unwind(AssertUnwindSafe(|| self.work()));
        let reason = worked.unwrap_or(EndReason::Failed);
        self.shared.closed.store(true, Ordering::Relaxed);
        self.shared.discard();
        self.shared.ended.get_or_init(|| reason);
        self.shared.watchers().take();
        let Self {
            shared, batcher, ..
        } = &mut self;
        let told = catch_unwind(AssertUnwindSafe(|| batcher.end(shared, reason)));
        shared.finished.store(true, Ordering::Release);
        if told.is_err() {
            tracing::error!("what a shadow run compared last could not be handed on");
        }
    }

    fn work(&mut self) -> EndReason {
        let mut pause = QUEUE_POLL_INTERVAL;
        loop {
            // Read before the queue: what was offered before the stop is still compared.
            let stopping = self.shared.stopping.get().copied();
            if let Some(reason) = self.is_over() {
                return reason;
            }
            match (self.shared.pop(), stopping) {
                (Some(offer), _) => {
                    self.compare(&offer);
                    pause = QUEUE_POLL_INTERVAL;
                }
                (None, Some(reason)) => return reason,
                (None, None) => {
                    thread::sleep(pause);
                    pause = IDLE_QUEUE_POLL_INTERVAL.min(pause * 2);
                }
            }
            self.batcher.hand_on_if_due(&self.shared);
        }
    }

    fn is_over(&self) -> Option<EndReason> {
        if let Some(most) = self.until.max_compared
            && self.shared.judged() >= most
        {
            return Some(EndReason::MaxCompared);
        }
        let until = self.until.until?;
        ((self.clock)() >= until).then_some(EndReason::TimeReached)
    }

    fn compare(&mut self, offer: &Offer) {
        let asked = (&*offer.decision.action, &*offer.facts);
        let answer = self.answer(asked);
        let observation = observed(offer, asked, &answer);
        match &offer.kept {
            Kept::Whole => self.count(offer, &observation),
            Kept::TooLittle => self.count_unclear(&observation),
            Kept::Marked(marked) => self.compare_marked(offer, marked, &observation),
        }
    }

    fn answer(&self, (action, facts): (&Action, &Facts)) -> CandidateAnswer {
        CandidateAnswer::of(|| (self.judge)(action, facts))
    }

    /// Counts what a replay will see of the recorded action, if that is of the same group as what
    /// was seen now.
    fn compare_marked(&mut self, offer: &Offer, marked: &Marked, seen: &Observation<'_>) {
        let Some(stored) = marked.read() else {
            return self.count_unclear(seen);
        };
        let asked = (&stored.action, &stored.facts);
        let answer = self.answer(asked);
        let replayed = observed(offer, asked, &answer);
        let key = |it: &Observation<'_>| GroupRef::of(it, it.change()).to_key();
        let is_same = replayed.change() == seen.change()
            && (seen.change() == Change::Same || key(&replayed) == key(seen));
        match is_same {
            true => self.count(offer, &replayed),
            false => self.count_unclear(seen),
        }
    }

    fn count_unclear(&mut self, observation: &Observation<'_>) {
        let change = self.shared.progress().unclear.record(observation);
        self.shared.unclear.fetch_add(1, Ordering::Release);
        self.batcher.add_unclear();
        if change != Change::Same {
            self.tell(observation, change);
        }
    }

    fn count(&mut self, offer: &Offer, observation: &Observation<'_>) {
        let decision = &offer.decision;
        let change = self.shared.progress().record(observation);
        self.shared.compared.add(change);
        self.batcher.add(Comparison {
            position: decision.journal_position(),
            decision_id: decision.decision_id,
            change,
        });
        if change != Change::Same {
            self.tell(observation, change);
        }
    }

    fn tell(&self, observation: &Observation<'_>, change: Change) {
        let watchers = self.shared.watchers().clone();
        if let Some(watchers) = watchers.filter(|it| it.receiver_count() > 0) {
            let divergence = Divergence {
                group: GroupRef::of(observation, change).to_key(),
                example: Example::of(observation),
            };
            // The last watcher may have gone just now.
            drop(watchers.send(Arc::new(divergence)));
        }
    }
}

fn observed<'a>(
    offer: &'a Offer,
    (action, facts): (&'a Action, &'a Facts),
    candidate: &'a CandidateAnswer,
) -> Observation<'a> {
    let decision = &offer.decision;
    Observation {
        position: Position {
            number: offer.position,
            decision_id: Some(decision.decision_id),
        },
        at: Some(decision.timestamp),
        agent_id: action.caller.agent_id.as_deref(),
        action,
        facts,
        active: &decision.judgement,
        candidate,
    }
}

impl Progress {
    fn record(&mut self, observation: &Observation<'_>) -> Change {
        let at = observation.position.number;
        let (least, greatest) = self.positions.unwrap_or((at, at));
        self.positions = Some((least.min(at), greatest.max(at)));
        self.tally.record(observation)
    }
}
