//! What a candidate has to show before it may become active. The shadow-mode plan, the shadow
//! report and its gate use these numbers.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

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
}

impl Default for Thresholds {
    fn default() -> Self {
        Self::STANDARD
    }
}
