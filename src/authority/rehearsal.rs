//! A candidate's dry run: every case of the pack, decided and compared with what it expects; and the
//! cases of the policy before that it lost.

use std::sync::Arc;

use super::{Ask, Authority};
use crate::action::Action;
use crate::engine::Policy;
use crate::policy::effective::EffectivePack;
use crate::readiness::Decide;
use crate::readiness::dry_run::{dry_run, lost_cases, missing_required};
use crate::shadow::report::criteria::DryRunSummary;
use crate::shadow::runs::Candidate;

/// The candidate's dry run, as a report says it. Takes as long as its cases take to decide: not
/// for a reactor thread.
#[must_use]
pub fn rehearse(candidate: &Arc<Policy>) -> DryRunSummary {
    let report = deciding(candidate, |decide| {
        dry_run(candidate.pack(), candidate.identity(), decide)
    });
    let missing = missing_required(&report.results).len();
    DryRunSummary {
        effective_digest: report.effective_digest,
        case_count: report.case_count as u64,
        failed_count: report.failed_count.saturating_add(missing) as u64,
    }
}

/// The ids of the cases of `replaced` that the candidate lost: it lacks them, and decides otherwise
/// than they expect. Takes as long as these cases take to decide: not for a reactor thread.
#[must_use]
pub fn lost(replaced: &EffectivePack, candidate: &Arc<Policy>) -> Vec<String> {
    deciding(candidate, |decide| {
        lost_cases(replaced, candidate.pack(), candidate.identity(), decide)
    })
}

/// Does `work` with what decides by `policy`.
fn deciding<T>(policy: &Arc<Policy>, work: impl FnOnce(Decide<'_>) -> T) -> T {
    let authority = Authority::new(Arc::clone(policy), None);
    work(&|action: &Arc<Action>| {
        let answer = authority.decide(Arc::clone(action), Ask::default())?;
        Ok(answer.decision)
    })
}

impl Candidate {
    /// Decides the cases of `policy`. Takes as long as they take: not for a reactor thread.
    #[must_use]
    pub fn rehearsed(policy: Arc<Policy>) -> Self {
        Self::new(Arc::clone(&policy), rehearse(&policy))
    }
}
