//! What must be true before a candidate may be promoted.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Counts, Denominators, Report};
use crate::canonical::Digest;
pub use crate::policy::promotion::Thresholds;
use crate::shadow::compare::required::{CLASSES, DECISION_CLASSES};
use crate::shadow::compare::statistics::parts_per_million;

/// Seconds of an hour.
const HOUR_SECONDS: u64 = 3_600;

/// The names of the promotion criteria.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum CriterionName {
    /// Something was compared.
    Traffic,
    /// Every loosened group has a signed explanation.
    UnexplainedLoosening,
    /// The candidate's dry run passed.
    DryRunFailures,
    /// Traffic was observed long enough.
    ObservationHours,
    /// Every required decision class occurred often enough.
    RequiredClassSamples,
    /// The candidate failed rarely enough.
    CandidateErrorRate,
    /// Few enough sampled decisions were dropped.
    DropRate,
    /// The times are not simulated.
    WallClock,
    /// No decision was left out because of its content.
    WholeTraffic,
}

impl CriterionName {
    /// The name in documents, such as `observation_hours`.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Traffic => "traffic",
            Self::UnexplainedLoosening => "unexplained_loosening",
            Self::DryRunFailures => "dry_run_failures",
            Self::ObservationHours => "observation_hours",
            Self::RequiredClassSamples => "required_class_samples",
            Self::CandidateErrorRate => "candidate_error_rate",
            Self::DropRate => "drop_rate",
            Self::WallClock => "wall_clock",
            Self::WholeTraffic => "whole_traffic",
        }
    }
}

/// How a criterion's number is compared with its threshold.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Limit {
    /// The number must be at least the threshold.
    AtLeast,
    /// The number must be at most the threshold.
    AtMost,
}

/// One promotion criterion, and whether it is met.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Criterion {
    /// The criterion's name.
    pub name: CriterionName,
    /// Whether the criterion is met.
    pub met: bool,
    /// The number that was found. It is `null` if there is nothing to count.
    pub actual: Option<u64>,
    /// How the number is compared with the threshold.
    pub limit: Limit,
    /// The threshold.
    pub threshold: u64,
    /// What `actual` and `threshold` count.
    pub unit: String,
    /// The criterion and its numbers as a sentence for a person, with the reason if it is not met.
    pub message: String,
}

impl Criterion {
    /// This criterion without the words for a person.
    pub(super) fn without_message(&self) -> Self {
        Self {
            message: String::new(),
            ..self.clone()
        }
    }
}

/// The result of the candidate's dry run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DryRunSummary {
    /// Of which policy.
    pub effective_digest: Digest,
    /// Cases that were decided.
    pub case_count: u64,
    /// Cases that failed, or are required and weren't there.
    pub failed_count: u64,
}

/// What the criteria look at.
pub(super) struct Seen<'a> {
    pub(super) thresholds: &'a Thresholds,
    pub(super) candidate: Digest,
    pub(super) dry_run: Option<DryRunSummary>,
    pub(super) counts: &'a Counts,
    pub(super) denominators: &'a Denominators,
    pub(super) observation_seconds: u64,
    pub(super) has_times: bool,
    pub(super) required: [u64; CLASSES],
    /// Groups, and divergences beyond the limit of groups.
    pub(super) unexplained_loosened: u64,
    pub(super) simulated_clock: bool,
    /// What narrows the decisions down, by name.
    pub(super) narrowed_by: Vec<&'static str>,
    /// The decisions that the journal can't replay.
    pub(super) unclear: Counts,
}

pub(super) fn criteria(seen: &Seen<'_>) -> Vec<Criterion> {
    vec![
        traffic(seen),
        unexplained_loosening(seen),
        dry_run_failures(seen),
        observation_hours(seen),
        required_class_samples(seen),
        candidate_error_rate(seen),
        drop_rate(seen),
        wall_clock(seen),
        whole_traffic(seen),
    ]
}

fn at_most(name: CriterionName, actual: Option<u64>, threshold: u64, unit: &str) -> Criterion {
    Criterion {
        name,
        met: actual.is_some_and(|actual| actual <= threshold),
        actual,
        limit: Limit::AtMost,
        threshold,
        unit: unit.to_owned(),
        message: String::new(),
    }
}

fn at_least(name: CriterionName, actual: u64, threshold: u64, unit: &str) -> Criterion {
    Criterion {
        name,
        met: actual >= threshold,
        actual: Some(actual),
        limit: Limit::AtLeast,
        threshold,
        unit: unit.to_owned(),
        message: String::new(),
    }
}

