//! Dropping old contents while the service runs.

use std::num::NonZero;
use std::sync::Arc;
use std::time::Duration;

use jiff::SignedDuration;
use tokio::task::spawn_blocking;
use tokio::time::{MissedTickBehavior, interval};

use crate::authority::recording::Recording;
use crate::causes::in_line;
use crate::cli::error::CliError;
use crate::journal::store::Reader;
use crate::journal::writer::Old;

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
            Err(error) => tracing::error!(
                error = in_line(&error),
                "old contents of the journal were not dropped"
            ),
        }
    }
}

async fn drop_once(recording: &Recording, keep: SignedDuration) -> Result<u64, CliError> {
    let journal = recording.journal();
    let directory = journal.directory().to_owned();
    // Reading is slow work.
    let found = spawn_blocking(move || Old::by_age(&Reader::open(&directory)?, keep));
    let found = found
        .await
        .map_err(|error| CliError::Thread(error.into()))??;
    let Some(old) = found else { return Ok(0) };
    if let Some(steps @ 1..) = old.shortened_steps {
        tracing::warn!(
            steps,
            "more than an hour passed between records, and counted as one: was a clock set?"
        );
    }
    Ok(journal.drop_contents(old).await?)
}
