//! Every number of the section `promotion`, for comparing and showing.

use serde_json::{Value, json};

use super::{Criteria, Promotion};

/// One number of the section.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Number {
    /// The dotted path, such as `promotion.thresholds.min_observation_hours`.
    pub path: String,
    /// The number, `true` or `false`, or `any` if there is no limit.
    pub value: Value,
    /// How strict the number is: the greater, the stricter.
    pub strictness: u64,
}

impl Promotion {
    /// Every number, in the order in which the section is shown.
    #[must_use]
    pub fn numbers(&self) -> Vec<Number> {
        let mut numbers = self.criteria.numbers("promotion");
        let quick = "promotion.when_nothing_loosened";
        numbers.extend(self.when_nothing_loosened.numbers(quick));
        numbers
    }
}

impl Criteria {
    /// Every number, in order. Paths begin with `prefix` and a dot.
    #[must_use]
    pub fn numbers(&self, prefix: &str) -> Vec<Number> {
        numbers(prefix, self)
    }

    /// The first number that is looser than that of `wanted`, and the latter. Paths begin with
    /// `prefix` and a dot.
    #[must_use]
    pub fn first_looser(&self, wanted: &Self, prefix: &str) -> Option<(Number, Number)> {
        self.looser(wanted, prefix).next()
    }

    /// Every number that is looser than that of `wanted`, and the latter. Paths begin with `prefix`
    /// and a dot.
    pub fn looser(
        &self,
        wanted: &Self,
        prefix: &str,
    ) -> impl Iterator<Item = (Number, Number)> + use<> {
        let pairs = self.numbers(prefix).into_iter().zip(wanted.numbers(prefix));
        pairs.filter(|(found, wanted)| found.strictness < wanted.strictness)
    }
}

fn numbers(prefix: &str, criteria: &Criteria) -> Vec<Number> {
    let number = |name: &str, value: Value, strictness: u64| Number {
        path: format!("{prefix}.{name}"),
        value,
        strictness,
    };
    let least = |name: &str, value: u64| number(name, json!(value), value);
    let most = |name: &str, value: u64| number(name, json!(value), u64::MAX - value);
    let age = criteria.max_evidence_age_hours;
    let thresholds = &criteria.thresholds;
    vec![
        least("approvals_required", criteria.approvals_required.into()),
        number(
            "max_evidence_age_hours",
            age.map_or_else(|| json!("any"), |age| json!(age)),
            age.map_or(0, |age| u64::MAX - age),
        ),
        number(
            "rollback_rehearsed",
            json!(criteria.rollback_rehearsed),
            criteria.rollback_rehearsed.into(),
        ),
        most(
            "thresholds.max_candidate_error_ppm",
            thresholds.max_candidate_error_ppm,
        ),
        most("thresholds.max_drop_ppm", thresholds.max_drop_ppm),
        most(
            "thresholds.max_dry_run_failed_count",
            thresholds.max_dry_run_failed_count,
        ),
        most(
            "thresholds.max_unexplained_loosened_groups",
            thresholds.max_unexplained_loosened_groups,
        ),
        least(
            "thresholds.min_observation_hours",
            thresholds.min_observation_hours,
        ),
        least(
            "thresholds.min_samples_per_required_class",
            thresholds.min_samples_per_required_class,
        ),
        least("watch_hours", criteria.watch_hours),
    ]
}
