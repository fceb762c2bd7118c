//! The same work on several threads at once.

use std::io;
use std::num::NonZero;
use std::sync::mpsc::sync_channel;
use std::thread;

/// Jobs that one thread of [`in_order`] has been given and not handed back.
const MAX_JOBS_A_THREAD: usize = 2;

/// As many threads as there are cores.
pub(crate) fn cores() -> usize {
    thread::available_parallelism().map_or(1, NonZero::get)
}

/// The name and the stack of each thread.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Threads {
    /// How many; at least one is started.
    pub(crate) count: usize,
    /// The name of each.
    pub(crate) name: &'static str,
    /// Bytes of the stack of each.
    pub(crate) stack_bytes: usize,
}

impl Threads {
    fn builder(self) -> thread::Builder {
        let builder = thread::Builder::new().name(self.name.to_owned());
        builder.stack_size(self.stack_bytes)
    }

    /// Runs `work` on each thread until it returns. Gives the results in the order in which the
    /// threads were started.
    ///
    /// # Errors
    /// The first error of `work`, or `failed` of why a thread can't be started or panicked.
    /// The other threads are waited for.
    pub(crate) fn run<T: Send, E: Send>(
        self,
        work: impl Fn() -> Result<T, E> + Sync,
        failed: impl Fn(io::Error) -> E,
    ) -> Result<Vec<T>, E> {
        let work = &work;
        thread::scope(|scope| {
            let start = |_| self.builder().spawn_scoped(scope, work).map_err(&failed);
            let started: Vec<_> = (0..self.count.max(1))
                .map(start)
                .collect::<Result<_, _>>()?;
            let panicked = |_| failed(io::Error::other("it panicked"));
            let ended = started.into_iter();
            ended
                .map(|thread| thread.join().map_err(panicked)?)
                .collect()
        })
    }

    /// Gives each job to one of `workers`, each on a thread of its own, and its result to `fold`
    /// on this thread, in the order of the jobs. A thread has at most [`MAX_JOBS_A_THREAD`] jobs.
    ///
    /// # Errors
    /// The first error of `fold`, or `failed` of why a thread can't be started or has ended.
    pub(crate) fn in_order<J: Send, W: Send, R: Send, E>(
        self,
        mut jobs: impl Iterator<Item = J>,
        workers: Vec<W>,
        work: impl Fn(&mut W, J) -> R + Sync,
        mut fold: impl FnMut(R) -> Result<(), E>,
        failed: impl Fn(io::Error) -> E,
    ) -> Result<(), E> {
        let work = &work;
        thread::scope(|scope| {
            let mut lanes = Vec::with_capacity(workers.len());
            for mut worker in workers {
                let (jobs, todo) = sync_channel(MAX_JOBS_A_THREAD);
                let (results, done) = sync_channel(MAX_JOBS_A_THREAD);
                self.builder()
                    .spawn_scoped(scope, move || {
                        for job in todo {
                            if results.send(work(&mut worker, job)).is_err() {
                                return;
                            }
                        }
                    })
                    .map_err(&failed)?;
                lanes.push((jobs, done));
            }
            let ended = || failed(io::Error::other("a thread ended too early"));
            let most = lanes.len() * MAX_JOBS_A_THREAD;
            // Both go around all lanes, so the n-th result is that of the n-th job.
            let (mut given, mut taken) = (lanes.iter().cycle(), lanes.iter().cycle());
            let mut under_way = 0;
            loop {
                while under_way < most
                    && let Some(job) = jobs.next()
                {
                    let (lane, _) = given.next().ok_or_else(&ended)?;
                    lane.send(job).map_err(|_| ended())?;
                    under_way += 1;
                }
                if under_way == 0 {
                    return Ok(());
                }
                let (_, done) = taken.next().ok_or_else(&ended)?;
                fold(done.recv().map_err(|_| ended())?)?;
                under_way -= 1;
            }
        })
    }
}
