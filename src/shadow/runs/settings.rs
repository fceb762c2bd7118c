//! How a run works, and why one can't be started.

use std::time::Duration;

use super::limits::{MAX_RUN_TIME, MAX_RUNNING};
use crate::journal::writer::Unavailable;
use crate::shadow::compare::sampling::{PartsPerMillion, SamplingError};
use crate::shadow::limits::{
    DEFAULT_EXAMPLES, DEFAULT_QUEUE_DECISIONS, MAX_EXAMPLES, MAX_QUEUE_DECISIONS,
};

/// How a run works, and when it ends by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RunSettings {
    /// The share of the decisions that is compared.
    pub rate: PartsPerMillion,
    /// Decisions that may wait to be compared: 1 to [`MAX_QUEUE_DECISIONS`].
    pub queue_decisions: usize,
    /// Examples of each group of divergences, at most [`MAX_EXAMPLES`].
    pub examples: usize,
    /// It ends after so many comparisons.
    pub max_compared: Option<u64>,
    /// It ends after this time, at most [`MAX_RUN_TIME`].
    pub duration: Duration,
}

impl Default for RunSettings {
    fn default() -> Self {
        Self {
            rate: PartsPerMillion::ALL,
            queue_decisions: DEFAULT_QUEUE_DECISIONS,
            examples: DEFAULT_EXAMPLES,
            max_compared: None,
            duration: MAX_RUN_TIME,
        }
    }
}

/// Why no run was started.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// [`MAX_RUNNING`] runs are on already.
    #[error("{MAX_RUNNING} shadow runs are on, which is the limit: stop one")]
    TooMany,
    /// A setting is out of its bounds.
    #[error("`{setting}` is {actual}; give {least} to {most}")]
    Setting {
        /// The setting's name.
        setting: &'static str,
        /// The value that was asked for.
        actual: u64,
        /// The least that can be asked for.
        least: u64,
        /// The most that can be asked for.
        most: u64,
    },
    /// The journal can't record it.
    #[error("the start of the run can't be recorded")]
    Unrecorded(#[from] Unavailable),
    /// There is no key to sample with.
    #[error(transparent)]
    Sampling(#[from] SamplingError),
    /// The system gives no randomness or no thread.
    #[error("the system has no thread or no random bytes for a shadow run")]
    System(#[from] std::io::Error),
}

impl RunSettings {
    pub(super) fn check(&self) -> Result<(), StartError> {
        let within = |setting, actual: u64, least: u64, most: u64| {
            if (least..=most).contains(&actual) {
                Ok(())
            } else {
                Err(StartError::Setting {
                    setting,
                    actual,
                    least,
                    most,
                })
            }
        };
        let (queue, examples) = (self.queue_decisions as u64, self.examples as u64);
        within("queue_decisions", queue, 1, MAX_QUEUE_DECISIONS as u64)?;
        within("examples", examples, 0, MAX_EXAMPLES as u64)?;
        within(
            "sampling_ppm",
            self.rate.get().into(),
            1,
            PartsPerMillion::ALL.get().into(),
        )?;
        within("max_compared", self.max_compared.unwrap_or(1), 1, u64::MAX)?;
        let seconds = self.duration.as_secs();
        within("duration_seconds", seconds, 1, MAX_RUN_TIME.as_secs())
    }
}
