//! Dropping old contents while the service runs.

use std::num::NonZero;
use std::sync::Arc;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use tokio::task::spawn_blocking;
use tokio::time::{MissedTickBehavior, interval};

use crate::authority::recording::Recording;
use crate::cli::error::CliError;
use crate::journal::store::Reader;

/// Between two looks for old contents.
const RETENTION_INTERVAL: Duration = Duration::from_hours(1);

/// Drops, at once and then every [`RETENTION_INTERVAL`], the contents of decisions older than
/// `keep_days`. A failure is logged and tried again the next time.
pub(super) async fn run(recording: Arc<Recording>, keep_days: NonZero<u16>) {
    let keep = SignedDuration::from_hours(24 * i64::from(keep_days.get()));
    let mut ticks = interval(RETENTION_INTERVAL);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        ticks.tick().await;
        match drop_once(&recording, keep).await {
            Ok(0) => {}
            Ok(dropped) => tracing::info!(dropped, "dropped old contents of the journal"),
            Err(error) => tracing::error!(%error, "old contents of the journal were not dropped"),
        }
    }
}

async fn drop_once(recording: &Recording, keep: SignedDuration) -> Result<u64, CliError> {
    let journal = recording.journal();
    let before = Timestamp::now()
        .checked_sub(keep)
        .map_err(|_| CliError::BeforeAllTime)?;
    let directory = journal.directory().to_owned();
    // Reading is slow work.
    let found = spawn_blocking(move || Reader::open(&directory)?.first_since(before));
    let position = found
        .await
        .map_err(|error| CliError::Thread(error.into()))??;
    if position == 0 {
        return Ok(0);
    }
    Ok(journal.drop_contents(position, before).await?)
}