impl Criterion {
    fn because(self, message: impl Into<String>) -> Self {
        Self {
            message: message.into(),
            ..self
        }
    }
}

fn traffic(seen: &Seen<'_>) -> Criterion {
    let compared = seen.counts.total();
    let message = match compared {
        0 => "nothing was compared: silence is no evidence".to_owned(),
        _ => format!("{compared} decisions were compared"),
    };
    at_least(CriterionName::Traffic, compared, 1, "decisions").because(message)
}

fn unexplained_loosening(seen: &Seen<'_>) -> Criterion {
    let laxer = seen.counts.loosened.saturating_add(seen.unclear.loosened);
    let groups = seen.unexplained_loosened;
    let most = seen.thresholds.max_unexplained_loosened_groups;
    let message = match (laxer, groups) {
        (0, _) => "no decision would be laxer".to_owned(),
        (laxer, 0) => format!("{laxer} decisions would be laxer, and every group is explained"),
        (laxer, groups) => {
            format!("{laxer} decisions would be laxer; nobody has explained {groups} of the groups")
        }
    };
    at_most(
        CriterionName::UnexplainedLoosening,
        Some(groups),
        most,
        "groups",
    )
    .because(message)
}

fn dry_run_failures(seen: &Seen<'_>) -> Criterion {
    let most = seen.thresholds.max_dry_run_failed_count;
    let of_candidate = seen
        .dry_run
        .filter(|it| it.effective_digest == seen.candidate);
    let message = match (seen.dry_run, of_candidate) {
        (None, _) => "the candidate had no dry run".to_owned(),
        (Some(_), None) => "the dry run is of another policy than the candidate".to_owned(),
        (_, Some(it)) => format!("{} of {} cases failed", it.failed_count, it.case_count),
    };
    let failed = of_candidate.map(|it| it.failed_count);
    at_most(CriterionName::DryRunFailures, failed, most, "cases").because(message)
}

fn observation_hours(seen: &Seen<'_>) -> Criterion {
    let hours = seen.thresholds.min_observation_hours;
    let (whole, tenth) = (
        seen.observation_seconds / HOUR_SECONDS,
        seen.observation_seconds % HOUR_SECONDS * 10 / HOUR_SECONDS,
    );
    let message = if seen.has_times || seen.counts.total() == 0 {
        format!("{whole}.{tenth} hours with traffic; {hours} are asked for")
    } else {
        "the actions don't say when they were decided".to_owned()
    };
    let least = hours.saturating_mul(HOUR_SECONDS);
    let seconds = seen.observation_seconds;
    at_least(CriterionName::ObservationHours, seconds, least, "seconds").because(message)
}

fn required_class_samples(seen: &Seen<'_>) -> Criterion {
    let least = seen.thresholds.min_samples_per_required_class;
    let few: Vec<String> = DECISION_CLASSES
        .iter()
        .zip(seen.required)
        .filter(|(_, samples)| *samples < least)
        .map(|(class, samples)| format!("`{}` {samples}", class.case_id))
        .collect();
    let message = if few.is_empty() {
        format!("every required class was exercised at least {least} times")
    } else {
        format!("fewer than {least} samples of {}", few.join(", "))
    };
    let fewest = seen.required.into_iter().min().unwrap_or_default();
    at_least(
        CriterionName::RequiredClassSamples,
        fewest,
        least,
        "decisions",
    )
    .because(message)
}

fn candidate_error_rate(seen: &Seen<'_>) -> Criterion {
    let (of, unclear) = (seen.denominators, &seen.unclear);
    let errored = of.errored.saturating_add(unclear.candidate_error);
    let compared = of.compared.saturating_add(unclear.total());
    let rate = (compared > 0).then(|| parts_per_million(errored, compared));
    let most = seen.thresholds.max_candidate_error_ppm;
    let message = format!("the candidate failed in {errored} of {compared} comparisons");
    at_most(
        CriterionName::CandidateErrorRate,
        rate,
        most,
        "parts_per_million",
    )
    .because(message)
}

/// What can't be judged again is as unseen as what was dropped. A live run saw what is `unclear`.
fn drop_rate(seen: &Seen<'_>) -> Criterion {
    let of = seen.denominators;
    let (dropped, unjudged) = (of.dropped, of.not_replayable);
    let wanted = of.sampled.saturating_add(unjudged);
    let missed = dropped.saturating_add(unjudged);
    let rate = (wanted > 0).then(|| parts_per_million(missed, wanted));
    let most = seen.thresholds.max_drop_ppm;
    let mut message = format!("{dropped} of {} sampled decisions were dropped", of.sampled);
    if unjudged > 0 {
        message.push_str(&format!("; {unjudged} more can't be replayed"));
    }
    at_most(CriterionName::DropRate, rate, most, "parts_per_million").because(message)
}

