//! What a change of the policy in force has to show before it may be made. The pack section
//! `promotion` sets these numbers; requests, the shadow-mode plan, the shadow report and its gate
//! use them.
//!
//! | module | holds |
//! |---|---|
//! | [`limits`] | how great the numbers may be |
//! | [`section`] | the section as it is written in a pack, and how it is inherited |
//! | [`number`] | every number of the section, for comparing and showing |
//! | [`required`] | what a change from one policy to another has to show |

pub mod limits;
pub mod number;
pub mod required;
pub mod section;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use limits::{MAX_APPROVALS_REQUIRED, PPM};

/// The rule under which every change of the policy in force waits. In a pack's `approvals` it names
/// the groups that approve such a change.
pub const PUBLISH_RULE: &str = "policy.publish.requires_approval";

/// The thresholds of the promotion criteria.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Thresholds {
    /// How many cases of the candidate's dry run may fail.
    pub max_dry_run_failed_count: u64,
    /// How many hours with traffic there must be.
    pub min_observation_hours: u64,
    /// How many comparisons of each required decision class there must be.
    pub min_samples_per_required_class: u64,
    /// How many loosened groups may have no explanation.
    pub max_unexplained_loosened_groups: u64,
    /// In how many comparisons the candidate may fail, in parts per million.
    pub max_candidate_error_ppm: u64,
    /// How many sampled decisions may have been dropped, in parts per million.
    pub max_drop_ppm: u64,
}

impl Thresholds {
    /// The thresholds that apply unless an operator sets others.
    pub const STANDARD: Self = Self {
        max_dry_run_failed_count: 0,
        min_observation_hours: 24,
        min_samples_per_required_class: 10,
        max_unexplained_loosened_groups: 0,
        max_candidate_error_ppm: 100,
        max_drop_ppm: 10_000,
    };

    /// The thresholds that only ask for a dry run without a failed case.
    pub const DRY_RUN: Self = Self {
        max_dry_run_failed_count: 0,
        min_observation_hours: 0,
        min_samples_per_required_class: 0,
        max_unexplained_loosened_groups: 0,
        max_candidate_error_ppm: PPM,
        max_drop_ppm: PPM,
    };

    /// The stricter of both for each number.
    #[must_use]
    pub fn stricter(self, other: Self) -> Self {
        Self {
            max_dry_run_failed_count: self
                .max_dry_run_failed_count
                .min(other.max_dry_run_failed_count),
            min_observation_hours: self.min_observation_hours.max(other.min_observation_hours),
            min_samples_per_required_class: self
                .min_samples_per_required_class
                .max(other.min_samples_per_required_class),
            max_unexplained_loosened_groups: self
                .max_unexplained_loosened_groups
                .min(other.max_unexplained_loosened_groups),
            max_candidate_error_ppm: self
                .max_candidate_error_ppm
                .min(other.max_candidate_error_ppm),
            max_drop_ppm: self.max_drop_ppm.min(other.max_drop_ppm),
        }
    }

    /// Whether no number is looser than that of `other`.
    #[must_use]
    pub fn is_at_least(self, other: Self) -> bool {
        self.stricter(other) == self
    }
}

impl Default for Thresholds {
    fn default() -> Self {
        Self::STANDARD
    }
}

/// What must be true before a change may be made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Criteria {
    /// How many people must approve, 1 to 64. A person counts once.
    #[schemars(range(min = 1, max = MAX_APPROVALS_REQUIRED))]
    pub approvals_required: u32,
    /// How old the evidence may be when the change is made, in hours. Absent if it may have any
    /// age.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max_evidence_age_hours: Option<u64>,
    /// Whether the way back must have been rehearsed.
    pub rollback_rehearsed: bool,
    /// The thresholds of the shadow report.
    pub thresholds: Thresholds,
    /// For how many hours after the change people watch what the policy decides.
    pub watch_hours: u64,
}

impl Criteria {
    /// The criteria of a pack without the section `promotion`.
    pub const STANDARD: Self = Self {
        approvals_required: 1,
        max_evidence_age_hours: None,
        rollback_rehearsed: false,
        thresholds: Thresholds::STANDARD,
        watch_hours: 0,
    };

    /// The criteria of a change that loosens nothing, where no pack sets others: a dry run and one
    /// approval, so that tightening is fast.
    pub const NOTHING_LOOSENED: Self = Self {
        thresholds: Thresholds::DRY_RUN,
        ..Self::STANDARD
    };

    /// The stricter of both for each number.
    #[must_use]
    pub fn stricter(self, other: Self) -> Self {
        Self {
            approvals_required: self.approvals_required.max(other.approvals_required),
            max_evidence_age_hours: least(
                self.max_evidence_age_hours,
                other.max_evidence_age_hours,
            ),
            rollback_rehearsed: self.rollback_rehearsed || other.rollback_rehearsed,
            thresholds: self.thresholds.stricter(other.thresholds),
            watch_hours: self.watch_hours.max(other.watch_hours),
        }
    }

    /// Whether no number is looser than that of `other`.
    #[must_use]
    pub fn is_at_least(self, other: Self) -> bool {
        self.stricter(other) == self
    }
}

impl Default for Criteria {
    fn default() -> Self {
        Self::STANDARD
    }
}

/// The section `promotion` of a pack after inheritance: what a change has to show.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Promotion {
    /// The criteria of a change that loosens something.
    #[serde(flatten)]
    pub criteria: Criteria,
    /// The criteria of a change that loosens nothing.
    pub when_nothing_loosened: Criteria,
}

impl Promotion {
    /// What a pack without the section asks for.
    pub const STANDARD: Self = Self {
        criteria: Criteria::STANDARD,
        when_nothing_loosened: Criteria::NOTHING_LOOSENED,
    };

    /// The stricter of both for each number.
    #[must_use]
    pub fn stricter(self, other: Self) -> Self {
        Self {
            criteria: self.criteria.stricter(other.criteria),
            when_nothing_loosened: self
                .when_nothing_loosened
                .stricter(other.when_nothing_loosened),
        }
    }

    /// The criteria of a change, by whether it loosens nothing.
    #[must_use]
    pub fn criteria_of(&self, nothing_loosened: bool) -> Criteria {
        match nothing_loosened {
            true => self.when_nothing_loosened,
            false => self.criteria,
        }
    }
}

impl Default for Promotion {
    fn default() -> Self {
        Self::STANDARD
    }
}

/// The lesser of two numbers that may be absent. An absent one limits nothing.
fn least<T: Ord>(one: Option<T>, other: Option<T>) -> Option<T> {
    match (one, other) {
        (Some(one), Some(other)) => Some(one.min(other)),
        (one, other) => one.or(other),
    }
}
