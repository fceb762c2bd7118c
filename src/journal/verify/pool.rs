//! Readers on all cores, results in order.

use std::path::Path;

use crate::journal::store::{Reader, StoreError};
use crate::threads::{Threads, cores};

/// More threads than this find nothing to do: one folds the results of all.
const MAX_THREADS: usize = 16;
/// Bytes of each thread's stack: the standard library's default.
const STACK_BYTES: usize = 2 * 1024 * 1024;

/// One reader for each thread.
pub(super) fn readers(directory: &Path) -> Result<Vec<Reader>, StoreError> {
    (0..cores().min(MAX_THREADS))
        .map(|_| Reader::open(directory))
        .collect()
}

/// Gives each job to one of `workers`, each on a thread of its own, and its result to `fold` on
/// this thread, in the order of the jobs.
pub(super) fn in_order<J: Send, W: Send, R: Send>(
    jobs: impl Iterator<Item = J>,
    workers: Vec<W>,
    work: impl Fn(&mut W, J) -> R + Sync,
    fold: impl FnMut(R) -> Result<(), StoreError>,
) -> Result<(), StoreError> {
    let threads = Threads {
        count: workers.len(),
        name: "cavra-verify",
        stack_bytes: STACK_BYTES,
    };
    threads.in_order(jobs, workers, work, fold, StoreError::Thread)
}
