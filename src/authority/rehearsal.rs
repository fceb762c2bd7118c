//! A candidate's dry run: every case of the pack, decided and compared with what it expects.

use std::sync::Arc;

use super::{Ask, Authority};
use crate::action::Action;
use crate::engine::Policy;
use crate::lifecycle::dry_run::{dry_run, missing_required};
use crate::shadow::report::criteria::DryRunSummary;
use crate::shadow::runs::Candidate;

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

impl Candidate {
    /// Decides the cases of `policy`. Takes as long as they take: not for a reactor thread.
    #[must_use]
    pub fn rehearsed(policy: Arc<Policy>) -> Self {
        Self::new(Arc::clone(&policy), rehearse(&policy))
    }
}
