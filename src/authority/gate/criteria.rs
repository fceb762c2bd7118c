//! What a change must fulfil: the criteria of its request, which may not be looser than required.

use crate::change::request::ChangeCriteria;
use crate::policy::diff::{Change, Diff, Direction};
use crate::policy::effective::EffectivePack;
use crate::policy::promotion::Thresholds;

/// The least that a change must fulfil.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Required {
    pub(super) approvals: u32,
    pub(super) thresholds: Thresholds,
}

/// What a change from `active` to `candidate` must fulfil.
pub(super) fn required(_active: &EffectivePack, _candidate: &EffectivePack) -> Required {
    Required {
        approvals: 1,
        thresholds: Thresholds::STANDARD,
    }
}

/// In what the criteria of a request are looser than required, one line each.
pub(super) fn looser(criteria: &ChangeCriteria, required: Required) -> Vec<String> {
    let (asked, least) = (criteria.thresholds, required.thresholds);
    let at_least = [
        (
            "approvals_required",
            u64::from(criteria.approvals_required),
            u64::from(required.approvals),
        ),
        (
            "min_observation_hours",
            asked.min_observation_hours,
            least.min_observation_hours,
        ),
        (
            "min_samples_per_required_class",
            asked.min_samples_per_required_class,
            least.min_samples_per_required_class,
        ),
    ];
    let at_most = [
        (
            "max_dry_run_failed_count",
            asked.max_dry_run_failed_count,
            least.max_dry_run_failed_count,
        ),
        (
            "max_unexplained_loosened_groups",
            asked.max_unexplained_loosened_groups,
            least.max_unexplained_loosened_groups,
        ),
        (
            "max_candidate_error_ppm",
            asked.max_candidate_error_ppm,
            least.max_candidate_error_ppm,
        ),
        ("max_drop_ppm", asked.max_drop_ppm, least.max_drop_ppm),
    ];
    let line = |(name, found, wanted): (&str, u64, u64), bound: &str| {
        format!("the request's `{name}` is {found}, and {bound} {wanted} is required")
    };
    let low = at_least
        .into_iter()
        .filter(|(_, found, wanted)| found < wanted);
    let high = at_most
        .into_iter()
        .filter(|(_, found, wanted)| found > wanted);
    let low = low.map(|it| line(it, "at least"));
    low.chain(high.map(|it| line(it, "at most"))).collect()
}

/// Whether no line of a diff can loosen anything: each tightens, or is a name, title, description,
/// version or parent of the pack. Whatever is unclear counts as loosened, and so do changes of
/// approvals, cases, own Rego and mode.
pub(super) fn tightens_only(diff: &Diff) -> bool {
    diff.changes().all(is_tightening)
}

fn is_tightening(change: &Change) -> bool {
    let path = change.path.as_str();
    let is_of = |section: &str| path.starts_with(section);
    let is_named = path.starts_with("metadata.") && path != "metadata.mode";
    if is_named {
        return change.direction == Direction::Neutral;
    }
    let is_fixed = [
        "approvals[",
        "cases[",
        "rules[",
        "metadata.mode",
        "promotion",
    ];
    change.direction == Direction::Tightens && !is_fixed.into_iter().any(is_of)
}
