//! Two policies on the same facts, for shadow mode. Nothing here is a decision.

use std::sync::Arc;

use crate::action::Action;
use crate::action::facts::Facts;
use crate::decision::Judgement;
use crate::engine::Policy;
use crate::shadow::compare::observation::CandidateAnswer;
use crate::shadow::live::Judge;

/// An active policy and a candidate.
#[derive(Clone)]
pub struct Pair {
    /// What is, or was, enforced.
    pub active: Arc<Policy>,
    /// The policy that is compared with it.
    pub candidate: Arc<Policy>,
}

impl Pair {
    /// The judgements of both policies. A panic of the candidate is an answer.
    #[must_use]
    pub fn judge(&self, action: &Action, facts: &Facts) -> (Judgement, CandidateAnswer) {
        let active = self.active.judge(action, facts);
        let candidate = CandidateAnswer::of(|| self.candidate.judge(action, facts));
        (active, candidate)
    }
}

/// A candidate as a live observer asks it.
#[must_use]
pub fn judge_of(candidate: Arc<Policy>) -> Judge {
    Box::new(move |action, facts| candidate.judge(action, facts))
}
