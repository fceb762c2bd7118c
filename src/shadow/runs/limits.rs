//! The limits of shadow runs beside an authority.

use std::time::Duration;

/// Runs that may be on at once: each has a thread and a queue of its own.
pub const MAX_RUNNING: usize = 4;
/// Runs that are known, those that have ended among them. The one that ended first is
/// forgotten first.
pub const MAX_KNOWN_RUNS: usize = 16;
/// How long a run may last, and how long it lasts by default: as long as its timeline
/// reaches.
pub const MAX_RUN_TIME: Duration = Duration::from_secs(31 * 24 * 60 * 60);
/// How long a stop waits for what was queued to be compared and recorded.
pub const MAX_STOP_WAIT: Duration = Duration::from_secs(10);
/// The pause between two looks at whether a run has ended.
pub const STOP_POLL_INTERVAL: Duration = Duration::from_millis(5);
/// Batches of comparisons that wait for the journal. Above, they are counted as not recorded.
pub const MAX_QUEUED_BATCHES: usize = 16;
/// How long a batch that the journal doesn't take is tried again, while others wait behind it.
pub const MAX_NOTE_RETRY_TIME: Duration = Duration::from_secs(30);
/// The pause between two attempts to record what was compared.
pub const NOTE_RETRY_PAUSE: Duration = Duration::from_millis(500);
