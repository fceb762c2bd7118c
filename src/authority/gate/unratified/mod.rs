//! A policy that came into force by break-glass, until it is ratified or undone.
//!
//! Until then each decision says so, and only a ratification and the return to what was replaced are
//! taken. Nothing is swapped back by itself. After the time that the statement names, health says
//! that nobody has ratified the change.

#[cfg(test)]
mod laws;

use std::time::Duration;

use jiff::Timestamp;
use tokio::sync::watch;
use tokio::time::sleep;

use super::history::{History, InForce};
use crate::authority::Authority;
use crate::authority::conditions::Aspect;
use crate::canonical::Digest;
use crate::decision::PolicyState;
use crate::journal::record::LifecycleRecord;
use crate::journal::record::lifecycle::LifecycleEvent;

/// How long nobody looks at the clock at most: it may be set, or the machine may have slept.
const MAX_WAIT: Duration = Duration::from_secs(10);

/// How a policy came into force by break-glass.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BreakGlassState {
    /// The index of the record that put it in force.
    pub index: u64,
    /// Until when it should be ratified.
    pub until: Timestamp,
    /// What happened.
    pub incident: String,
    /// The id that the person who signed the statement had then.
    pub person: Option<String>,
    /// The index of the record that ratified it, if one did.
    pub ratified: Option<u64>,
}

impl BreakGlassState {
    /// How the record at `index` put a policy in force, if that was by break-glass.
    pub(super) fn of(index: u64, record: &LifecycleRecord) -> Option<Self> {
        match &record.event {
            LifecycleEvent::BrokeGlass(broke) => Some(Self {
                index,
                until: broke.expires_at,
                incident: broke.incident.clone(),
                person: record.by.person.clone(),
                ratified: None,
            }),
            _ => None,
        }
    }
}

impl History {
    /// The bundle of the policy that was replaced, if `in_force` came into force by break-glass.
    #[must_use]
    pub fn replaced_by_break_glass(&self, in_force: &InForce) -> Option<Digest> {
        let LifecycleEvent::BrokeGlass(broke) = &self.at(in_force.index)?.event else {
            return None;
        };
        let before = self.at(broke.replaced.activation_index)?;
        Some(before.event.activation()?.bundle.bundle_digest)
    }
}

impl InForce {
    /// The record at `position` ratifies the activation at `activation_index`. Only what is in force
    /// can be ratified.
    pub(super) fn ratify(&mut self, position: u64, activation_index: u64) {
        let break_glass = self.break_glass.as_mut();
        if let Some(break_glass) = break_glass.filter(|it| it.index == activation_index) {
            break_glass.ratified = Some(position);
        }
    }

    /// The break-glass that put the policy in force, if nobody has ratified it.
    #[must_use]
    pub fn unratified(&self) -> Option<&BreakGlassState> {
        self.break_glass.as_ref().filter(|it| it.ratified.is_none())
    }

    /// Why a change is refused that is neither a ratification nor the return to what break-glass
    /// replaced, if the policy in force came into force by break-glass and isn't ratified.
    pub(super) fn refused_until_ratified(&self) -> Option<String> {
        let break_glass = self.unratified()?;
        Some(format!(
            "the policy in force came into force by the break-glass of record {}, which nobody has \
             ratified: `cavra lifecycle ratify` it, or `cavra lifecycle rollback` to what it \
             replaced",
            break_glass.index
        ))
    }

    /// Why nobody should rely on the policy in force, by the records alone.
    pub(super) fn state(&self) -> Option<PolicyState> {
        match self.unratified() {
            Some(_) => Some(PolicyState::BreakGlass),
            None => self.not_reproved.then_some(PolicyState::NotReproved),
        }
    }
}

/// The break-glass that waits for a ratification. Those who watch over it wake on every change.
#[derive(Debug, Default)]
pub(in crate::authority) struct BreakGlassWatch(watch::Sender<Option<BreakGlassState>>);

impl Authority {
    /// Tells health, and those who watch over it, whether the policy in force came into force by
    /// break-glass and waits for a ratification.
    pub(in crate::authority) fn tell_break_glass(&self, history: &History) {
        let break_glass = history.in_force().and_then(InForce::unratified).cloned();
        self.say_expired(break_glass.as_ref());
        self.break_glass.0.send_replace(break_glass);
    }

    /// Tells health when the time of a break-glass has passed without a ratification. Never ends.
    pub async fn watch_break_glass(&self) {
        let mut break_glass = self.break_glass.0.subscribe();
        loop {
            let broken = break_glass.borrow_and_update().clone();
            let left = self.say_expired(broken.as_ref());
            tokio::select! {
                // An error means that the authority is gone, which this borrows.
                changed = break_glass.changed() => if changed.is_err() { break },
                () = sleep(left) => {}
            }
        }
        std::future::pending::<()>().await;
    }

    /// Tells health whether the time of a break-glass has passed. How long nothing changes about
    /// that, at most [`MAX_WAIT`].
    fn say_expired(&self, break_glass: Option<&BreakGlassState>) -> Duration {
        let left = break_glass.map(|it| it.until.duration_since(Timestamp::now()));
        let is_expired = left.is_some_and(|left| !left.is_positive());
        let problem = break_glass.filter(|_| is_expired).map(|break_glass| {
            format!(
                "the break-glass of record {} expired at {}, and nobody has ratified it: \
                 `cavra lifecycle ratify` it, or `cavra lifecycle rollback` to what it replaced",
                break_glass.index, break_glass.until
            )
        });
        let conditions = self.conditions();
        if let Some(problem) = &problem
            && !conditions.now().contains_key(&Aspect::BreakGlass)
        {
            tracing::error!("{problem}");
        }
        conditions.set(Aspect::BreakGlass, problem);
        let left = left.and_then(|left| left.try_into().ok());
        left.filter(|left: &Duration| !left.is_zero())
            .map_or(MAX_WAIT, |left| left.min(MAX_WAIT))
    }
}
