//! Counts, denominators and bounds.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::policy::comparison::Change;
use crate::shadow::sampling::PartsPerMillion;
use crate::shadow::statistics::UpperBound;

/// Comparisons by class.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "the classes of `Change`, under their names")]
pub struct Counts {
    pub loosened: u64,
    pub candidate_error: u64,
    pub tightened: u64,
    pub reason_changed: u64,
    pub same: u64,
}

impl Counts {
    /// From what `count` says of each class.
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

    /// Of one class.
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

    /// Of all classes.
    #[must_use]
    pub fn total(&self) -> u64 {
        Change::ALL.into_iter().map(|change| self.of(change)).sum()
    }
}

/// As [`Counts`], without what is the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "the classes of `Change`, under their names")]
pub struct Divergences {
    pub loosened: u64,
    pub candidate_error: u64,
    pub tightened: u64,
    pub reason_changed: u64,
}

/// Of how many. `seen` = `sampled` + not sampled + `not_replayable`, and
/// `sampled` = `compared` + `dropped` + `pending`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Denominators {
    /// Decisions or records that passed by.
    pub seen: u64,
    /// The share that was to be compared.
    pub sampling_ppm: PartsPerMillion,
    /// Those that were to be compared.
    pub sampled: u64,
    /// Those that were, the candidate's errors included.
    pub compared: u64,
    /// Those that were not, since the queue was full.
    pub dropped: u64,
    /// Those that still wait.
    pub pending: u64,
    /// Of `compared`, those in which something of the candidate failed.
    pub errored: u64,
    /// Records that hold no action that can be judged.
    pub not_replayable: u64,
}

/// Over how long.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Observed {
    /// Time with traffic; 0 where the source doesn't say when.
    pub seconds: u64,
    /// What counts as time with traffic: a stretch of so many seconds with a comparison in it.
    pub grain_seconds: i64,
    /// The first comparison.
    pub first_at: Option<Timestamp>,
    /// The last comparison.
    pub last_at: Option<Timestamp>,
}

/// One-sided upper bounds on the share of each class in traffic like this.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "the classes of `Change`, under their names")]
pub struct Bounds {
    pub confidence_percent: u8,
    pub loosened: UpperBound,
    pub candidate_error: UpperBound,
    pub tightened: UpperBound,
    pub reason_changed: UpperBound,
    /// Any of them.
    pub any_change: UpperBound,
}

impl Bounds {
    /// Of one class; none for what is the same.
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

/// Comparisons in which the candidate failed, by how.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "the kinds of `FailureKind`, under their names")]
pub struct Failures {
    pub error: u64,
    pub timed_out: u64,
    pub malformed: u64,
    pub panicked: u64,
}

impl Failures {
    /// Of all kinds.
    #[must_use]
    pub fn total(&self) -> u64 {
        self.error + self.timed_out + self.malformed + self.panicked
    }
}
