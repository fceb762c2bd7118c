//! The section `promotion` as it is written in a pack, and how it is inherited.

use schemars::JsonSchema;
use serde::Serialize;

use super::limits::{MAX_APPROVALS_REQUIRED, MAX_COUNT, MAX_HOURS, MAX_OBSERVATION_HOURS, PPM};
use super::{Criteria, Promotion, Thresholds, least};
use crate::policy::read::schema;

/// What a change of the policy in force has to show. The policy in force and the candidate both
/// count: for each number the stricter one. A parent's number counts too, so a child can't lower
/// it. Rego doesn't see the section.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields, transform = schema::mapping(&[]))]
pub struct PromotionSection {
    /// How many people must approve. A person counts once. Default: 1.
    #[schemars(range(min = 1, max = MAX_APPROVALS_REQUIRED))]
    pub approvals_required: Option<u32>,
    /// How old the evidence may be when the change is made, in hours. By default it may have any
    /// age.
    #[schemars(range(min = 1, max = MAX_HOURS))]
    pub max_evidence_age_hours: Option<u64>,
    /// Whether the way back must have been rehearsed. Default: `false`.
    pub rollback_rehearsed: Option<bool>,
    /// The thresholds of the shadow report.
    pub thresholds: ThresholdsSection,
    /// For how many hours after the change people watch what the policy decides. Default: 0.
    #[schemars(range(max = MAX_HOURS))]
    pub watch_hours: Option<u64>,
    /// What a change that loosens nothing has to show. By default such a change needs a dry run and
    /// one approval, and no hours, so that tightening is fast.
    pub when_nothing_loosened: CriteriaSection,
}

/// What a change that loosens nothing has to show.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields, transform = schema::mapping(&[]))]
pub struct CriteriaSection {
    /// How many people must approve. A person counts once. Default: 1.
    #[schemars(range(min = 1, max = MAX_APPROVALS_REQUIRED))]
    pub approvals_required: Option<u32>,
    /// How old the evidence may be when the change is made, in hours. By default it may have any
    /// age.
    #[schemars(range(min = 1, max = MAX_HOURS))]
    pub max_evidence_age_hours: Option<u64>,
    /// Whether the way back must have been rehearsed. Default: `false`.
    pub rollback_rehearsed: Option<bool>,
    /// The thresholds of the shadow report. By default only the dry run counts.
    pub thresholds: ThresholdsSection,
    /// For how many hours after the change people watch what the policy decides. Default: 0.
    #[schemars(range(max = MAX_HOURS))]
    pub watch_hours: Option<u64>,
}

/// The thresholds of the shadow report. The defaults are those of a change that loosens
/// something.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields, transform = schema::mapping(&[]))]
pub struct ThresholdsSection {
    /// How many cases of the candidate's dry run may fail. Default: 0.
    #[schemars(range(max = MAX_COUNT))]
    pub max_dry_run_failed_count: Option<u64>,
    /// How many hours with traffic there must be. Default: 24.
    #[schemars(range(max = MAX_OBSERVATION_HOURS))]
    pub min_observation_hours: Option<u64>,
    /// How many comparisons of each required decision class there must be. Default: 10.
    #[schemars(range(max = MAX_COUNT))]
    pub min_samples_per_required_class: Option<u64>,
    /// How many loosened groups may have no explanation. Default: 0.
    #[schemars(range(max = MAX_COUNT))]
    pub max_unexplained_loosened_groups: Option<u64>,
    /// In how many comparisons the candidate may fail, in parts per million. Default: 100.
    #[schemars(range(max = PPM))]
    pub max_candidate_error_ppm: Option<u64>,
    /// How many sampled decisions may have been dropped, in parts per million. Default: 10,000.
    #[schemars(range(max = PPM))]
    pub max_drop_ppm: Option<u64>,
}

impl PromotionSection {
    /// The section whose criteria are `criteria`.
    #[must_use]
    pub fn of(criteria: CriteriaSection, when_nothing_loosened: CriteriaSection) -> Self {
        Self {
            approvals_required: criteria.approvals_required,
            max_evidence_age_hours: criteria.max_evidence_age_hours,
            rollback_rehearsed: criteria.rollback_rehearsed,
            thresholds: criteria.thresholds,
            watch_hours: criteria.watch_hours,
            when_nothing_loosened,
        }
    }

