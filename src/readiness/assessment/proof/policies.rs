//! The two policies of a packet, and what they require of a change from one to the other.

use super::super::Subject;
use super::super::checks::Checks;
use crate::canonical::Digest;
use crate::change::request::CandidateDigests;
use crate::policy::bundle::cases_digest;
use crate::policy::effective::EffectivePack;
use crate::policy::promotion::required::{nothing_loosened, required};
use crate::policy::promotion::{Criteria, Promotion};
use crate::readiness::dry_run::{lacking_cases, lost_cases};

/// The check that prints what is required.
const CRITERIA: &str = "promotion_criteria";

/// The candidate and the policy that it replaces, from the packet's bundles.
pub(super) struct Policies<'a> {
    pub(super) candidate: &'a EffectivePack,
    pub(super) replaced: &'a EffectivePack,
    /// The digests of the candidate, recomputed.
    pub(super) digests: CandidateDigests,
    /// The cases of the replaced policy that the candidate lacks, whatever it decides.
    pub(super) lacking: Vec<String>,
    /// Those of them that it decides otherwise. If nobody can decide them again, all of them.
    pub(super) lost: Vec<String>,
    /// The effective digest of the replaced policy, recomputed.
    pub(super) replaced_digest: Digest,
    /// What the two policies require.
    promotion: Promotion,
    /// Whether the change loosens nothing, by the policies alone.
    nothing_loosened: bool,
}

impl<'a> Policies<'a> {
    /// The policies, and a check that says what they require. None if there are not two that can be
    /// joined: the checks of the bundles say why.
    pub(super) fn of(subject: &'a Subject<'_>, checks: &mut Checks) -> Option<Self> {
        let policies = Self::recomputed(subject);
        match &policies {
            Some(policies) => {
                let required = policies.required(false);
                checks.judged.criteria = Some(required);
                checks.pass(CRITERIA, described(&required));
            }
            None => checks.claimed(CRITERIA, "there are not two policies that require anything"),
        }
        policies
    }

    fn recomputed(subject: &'a Subject<'_>) -> Option<Self> {
        let bundles = subject.packet.bundles.as_ref()?;
        let shelf = subject.given_pack?.shelf;
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
        let lacking = lacking_cases(replaced, candidate).into_iter();
        let lacking: Vec<String> = lacking.map(|case| case.case_id.clone()).collect();
        let lost = match subject.given_pack.filter(|_| subject.is_recomputed()) {
            Some(it) => lost_cases(replaced, candidate, it.identity, it.decide),
            None => lacking.clone(),
        };
        Some(Self {
            lacking,
            lost,
            promotion: required(replaced, candidate),
            nothing_loosened: nothing_loosened(replaced, candidate),
            replaced_digest: (shelf.effective_digest)(replaced),
            digests,
            candidate,
            replaced,
        })
    }

    /// What is required. A shadow report may find something loosened where the policies don't show
    /// it.
    pub(super) fn required(&self, something_was_loosened: bool) -> Criteria {
        let nothing_loosened = self.nothing_loosened && !something_was_loosened;
        self.promotion.criteria_of(nothing_loosened)
    }
}

/// Criteria as a text for a person.
fn described(criteria: &Criteria) -> String {
    let numbers = criteria.numbers("").into_iter();
    let numbers = numbers.map(|it| format!("{} {}", it.path.trim_start_matches('.'), it.value));
    let numbers: Vec<String> = numbers.collect();
    format!("both policies require: {}", numbers.join(", "))
}

/// Where `found` is laxer than `required`.
pub(super) fn laxer(found: &Criteria, required: &Criteria) -> Vec<String> {
    let low = found.looser(required, "");
    low.map(|(found, required)| {
        let name = found.path.trim_start_matches('.');
        format!(
            "`{name}` is {}, required is {}",
            found.value, required.value
        )
    })
    .collect()
}
