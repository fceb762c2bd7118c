//! Two policies on the same facts, for shadow mode. Nothing here is a decision.

use std::sync::Arc;

use super::{Ask, Authority};
use crate::action::Action;
use crate::action::facts::Facts;
use crate::engine::Policy;
use crate::lifecycle::dry_run::{dry_run, missing_required};
use crate::policy::decision::Judgement;
use crate::shadow::live::Judge;
use crate::shadow::observation::CandidateAnswer;
use crate::shadow::report::criteria::DryRunSummary;

/// An active policy and a candidate.
#[derive(Clone)]
pub struct Pair {
    /// What is, or was, enforced.
    pub active: Arc<Policy>,
    /// What is looked at.
    pub candidate: Arc<Policy>,
}

impl Pair {
    /// What both say. A panic of the candidate is an answer.
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

/// The candidate's dry run, as a report says it. Takes as long as its cases take to decide: not
/// for a reactor thread.
#[must_use]
pub fn rehearse(candidate: &Arc<Policy>) -> DryRunSummary {
    let authority = Authority::new(Arc::clone(candidate), None);
    let decide = |action: &Arc<Action>| {
        let answer = authority.decide(Arc::clone(action), Ask::default())?;
        Ok(answer.decision)
    };
    let report = dry_run(candidate.pack(), candidate.identity(), &decide);
    let missing = missing_required(&report.results).len();
    DryRunSummary {
        effective_digest: report.effective_digest,
        case_count: report.case_count as u64,
        failed_count: report.failed_count.saturating_add(missing) as u64,
    }
}
