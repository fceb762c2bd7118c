//! Work on all cores, results in order.

use std::io;
use std::num::NonZero;
use std::path::Path;
use std::sync::mpsc::sync_channel;
use std::thread;

use crate::journal::store::{Reader, StoreError};

/// Chunks that one thread has been given and not handed back.
const MAX_CHUNKS_A_THREAD: usize = 2;
/// More threads than this find nothing to do: one folds what all of them bring.
const MAX_THREADS: usize = 16;

/// One reader for each thread.
pub(super) fn readers(directory: &Path) -> Result<Vec<Reader>, StoreError> {
    let threads = thread::available_parallelism().map_or(1, NonZero::get);
    (0..threads.min(MAX_THREADS))
        .map(|_| Reader::open(directory))
        .collect()
}

/// Gives each job to one of `workers`, each on a thread of its own, and its result to
/// `fold` on this thread, in the order of the jobs. Memory is bounded: a thread has at most
/// [`MAX_CHUNKS_A_THREAD`] jobs.
pub(super) fn in_order<J: Send, W: Send, R: Send>(
    mut jobs: impl Iterator<Item = J>,
    workers: Vec<W>,
    work: impl Fn(&mut W, J) -> R + Sync,
    mut fold: impl FnMut(R) -> Result<(), StoreError>,
) -> Result<(), StoreError> {
    let work = &work;
    thread::scope(|scope| {
        let mut lanes = Vec::with_capacity(workers.len());
        for mut worker in workers {
            let (jobs, todo) = sync_channel(MAX_CHUNKS_A_THREAD);
            let (results, done) = sync_channel(MAX_CHUNKS_A_THREAD);
            thread::Builder::new()
                .name("cavra-verify".to_owned())
                .spawn_scoped(scope, move || {
                    for job in todo {
                        if results.send(work(&mut worker, job)).is_err() {
                            return;
                        }
                    }
                })
                .map_err(StoreError::Thread)?;
            lanes.push((jobs, done));
        }
        let ended = || StoreError::Thread(io::Error::other("a thread ended too early"));
        let most = lanes.len() * MAX_CHUNKS_A_THREAD;
        // Both go around all lanes, so the n-th result is that of the n-th job.
        let (mut given, mut taken) = (lanes.iter().cycle(), lanes.iter().cycle());
        let mut under_way = 0;
        loop {
            while under_way < most
                && let Some(job) = jobs.next()
            {
                let (lane, _) = given.next().ok_or_else(ended)?;
                lane.send(job).map_err(|_| ended())?;
                under_way += 1;
            }
            if under_way == 0 {
                return Ok(());
            }
            let (_, done) = taken.next().ok_or_else(ended)?;
            fold(done.recv().map_err(|_| ended())?)?;
            under_way -= 1;
        }
    })
}
