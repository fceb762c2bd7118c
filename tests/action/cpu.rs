//! CPU time, which a busy machine doesn't make longer.

use std::time::Duration;

use rustix::time::{ClockId, clock_gettime};

/// CPU time that this thread has had.
fn so_far() -> Duration {
    Duration::try_from(clock_gettime(ClockId::ThreadCPUTime)).expect("a CPU time is positive")
}

/// What `inner` gives, and the CPU time that it took.
pub(crate) fn timed<T>(inner: impl FnOnce() -> T) -> (T, Duration) {
    let start = so_far();
    let value = inner();
    (value, so_far().saturating_sub(start))
}
