//! Whether a report is evidence for a change of the policy in force.

use jiff::{SignedDuration, Timestamp};

use super::criteria::{Criterion, CriterionName};
use super::{Report, SourceKind};
use crate::journal::merkle_log::{CheckpointError, SignedCheckpoint};
use crate::keys::VerifyingKey;
use crate::policy::promotion::{Criteria, Thresholds};
use crate::shadow::EndReason;

/// The most hours that a duration holds.
const MAX_HOURS: i64 = i64::MAX / 3_600;

/// Why a report is no evidence.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NoEvidence {
    /// The report's numbers don't agree.
    #[error("the report contradicts itself: {}", .0.join("; "))]
    Contradiction(Vec<String>),
    /// The times are not real.
    #[error("the report's clock was simulated")]
    SimulatedClock,
    /// Nobody can recompute a report of a file.
    #[error("the report is of a file of actions, which no journal vouches for")]
    Actions,
    /// No checkpoint covers what was compared.
    #[error("the report names no checkpoint of a journal")]
    NoCheckpoint,
    /// The checkpoint is not one.
    #[error("the report's checkpoint can't be read")]
    Checkpoint(#[source] CheckpointError),
    /// The checkpoint counts fewer records than the report compares.
    #[error("the report's checkpoint does not cover what it compared")]
    Uncovered,
    /// The run was still on.
    #[error(
        "the run was still on when the report was made; take the report of a run that has ended"
    )]
    StillOn,
    /// The start of the run recorded no criteria.
    #[error("the report's run recorded no criteria when it began; start another run")]
    NoCriteria,
    /// The run began under looser criteria.
    #[error(
        "the report's run began under other criteria: `{field}` was {found}, and {wanted} is required"
    )]
    OtherRunCriteria {
        /// The first number that is looser.
        field: String,
        /// Its value when the run began.
        found: String,
        /// The value that is required.
        wanted: String,
    },
    /// The report is judged by looser thresholds.
    #[error(
        "the report is judged by other criteria: `{field}` is {found}, and {wanted} is required"
    )]
    OtherCriteria {
        /// The first threshold that is looser.
        field: String,
        /// Its value in the report.
        found: String,
        /// The value that is required.
        wanted: String,
    },
    /// A criterion is not met.
    #[error("{}the criterion `{}` is not met: {message}", too_early(*.ended), .name.as_str())]
    NotMet {
        /// The first criterion that is not met.
        name: CriterionName,
        /// The criterion as a sentence.
        message: String,
        /// How the run ended, if the report is of one.
        ended: Option<EndReason>,
    },
    /// Nobody can say how old the report is.
    #[error("the shadow report doesn't say when its last comparison was, so it is too old")]
    NoAge,
    /// The report is too old.
    #[error("the shadow report is of {of}, more than {hours} hours before {at}")]
    TooOld {
        /// The last comparison, or the time of the report if that is earlier.
        of: Timestamp,
        /// The hours that are allowed.
        hours: u64,
        /// The time that is judged by.
        at: Timestamp,
    },
    /// The report is of a time that has not come.
    #[error("the last comparison of the shadow report was at {of}, which is after {at}")]
    NotYet {
        /// The last comparison.
        of: Timestamp,
        /// The time that is judged by.
        at: Timestamp,
    },
}

fn too_early(ended: Option<EndReason>) -> &'static str {
    match ended {
        Some(EndReason::Stopped) => "the run was stopped before its criteria were met: ",
        Some(EndReason::ServiceEnded) => "the service ended before the run's criteria were met: ",
        Some(EndReason::Failed) => "the run failed before its criteria were met: ",
        Some(EndReason::ActiveChanged) => {
            "another policy became active before the run's criteria were met: "
        }
        Some(EndReason::MaxCompared | EndReason::TimeReached) | None => "",
    }
}

fn missing_criterion() -> NoEvidence {
    NoEvidence::Contradiction(vec!["a criterion is missing".to_owned()])
}

impl Report {
    /// The thresholds that the report is judged by. None if one is missing, which no report of this
    /// version lacks.
    #[must_use]
    pub fn thresholds(&self) -> Option<Thresholds> {
        self.thresholds_again()
    }

