//! Actions with their facts, on their way to a decision.

use std::sync::Arc;
use std::time::{Duration, Instant};

use super::approvals::Claim;
use super::gate::PolicyStore;
use super::memory::Known;
use super::recording::Unrecorded;
use super::{Answer, Ask, Authority, judge};
use crate::action::establish;
use crate::action::limits::QUICK_WORK;
use crate::action::{Action, ActionError};
use crate::decision::Decision;
use crate::journal::record::Latency;

/// An action, and what it would do.
pub struct Established {
    action: Arc<Action>,
    known: Arc<Known>,
    took: Duration,
}

/// The result of an attempt to decide within little work.
pub enum Quick {
    /// The facts are there, and judging them takes microseconds.
    Established(Established),
    /// It may take longer: go on where waiting is allowed, with [`Authority::establish`].
    TakesLonger(Arc<Action>),
}

impl Authority {
    /// Establishes the facts of an action.
    ///
    /// # Errors
    /// If the action is malformed or over a limit.
    pub fn establish(&self, action: Arc<Action>) -> Result<Established, ActionError> {
        let start = Instant::now();
        let action = self.placed(action);
        Ok(Established {
            known: match self.slot.load().active.uses_memo() {
                true => self.memory.establish(&action)?,
                false => Arc::new(Known::of(establish(&action)?)),
            },
            took: start.elapsed(),
            action,
        })
    }

    /// Establishes the facts of an action, if it takes microseconds for certain to decide it:
    /// no policy in force brings its own Rego, and no more than [`QUICK_WORK`] is counted.
    ///
    /// # Errors
    /// As [`Authority::establish`].
    pub fn establish_quickly(&self, action: Arc<Action>, ask: Ask) -> Result<Quick, ActionError> {
        let start = Instant::now();
        let action = self.placed(action);
        if !self.is_quick(ask) {
            return Ok(Quick::TakesLonger(action));
        }
        Ok(match self.memory.establish_within(&action, QUICK_WORK)? {
            None => Quick::TakesLonger(action),
            Some(known) => Quick::Established(Established {
                action,
                known,
                took: start.elapsed(),
            }),
        })
    }

    /// Whether no policy in force brings its own Rego.
    fn is_quick(&self, ask: Ask) -> bool {
        let slot = self.slot.load();
        let candidate = slot.candidate.as_ref().filter(|_| ask.compare);
        !slot.active.has_own_rego() && !candidate.is_some_and(|policy| policy.has_own_rego())
    }

    /// Decides one action, for an explanation or a trial. A decision that an agent
    /// gets comes from [`Authority::judge_to_record`].
    #[must_use]
    pub fn judge(&self, established: Established, ask: Ask) -> Answer {
        let Established { action, known, .. } = established;
        judge(&self.slot.load(), action, &known, ask).0
    }

    /// Decides one action and prepares its record; once that is written, the decision may be
    /// returned. A decision is never an error: what can't be evaluated needs approval.
    pub fn judge_to_record(&self, established: Established, ask: Ask) -> Unrecorded {
        let Established {
            action,
            known,
            took,
        } = established;
        let slot = self.slot.load();
        let (mut answer, judging) = judge(&slot, action, &known, ask);
        let claim = self.ask_approval(&mut answer.decision, &known, ask);
        let latency = Latency::new(took, judging.active, judging.candidate);
        let recording = self.recording.as_ref();
        let unrecorded =
            Unrecorded::new(answer, recording, &slot.active, latency, claim, ask.peer());
        unrecorded.watched_by(self.shadows.running(recording.is_some()))
    }

    /// Lets a decision that needs approval ask for one, or use one, where people can approve.
    fn ask_approval(&self, decision: &mut Decision, known: &Known, ask: Ask) -> Option<Claim> {
        let approvals = self.approvals.as_ref()?;
        let trust = self.store.as_ref().and_then(PolicyStore::trust);
        approvals.ask(decision, known, ask, trust.as_deref())
    }

    /// As [`Authority::establish`] and [`Authority::judge`].
    ///
    /// # Errors
    /// As [`Authority::establish`].
    pub fn decide(&self, action: Arc<Action>, ask: Ask) -> Result<Answer, ActionError> {
        Ok(self.judge(self.establish(action)?, ask))
    }

    /// As [`Authority::establish`] and [`Authority::judge_to_record`].
    ///
    /// # Errors
    /// As [`Authority::establish`].
    pub fn decide_to_record(
        &self,
        action: Arc<Action>,
        ask: Ask,
    ) -> Result<Unrecorded, ActionError> {
        Ok(self.judge_to_record(self.establish(action)?, ask))
    }
}