    /// The stricter of both for each number that one of them sets.
    #[must_use]
    pub fn stricter(self, other: Self) -> Self {
        let criteria = self.criteria().stricter(other.criteria());
        let quick = self.when_nothing_loosened;
        Self::of(criteria, quick.stricter(other.when_nothing_loosened))
    }

    /// The section with defaults for what it doesn't set.
    #[must_use]
    pub fn with_defaults(self) -> Promotion {
        let quick = self.when_nothing_loosened;
        Promotion {
            criteria: self.criteria().or(Criteria::STANDARD),
            when_nothing_loosened: quick.or(Criteria::NOTHING_LOOSENED),
        }
    }

    fn criteria(self) -> CriteriaSection {
        CriteriaSection {
            approvals_required: self.approvals_required,
            max_evidence_age_hours: self.max_evidence_age_hours,
            rollback_rehearsed: self.rollback_rehearsed,
            thresholds: self.thresholds,
            watch_hours: self.watch_hours,
        }
    }
}

impl CriteriaSection {
    fn stricter(self, other: Self) -> Self {
        Self {
            approvals_required: self.approvals_required.max(other.approvals_required),
            max_evidence_age_hours: least(
                self.max_evidence_age_hours,
                other.max_evidence_age_hours,
            ),
            rollback_rehearsed: self.rollback_rehearsed.max(other.rollback_rehearsed),
            thresholds: self.thresholds.stricter(other.thresholds),
            watch_hours: self.watch_hours.max(other.watch_hours),
        }
    }

    fn or(self, default: Criteria) -> Criteria {
        Criteria {
            approvals_required: self
                .approvals_required
                .unwrap_or(default.approvals_required),
            max_evidence_age_hours: self
                .max_evidence_age_hours
                .or(default.max_evidence_age_hours),
            rollback_rehearsed: self
                .rollback_rehearsed
                .unwrap_or(default.rollback_rehearsed),
            thresholds: self.thresholds.over(default.thresholds),
            watch_hours: self.watch_hours.unwrap_or(default.watch_hours),
        }
    }
}

impl ThresholdsSection {
    /// An absent number is looser than any: `None` is the least option, so `max` keeps the greater
    /// number that is there, and [`least`] the lesser one.
    fn stricter(self, other: Self) -> Self {
        Self {
            max_dry_run_failed_count: least(
                self.max_dry_run_failed_count,
                other.max_dry_run_failed_count,
            ),
            min_observation_hours: self.min_observation_hours.max(other.min_observation_hours),
            min_samples_per_required_class: self
                .min_samples_per_required_class
                .max(other.min_samples_per_required_class),
            max_unexplained_loosened_groups: least(
                self.max_unexplained_loosened_groups,
                other.max_unexplained_loosened_groups,
            ),
            max_candidate_error_ppm: least(
                self.max_candidate_error_ppm,
                other.max_candidate_error_ppm,
            ),
            max_drop_ppm: least(self.max_drop_ppm, other.max_drop_ppm),
        }
    }

    /// The thresholds that the section sets, and those of `default` for the others.
    #[must_use]
    pub fn over(self, default: Thresholds) -> Thresholds {
        Thresholds {
            max_dry_run_failed_count: self
                .max_dry_run_failed_count
                .unwrap_or(default.max_dry_run_failed_count),
            min_observation_hours: self
                .min_observation_hours
                .unwrap_or(default.min_observation_hours),
            min_samples_per_required_class: self
                .min_samples_per_required_class
                .unwrap_or(default.min_samples_per_required_class),
            max_unexplained_loosened_groups: self
                .max_unexplained_loosened_groups
                .unwrap_or(default.max_unexplained_loosened_groups),
            max_candidate_error_ppm: self
                .max_candidate_error_ppm
                .unwrap_or(default.max_candidate_error_ppm),
            max_drop_ppm: self.max_drop_ppm.unwrap_or(default.max_drop_ppm),
        }
    }
}