fn wall_clock(seen: &Seen<'_>) -> Criterion {
    let simulated = u64::from(seen.simulated_clock);
    let message = match seen.simulated_clock {
        true => "the clock was simulated: no evidence for a live gate",
        false => "no clock was simulated",
    };
    at_most(
        CriterionName::WallClock,
        Some(simulated),
        0,
        "simulated_clocks",
    )
    .because(message)
}

fn whole_traffic(seen: &Seen<'_>) -> Criterion {
    let conditions = seen.narrowed_by.len() as u64;
    let message = match seen.narrowed_by.join("`, `") {
        none if none.is_empty() => "no decision was left out by what it was".to_owned(),
        names => format!("narrowed down by `{names}`: what was left out may be what is laxer"),
    };
    at_most(
        CriterionName::WholeTraffic,
        Some(conditions),
        0,
        "conditions",
    )
    .because(message)
}

impl Report {
    /// The criteria under `thresholds`, from the report's counts, the result of the candidate's dry
    /// run, and the number of loosened groups that nobody has explained. None if the report has not
    /// every required class.
    #[must_use]
    pub fn criteria_under(
        &self,
        thresholds: &Thresholds,
        dry_run: Option<DryRunSummary>,
        unexplained_loosened: u64,
    ) -> Option<Vec<Criterion>> {
        let samples: Vec<u64> = self.required_classes.iter().map(|it| it.samples).collect();
        Some(criteria(&Seen {
            thresholds,
            candidate: self.candidate.effective_digest,
            dry_run,
            counts: &self.counts,
            denominators: &self.denominators,
            observation_seconds: self.observation.seconds,
            has_times: self.observation.first_at.is_some(),
            required: samples.try_into().ok()?,
            unexplained_loosened,
            simulated_clock: self.simulated_clock,
            narrowed_by: self.narrowed_by(),
            unclear: self.unclear_counts(),
        }))
    }

    /// The criteria that follow from the rest of the report and the thresholds in it;
    /// none if one is missing. The result of the dry run is nowhere else in the report.
    pub(super) fn criteria_again(&self) -> Option<Vec<Criterion>> {
        self.criteria_with(&self.thresholds_again()?)
    }

    /// The criteria that follow from the rest of the report under other thresholds.
    pub(super) fn criteria_with(&self, thresholds: &Thresholds) -> Option<Vec<Criterion>> {
        let dry_run = self.criterion(CriterionName::DryRunFailures)?;
        let unexplained = self.unexplained_loosened();
        let mut again = self.criteria_under(thresholds, None, unexplained)?;
        for it in &mut again {
            if it.name == CriterionName::DryRunFailures {
                let (most, unit) = (thresholds.max_dry_run_failed_count, "cases");
                *it = at_most(it.name, dry_run.actual, most, unit).because(&dry_run.message);
            }
        }
        Some(again)
    }

    /// The thresholds in the criteria; none if one is missing.
    pub(super) fn thresholds_again(&self) -> Option<Thresholds> {
        let threshold = |name| self.criterion(name).map(|it| it.threshold);
        Some(Thresholds {
            max_dry_run_failed_count: threshold(CriterionName::DryRunFailures)?,
            min_observation_hours: threshold(CriterionName::ObservationHours)? / HOUR_SECONDS,
            min_samples_per_required_class: threshold(CriterionName::RequiredClassSamples)?,
            max_unexplained_loosened_groups: threshold(CriterionName::UnexplainedLoosening)?,
            max_candidate_error_ppm: threshold(CriterionName::CandidateErrorRate)?,
            max_drop_ppm: threshold(CriterionName::DropRate)?,
        })
    }

    fn criterion(&self, name: CriterionName) -> Option<&Criterion> {
        self.criteria.iter().find(|it| it.name == name)
    }

    /// Groups without an explanation, and divergences beyond the limit of groups.
    pub(super) fn unexplained_loosened(&self) -> u64 {
        let unexplained = self.loosened_groups().filter(|group| !group.explained);
        let unexplained = unexplained.count() as u64;
        unexplained.saturating_add(self.loosened_beyond_groups())
    }

    fn narrowed_by(&self) -> Vec<&'static str> {
        let narrowed = self.replay.as_ref().map(|it| it.selection.narrowed_by());
        narrowed.unwrap_or_default()
    }
}
