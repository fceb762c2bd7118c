//! Whether a lifecycle record may follow those before it, by whom it was signed or not.
//!
//! A change names what it replaces, and what allows it counts once and was not taken back. So no record
//! can be repeated later, not even by who has the journal's key.

use super::history::{History, HistoryError};
use crate::canonical::Digest;
use crate::journal::record::lifecycle::{
    BundleRef, LifecycleEvent, Promoted, ReplacedRef, RollbackCover, RolledBack,
};

impl History {
    /// Whether the event at `position` may be the next one.
    pub(super) fn may_be_followed_by(
        &self,
        position: u64,
        event: &LifecycleEvent,
    ) -> Result<(), HistoryError> {
        let in_force = self.in_force();
        match event {
            LifecycleEvent::Seeded(_) if in_force.is_some() => {
                Err(HistoryError::SeededAgain(position))
            }
            LifecycleEvent::EngineChanged(changed) => {
                let same = in_force.map(|it| it.activation.bundle.bundle_digest);
                match same == Some(changed.active.bundle.bundle_digest) {
                    true => Ok(()),
                    false => Err(HistoryError::OtherBundle(position)),
                }
            }
            LifecycleEvent::Promoted(promoted) => self.promotion(position, promoted),
            LifecycleEvent::RolledBack(back) => self.rollback(position, back),
            LifecycleEvent::BrokeGlass(broke) => {
                self.ends(position, &broke.replaced)?;
                self.is_not_broken(position)?;
                self.offers(position, &broke.active.bundle)?;
                let is_unused = self.used_statement(broke.statement_digest).is_none();
                once(position, is_unused)
            }
            LifecycleEvent::Ratified(ratified) => {
                let waits = in_force.is_some_and(|it| {
                    it.index == ratified.activation_index && it.unratified().is_some()
                });
                once(position, waits)?;
                self.uses(position, ratified.request_digest)
            }
            _ => Ok(()),
        }
    }

    fn promotion(&self, position: u64, promoted: &Promoted) -> Result<(), HistoryError> {
        self.ends(position, &promoted.replaced)?;
        self.is_not_broken(position)?;
        self.offers(position, &promoted.active.bundle)?;
        self.uses(position, promoted.request_digest)
    }

    fn rollback(&self, position: u64, back: &RolledBack) -> Result<(), HistoryError> {
        self.ends(position, &back.replaced)?;
        if !self.was_in_force(back.active.bundle.bundle_digest) {
            return Err(HistoryError::NeverInForce(position));
        }
        match &back.cover {
            RollbackCover::Request { request_digest, .. } => self.uses(position, *request_digest),
            RollbackCover::Promotion { promotion_index } => {
                once(position, !self.is_return_used(*promotion_index))
            }
            RollbackCover::BreakGlass { activation_index } => {
                let undone = self.in_force().and_then(|it| it.unratified());
                once(
                    position,
                    undone.is_some_and(|it| it.index == *activation_index),
                )
            }
        }
    }

    /// Whether a change replaces what is in force.
    fn ends(&self, position: u64, replaced: &ReplacedRef) -> Result<(), HistoryError> {
        let in_force = self.in_force().map(|it| ReplacedRef {
            activation_index: it.index,
            effective_digest: it.activation.bundle.effective_digest,
        });
        match in_force.as_ref() == Some(replaced) {
            true => Ok(()),
            false => Err(HistoryError::OtherBefore(position)),
        }
    }

    /// After a break-glass, only its ratification and the return to what it replaced may follow.
    fn is_not_broken(&self, position: u64) -> Result<(), HistoryError> {
        match self.in_force().and_then(|it| it.unratified()) {
            Some(_) => Err(HistoryError::WhileBroken(position)),
            None => Ok(()),
        }
    }

    /// Whether the store has a bundle that may come into force: one that was proposed and not
    /// withdrawn, or one that was in force before.
    fn offers(&self, position: u64, bundle: &BundleRef) -> Result<(), HistoryError> {
        let digest = bundle.bundle_digest;
        match self.was_in_force(digest) || self.is_candidate(digest) {
            true => Ok(()),
            false => Err(HistoryError::NotOffered(position)),
        }
    }

    fn uses(&self, position: u64, request_digest: Digest) -> Result<(), HistoryError> {
        if self.withdrawn_request(request_digest).is_some() {
            return Err(HistoryError::Withdrawn(position));
        }
        once(position, self.used(request_digest).is_none())
    }
}

fn once(position: u64, is_first: bool) -> Result<(), HistoryError> {
    match is_first {
        true => Ok(()),
        false => Err(HistoryError::UsedAgain(position)),
    }
}
