//! Counts, denominators and bounds.

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::decision::Change;
use crate::shadow::compare::sampling::PartsPerMillion;
use crate::shadow::compare::statistics::UpperBound;

/// How many comparisons had each result.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Counts {
    /// The candidate's verdict was less strict.
    pub loosened: u64,
    /// The candidate could not be evaluated.
    pub candidate_error: u64,
    /// The candidate's verdict was stricter.
    pub tightened: u64,
    /// The verdict was the same, but the rule, severity or approver groups differed.
    pub reason_changed: u64,
    /// Nothing differed.
    pub same: u64,
}

impl Counts {
    /// The counts that `count` returns for each class.
    #[must_use]
    pub fn by(count: impl Fn(Change) -> u64) -> Self {
        Self {
            loosened: count(Change::Loosened),
            candidate_error: count(Change::CandidateError),
            tightened: count(Change::Tightened),
            reason_changed: count(Change::ReasonChanged),
            same: count(Change::Same),
        }
    }

    /// Counts one more of a class.
    pub fn add(&mut self, change: Change) {
        let count = match change {
            Change::Loosened => &mut self.loosened,
            Change::CandidateError => &mut self.candidate_error,
            Change::Tightened => &mut self.tightened,
            Change::ReasonChanged => &mut self.reason_changed,
            Change::Same => &mut self.same,
        };
        *count += 1;
    }

    /// The count of one class.
    #[must_use]
    pub fn of(&self, change: Change) -> u64 {
        match change {
            Change::Loosened => self.loosened,
            Change::CandidateError => self.candidate_error,
            Change::Tightened => self.tightened,
            Change::ReasonChanged => self.reason_changed,
            Change::Same => self.same,
        }
    }

    /// The count of all classes together.
    #[must_use]
    pub fn total(&self) -> u64 {
        Change::ALL.into_iter().map(|change| self.of(change)).sum()
    }
}

/// How many divergences there were of each kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Divergences {
    /// The candidate's verdict was less strict.
    pub loosened: u64,
    /// The candidate could not be evaluated.
    pub candidate_error: u64,
    /// The candidate's verdict was stricter.
    pub tightened: u64,
    /// The verdict was the same, but the rule, severity or approver groups differed.
    pub reason_changed: u64,
}

/// How many decisions were seen, sampled and compared. `seen` is the sum of `sampled`, of what was
/// not sampled, and of `not_replayable`. `sampled` is the sum of `compared`, `dropped`, `pending` and
/// the counts of `unclear`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Denominators {
    /// How many decisions or records the source had.
    pub seen: u64,
    /// The share of decisions to compare, in parts per million.
    #[schemars(with = "u32", range(max = 1_000_000))]
    pub sampling_ppm: PartsPerMillion,
    /// How many decisions were chosen to be compared.
    pub sampled: u64,
    /// How many decisions were compared, including those on which the candidate failed.
    pub compared: u64,
    /// How many decisions were not compared because the queue was full.
    pub dropped: u64,
    /// How many decisions still wait to be compared.
    pub pending: u64,
    /// In how many comparisons a rule of the candidate failed.
    pub errored: u64,
    /// How many records hold no action that can be judged.
    pub not_replayable: u64,
}

/// How long traffic was observed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Observed {
    /// The time with traffic, in seconds. It is 0 if the source has no times.
    pub seconds: u64,
    /// The length of one interval, in seconds. An interval counts as time with traffic if it has
    /// at least one comparison.
    pub grain_seconds: i64,
    /// When the first compared action was decided. It is `null` if the source has no times.
    pub first_at: Option<Timestamp>,
    /// When the last compared action was decided. It is `null` if the source has no times.
    pub last_at: Option<Timestamp>,
}

/// Upper bounds on the share of each kind of divergence in traffic like the compared traffic. Each
/// bound is one-sided.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Bounds {
    /// The confidence level of every bound, in percent.
    pub confidence_percent: u8,
    /// The share of less strict verdicts.
    pub loosened: UpperBound,
    /// The share of actions on which the candidate can't be evaluated.
    pub candidate_error: UpperBound,
    /// The share of stricter verdicts.
    pub tightened: UpperBound,
    /// The share of equal verdicts for another reason.
    pub reason_changed: UpperBound,
    /// The share of all divergences together.
    pub any_change: UpperBound,
}

impl Bounds {
    /// The bound of one class. [`Change::Same`] has none.
    #[must_use]
    pub fn of(&self, change: Change) -> Option<&UpperBound> {
        match change {
            Change::Loosened => Some(&self.loosened),
            Change::CandidateError => Some(&self.candidate_error),
            Change::Tightened => Some(&self.tightened),
            Change::ReasonChanged => Some(&self.reason_changed),
            Change::Same => None,
        }
    }
}

/// In how many comparisons a rule of the candidate failed, by kind of failure.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Failures {
    /// A rule ended in an error.
    pub error: u64,
    /// A rule reached a limit on its evaluation.
    pub timed_out: u64,
    /// A rule returned something that is not a finding.
    pub malformed: u64,
    /// The evaluation panicked.
    pub panicked: u64,
}

impl Failures {
    /// The count of all kinds together.
    #[must_use]
    pub fn total(&self) -> u64 {
        self.error + self.timed_out + self.malformed + self.panicked
    }
}
