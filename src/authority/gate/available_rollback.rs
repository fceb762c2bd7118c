//! The way back from the policy in force, for people who look before they change it.

use jiff::Timestamp;

use super::error::GateError;
use super::history::History;
use super::rollback::{covered_by_promotion, replaced_by};
use crate::authority::Authority;
use crate::canonical::Digest;
use crate::journal::record::lifecycle::{Activation, LifecycleEvent};

/// The return to the policy that the last change replaced.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AvailableRollback {
    /// The digest of the bundle of the policy to return to.
    pub bundle_digest: Digest,
    /// The pack's id.
    pub policy_id: String,
    /// The pack's `metadata.version`.
    pub policy_version: String,
    /// Until when the approvals of the promotion in force cover the return. None if the return needs a
    /// request of its own, with approvals.
    pub until: Option<Timestamp>,
}

impl Authority {
    /// The return to the policy that the last change replaced, as of the time `at`. None if no policy
    /// was in force before, or if a break-glass waits for a ratification: that is undone without a
    /// request. Reads one bundle: not for a reactor thread.
    ///
    /// # Errors
    /// If there is no store, or the bundle can't be read.
    pub fn available_rollback(
        &self,
        at: Timestamp,
    ) -> Result<Option<AvailableRollback>, GateError> {
        let (store, _) = self.kept()?;
        let history = store.history();
        let Some((before, until)) = before(&history, at) else {
            return Ok(None);
        };
        let bundle_digest = before.bundle.bundle_digest;
        let (_, bundle) = store.bundle(bundle_digest)?;
        let pack = bundle.effective()?;
        Ok(Some(AvailableRollback {
            bundle_digest,
            policy_id: pack.id().to_owned(),
            policy_version: pack.content.metadata.version.clone(),
            until,
        }))
    }
}

/// The policy that the last change replaced, and until when a return to it is covered.
fn before(history: &History, at: Timestamp) -> Option<(&Activation, Option<Timestamp>)> {
    let in_force = history.in_force()?;
    if in_force.unratified().is_some() {
        return None;
    }
    let before = history.at(replaced_by(history, in_force.index)?)?;
    let before = before.event.activation()?;
    let is_covered = covered_by_promotion(history, in_force, &before.bundle, at).is_ok();
    let until = match &history.at(in_force.index)?.event {
        LifecycleEvent::Promoted(promoted) if is_covered => promoted.rollback_until,
        _ => None,
    };
    Some((before, until))
}