    /// Whether the report is evidence that a change meets `required`: it agrees with itself, its
    /// source can be recomputed, its run began under criteria that are at least as strict, it is
    /// judged by such criteria, and its numbers meet `required`. Who signed it, and whether it is
    /// true, is for others to verify.
    ///
    /// # Errors
    /// With the first reason why it is no evidence.
    pub fn check_evidence(&self, required: &Criteria) -> Result<(), NoEvidence> {
        let contradictions = self.contradictions();
        if !contradictions.is_empty() {
            return Err(NoEvidence::Contradiction(contradictions));
        }
        if self.simulated_clock {
            return Err(NoEvidence::SimulatedClock);
        }
        let ended = self.check_source(required)?;
        self.check_thresholds(required)?;
        // A change that loosens nothing needs less than its run was started for.
        let criteria = self.criteria_with(&required.thresholds);
        let criteria = criteria.ok_or_else(missing_criterion)?;
        match criteria.into_iter().find(|criterion| !criterion.met) {
            Some(Criterion { name, message, .. }) => Err(NoEvidence::NotMet {
                name,
                message,
                ended,
            }),
            None => Ok(()),
        }
    }

    /// Whether the report is as young as `required` wants it at the time `at`. Its age is that of its
    /// last comparison. If the report says that it was made earlier, it is that old.
    ///
    /// # Errors
    /// If it is older, or of no age.
    pub fn check_age(&self, required: &Criteria, at: Timestamp) -> Result<(), NoEvidence> {
        let Some(hours) = required.max_evidence_age_hours else {
            return Ok(());
        };
        let last = self.observation.last_at.ok_or(NoEvidence::NoAge)?;
        if last > at {
            return Err(NoEvidence::NotYet { of: last, at });
        }
        let of = self.generated_at.map_or(last, |made| made.min(last));
        let fit = i64::try_from(hours).unwrap_or(MAX_HOURS).min(MAX_HOURS);
        match at.duration_since(of) > SignedDuration::from_hours(fit) {
            true => Err(NoEvidence::TooOld { of, hours, at }),
            false => Ok(()),
        }
    }

    /// Whether the report's source can be recomputed, and its run began under criteria at least as
    /// strict as `required`. Returns how the run ended, if the report is of one.
    ///
    /// # Errors
    /// With the first reason why the source is no evidence.
    pub fn check_source(&self, required: &Criteria) -> Result<Option<EndReason>, NoEvidence> {
        if self.source.kind == SourceKind::Actions {
            return Err(NoEvidence::Actions);
        }
        if self.source.checkpoint.is_none() {
            return Err(NoEvidence::NoCheckpoint);
        }
        if self.source.kind == SourceKind::Journal {
            return Ok(None);
        }
        let run = self.source.run.ok_or(NoEvidence::StillOn)?;
        let ended = run.ended.ok_or(NoEvidence::StillOn)?;
        let began = run.criteria.ok_or(NoEvidence::NoCriteria)?;
        match began.first_looser(required, "criteria") {
            Some((found, wanted)) => Err(NoEvidence::OtherRunCriteria {
                field: found.path,
                found: found.value.to_string(),
                wanted: wanted.value.to_string(),
            }),
            None => Ok(Some(ended)),
        }
    }

    /// Whether a checkpoint that the log with this key signed covers what was compared. So the report
    /// is of that journal, and of no other with the same name.
    ///
    /// # Errors
    /// If there is no such checkpoint.
    pub fn check_checkpoint(&self, log_key: &VerifyingKey) -> Result<(), NoEvidence> {
        let note = self.source.checkpoint.as_ref();
        let note: SignedCheckpoint = note
            .ok_or(NoEvidence::NoCheckpoint)?
            .parse()
            .map_err(NoEvidence::Checkpoint)?;
        let checkpoint = note.open(log_key).map_err(NoEvidence::Checkpoint)?;
        match self.source.last_position {
            Some(last) if last < checkpoint.size() => Ok(()),
            _ => Err(NoEvidence::Uncovered),
        }
    }

    fn check_thresholds(&self, required: &Criteria) -> Result<(), NoEvidence> {
        let thresholds = self.thresholds().ok_or_else(missing_criterion)?;
        let found = Criteria {
            thresholds,
            ..*required
        };
        match found.first_looser(required, "criteria") {
            Some((found, wanted)) => Err(NoEvidence::OtherCriteria {
                field: found.path,
                found: found.value.to_string(),
                wanted: wanted.value.to_string(),
            }),
            None => Ok(()),
        }
    }
}
