//! The two policies of a packet, and what they require of a change from one to the other.

use super::super::Subject;
use super::super::checks::Checks;
use crate::canonical::Digest;
use crate::change::request::{CandidateDigests, ChangeCriteria};
use crate::policy::bundle::cases_digest;
use crate::policy::effective::EffectivePack;
use crate::policy::promotion::Thresholds;

/// The check that prints what is required.
const CRITERIA: &str = "promotion_criteria";

/// The candidate and the policy that it replaces, from the packet's bundles.
pub(super) struct Policies<'a> {
    pub(super) candidate: &'a EffectivePack,
    pub(super) replaced: &'a EffectivePack,
    /// The digests of the candidate, recomputed.
    pub(super) digests: CandidateDigests,
    /// The effective digest of the replaced policy, recomputed.
    pub(super) replaced_digest: Digest,
    /// What the two policies require.
    pub(super) required: ChangeCriteria,
}

impl<'a> Policies<'a> {
    /// The policies, and a check that says what they require. None if there are not two that can be
    /// joined: the checks of the bundles say why.
    pub(super) fn of(subject: &'a Subject<'_>, checks: &mut Checks) -> Option<Self> {
        let policies = Self::recomputed(subject);
        match &policies {
            Some(policies) => {
                checks.judged.criteria = Some(policies.required);
                checks.pass(CRITERIA, described(&policies.required));
            }
            None => checks.claimed(CRITERIA, "there are not two policies that require anything"),
        }
        policies
    }

    fn recomputed(subject: &'a Subject<'_>) -> Option<Self> {
        let bundles = subject.packet.bundles.as_ref()?;
        let shelf = subject.at_hand?.shelf;
        let joined = subject.joined.as_ref()?;
        let candidate = joined.candidate.as_ref().ok()?;
        let replaced = joined.replaced.as_ref()?.as_ref().ok()?;
        let own = bundles
            .candidate
            .source(&bundles.candidate.pack_id)
            .ok()??;
        let digests = CandidateDigests {
            bundle_digest: bundles.candidate.digest().ok()?,
            policy_digest: candidate.policy_digest,
            effective_digest: (shelf.effective_digest)(candidate),
            cases_digest: cases_digest(&own).ok()?,
        };
        Some(Self {
            required: required(replaced, candidate),
            replaced_digest: (shelf.effective_digest)(replaced),
            digests,
            candidate,
            replaced,
        })
    }

    /// The cases of the replaced policy that the candidate no longer has.
    pub(super) fn removed_cases(&self) -> Vec<String> {
        let kept = |id: &str| self.candidate.cases.iter().any(|case| case.case_id == id);
        let cases = self.replaced.cases.iter().map(|case| case.case_id.clone());
        cases.filter(|id| !kept(id)).collect()
    }
}

/// What is required of a change from `active` to `candidate`.
fn required(_active: &EffectivePack, _candidate: &EffectivePack) -> ChangeCriteria {
    ChangeCriteria {
        approvals_required: 1,
        thresholds: Thresholds::STANDARD,
    }
}

/// Criteria as a text for a person.
fn described(criteria: &ChangeCriteria) -> String {
    let of = &criteria.thresholds;
    format!(
        "required: {} approvals, {} hours with traffic, {} samples of each required class; at most \
         {} failed cases, {} loosened groups that nobody explained, {} ppm errors of the candidate, \
         {} ppm dropped",
        criteria.approvals_required,
        of.min_observation_hours,
        of.min_samples_per_required_class,
        of.max_dry_run_failed_count,
        of.max_unexplained_loosened_groups,
        of.max_candidate_error_ppm,
        of.max_drop_ppm,
    )
}

/// Where `found` is laxer than `required`.
pub(super) fn laxer(found: &ChangeCriteria, required: &ChangeCriteria) -> Vec<String> {
    let (asks, needs) = (&found.thresholds, &required.thresholds);
    let at_least = [
        (
            "approvals_required",
            u64::from(found.approvals_required),
            u64::from(required.approvals_required),
        ),
        (
            "min_observation_hours",
            asks.min_observation_hours,
            needs.min_observation_hours,
        ),
        (
            "min_samples_per_required_class",
            asks.min_samples_per_required_class,
            needs.min_samples_per_required_class,
        ),
    ];
    let at_most = [
        (
            "max_dry_run_failed_count",
            asks.max_dry_run_failed_count,
            needs.max_dry_run_failed_count,
        ),
        (
            "max_unexplained_loosened_groups",
            asks.max_unexplained_loosened_groups,
            needs.max_unexplained_loosened_groups,
        ),
        (
            "max_candidate_error_ppm",
            asks.max_candidate_error_ppm,
            needs.max_candidate_error_ppm,
        ),
        ("max_drop_ppm", asks.max_drop_ppm, needs.max_drop_ppm),
    ];
    let few = at_least
        .into_iter()
        .filter(|(_, found, least)| found < least);
    let many = at_most.into_iter().filter(|(_, found, most)| found > most);
    few.chain(many)
        .map(|(name, found, needed)| format!("`{name}` is {found}, required is {needed}"))
        .collect()
}
