//! After a change, people watch what the policy decides, for as many hours as the criteria say. Who sees
//! something wrong then must be able to go back at once, without new approvals.

use jiff::{SignedDuration, Timestamp};

use super::request::{ChangeKind, ChangeRequest};

/// Seconds of an hour.
const HOUR_S: u64 = 60 * 60;

/// Why a promotion is refused: its request covers no return up to the end of the watch.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error(
    "`watch_hours` is {hours}, so people watch until {until}, and the request covers {}: ask again with a later `--rollback-until`",
    covered(*.rollback_until)
)]
pub struct RollbackNotCovered {
    /// The hours of the watch.
    pub hours: u64,
    /// The end of the watch.
    pub until: Timestamp,
    /// Until when the request covers a return, if it covers one.
    pub rollback_until: Option<Timestamp>,
}

fn covered(rollback_until: Option<Timestamp>) -> String {
    match rollback_until {
        Some(until) => format!("a return until {until}"),
        None => "no return".to_owned(),
    }
}

impl ChangeRequest {
    /// Until when people watch what the policy decides, if it comes into force at `at`. None if
    /// nobody has to: only a promotion is watched.
    #[must_use]
    pub fn watch_until(&self, at: Timestamp) -> Option<Timestamp> {
        let hours = self.criteria.watch_hours;
        let is_watched = self.kind == ChangeKind::Promotion && hours > 0;
        let seconds = i64::try_from(hours.saturating_mul(HOUR_S)).unwrap_or(i64::MAX);
        let until = at.checked_add(SignedDuration::from_secs(seconds));
        is_watched.then_some(until.unwrap_or(Timestamp::MAX))
    }

    /// Whether the request covers a return up to the end of the watch, if the policy comes into
    /// force at `at`.
    ///
    /// # Errors
    /// If it covers none, or one that ends before.
    pub fn check_rollback_covered(&self, at: Timestamp) -> Result<(), RollbackNotCovered> {
        let Some(until) = self.watch_until(at) else {
            return Ok(());
        };
        match self.rollback_until {
            Some(covered) if covered >= until => Ok(()),
            rollback_until => Err(RollbackNotCovered {
                hours: self.criteria.watch_hours,
                until,
                rollback_until,
            }),
        }
    }
}
