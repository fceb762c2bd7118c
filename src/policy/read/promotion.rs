//! The section `promotion`.

use std::ops::RangeInclusive;

use super::fields::Fields;
use crate::policy::promotion::limits::{
    MAX_APPROVALS_REQUIRED, MAX_COUNT, MAX_HOURS, MAX_OBSERVATION_HOURS, PPM,
};
use crate::policy::promotion::section::{CriteriaSection, PromotionSection, ThresholdsSection};

/// Fewer than one approval is none.
const APPROVALS: RangeInclusive<u64> = 1..=MAX_APPROVALS_REQUIRED as u64;
/// Evidence of this very moment can't exist.
const AGE_HOURS: RangeInclusive<u64> = 1..=MAX_HOURS;

pub(super) fn promotion(fields: &mut Fields<'_>) -> PromotionSection {
    let criteria = criteria(fields);
    let quick = fields.section("when_nothing_loosened", self::criteria);
    PromotionSection::of(criteria, quick)
}

fn criteria(fields: &mut Fields<'_>) -> CriteriaSection {
    let approvals = fields.number("approvals_required", APPROVALS);
    CriteriaSection {
        // The range keeps the number small.
        approvals_required: approvals.and_then(|number| u32::try_from(number).ok()),
        max_evidence_age_hours: fields.number("max_evidence_age_hours", AGE_HOURS),
        rollback_rehearsed: fields.flag("rollback_rehearsed"),
        thresholds: fields.section("thresholds", thresholds),
        watch_hours: fields.number("watch_hours", 0..=MAX_HOURS),
    }
}

fn thresholds(fields: &mut Fields<'_>) -> ThresholdsSection {
    let count = || 0..=MAX_COUNT;
    ThresholdsSection {
        max_dry_run_failed_count: fields.number("max_dry_run_failed_count", count()),
        min_observation_hours: fields.number("min_observation_hours", 0..=MAX_OBSERVATION_HOURS),
        min_samples_per_required_class: fields.number("min_samples_per_required_class", count()),
        max_unexplained_loosened_groups: fields.number("max_unexplained_loosened_groups", count()),
        max_candidate_error_ppm: fields.number("max_candidate_error_ppm", 0..=PPM),
        max_drop_ppm: fields.number("max_drop_ppm", 0..=PPM),
    }
}
