//! Checkpoints that callers ask for: at most one in each [`ASKED_CHECKPOINT_INTERVAL`] on average,
//! because each is a record, a sync of the disk and a file that stay.

use tokio::sync::oneshot::Sender;
use tokio::time::Instant;

use super::Unavailable;
use crate::journal::limits::{ASKED_CHECKPOINT_INTERVAL, MAX_CHECKPOINTS_AT_ONCE};
use crate::journal::merkle_log::SignedCheckpoint;

type Answer = Result<Option<SignedCheckpoint>, Unavailable>;

/// Who waits for a checkpoint, and when the next one may be signed.
pub(super) struct Asked {
    waiting: Vec<Sender<Answer>>,
    /// The time when all checkpoints that were signed are paid for, at one an interval.
    paid: Instant,
}

impl Asked {
    pub(super) fn nobody() -> Self {
        Self {
            waiting: Vec::new(),
            paid: Instant::now(),
        }
    }

    pub(super) fn add(&mut self, done: Sender<Answer>) {
        self.waiting.push(done);
    }

    /// When those who wait may have a checkpoint. None if nobody waits.
    pub(super) fn due(&self) -> Option<Instant> {
        let ahead = ASKED_CHECKPOINT_INTERVAL * (MAX_CHECKPOINTS_AT_ONCE - 1);
        (!self.waiting.is_empty()).then(|| self.paid.checked_sub(ahead).unwrap_or(self.paid))
    }

    /// Gives all who wait the same answer, for which a checkpoint was signed or not.
    pub(super) fn answer(&mut self, answer: &Answer, was_signed: bool) {
        if was_signed {
            self.paid = self.paid.max(Instant::now()) + ASKED_CHECKPOINT_INTERVAL;
        }
        for done in self.waiting.drain(..) {
            // If the receiver was dropped, the answer is discarded.
            drop(done.send(answer.clone()));
        }
    }
}
