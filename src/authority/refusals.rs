//! The records of refused changes of the authority, and the quota that bounds how many are written.

use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use super::Authority;
use crate::causes::in_line;
use crate::journal::record::EventRecord;
use crate::journal::record::refusal::{Author, RefusalRecord};

/// Refusals that are recorded in [`QUOTA_TIME`]: a caller that reaches the service can be refused as
/// often as they like, and must not fill the disk by that.
const QUOTA: u32 = 60;
const QUOTA_TIME: Duration = Duration::from_secs(60);

/// How many refusals were recorded lately.
#[derive(Debug, Default)]
pub(super) struct Quota(Mutex<Spent>);

#[derive(Debug, Default)]
struct Spent {
    since: Option<Instant>,
    recorded: u32,
    /// Not recorded since the last that was.
    omitted: u64,
}

impl Quota {
    /// Whether one more may be recorded now, and how many before it were not.
    fn take(&self) -> Option<u64> {
        let mut spent = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if spent
            .since
            .is_none_or(|since| since.elapsed() >= QUOTA_TIME)
        {
            spent.since = Some(Instant::now());
            spent.recorded = 0;
        }
        if spent.recorded >= QUOTA {
            spent.omitted += 1;
            return None;
        }
        spent.recorded += 1;
        Some(std::mem::take(&mut spent.omitted))
    }
}

impl Authority {
    /// Records that `by` was refused `method`, which would have changed the authority, for
    /// `reason`. Above a quota they are counted, and the next that is recorded says how many.
    pub async fn refused(&self, by: Author, method: &str, reason: &str) {
        tracing::warn!(%by, method, reason, "refused to change the authority");
        let Some(recording) = self.recording() else {
            return;
        };
        let Some(omitted) = self.refusals.take() else {
            return;
        };
        let refusal = EventRecord::Refusal(RefusalRecord::now(by, method, reason, omitted));
        if let Err(error) = recording.event(refusal).await {
            tracing::error!(
                error = in_line(&error),
                method,
                "a refusal was not recorded"
            );
        }
    }
}
