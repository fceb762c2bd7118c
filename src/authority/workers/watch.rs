//! Ends this process when what it does takes too much CPU time. One long call of a builtin
//! can't be interrupted in any other way.

use std::process;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::thread::{self, Thread};
use std::time::Duration;

use rustix::time::{ClockId, clock_gettime};

use super::limits::WATCH_INTERVAL;

/// The exit status of a process that its watch has ended.
pub(super) const OVER_CPU_STATUS: i32 = 75;

/// A thread that looks at the CPU time of its process.
pub(super) struct Watch {
    state: Arc<State>,
    thread: Thread,
}

#[derive(Default)]
struct State {
    /// The process's CPU time, in nanoseconds, by which the work must be done; 0 without work.
    deadline: AtomicU64,
    /// The thread sleeps until there is work.
    sleeps: AtomicBool,
}

impl Watch {
    pub(super) fn start() -> std::io::Result<Self> {
        let state = Arc::new(State::default());
        let watched = Arc::clone(&state);
        let thread = thread::Builder::new().name("watch".to_owned());
        let thread = thread.spawn(move || watched.watch())?;
        Ok(Self {
            state,
            thread: thread.thread().clone(),
        })
    }

    /// Does `work`, or ends the process.
    pub(super) fn within<T>(&self, limit: Duration, work: impl FnOnce() -> T) -> T {
        let deadline = cpu_time().saturating_add(limit);
        let nanoseconds = u64::try_from(deadline.as_nanos()).unwrap_or(u64::MAX);
        self.state.deadline.store(nanoseconds, Ordering::SeqCst);
        if self.state.sleeps.swap(false, Ordering::SeqCst) {
            self.thread.unpark();
        }
        let done = work();
        self.state.deadline.store(0, Ordering::SeqCst);
        done
    }
}

impl State {
    fn watch(&self) {
        loop {
            let deadline = self.deadline.load(Ordering::SeqCst);
            if deadline == 0 {
                self.sleep();
                continue;
            }
            let is_over = cpu_time() > Duration::from_nanos(deadline);
            // Unless that work was done meanwhile.
            if is_over && self.deadline.load(Ordering::SeqCst) == deadline {
                process::exit(OVER_CPU_STATUS);
            }
            thread::sleep(WATCH_INTERVAL);
        }
    }

    fn sleep(&self) {
        self.sleeps.store(true, Ordering::SeqCst);
        while self.sleeps.load(Ordering::SeqCst) && self.deadline.load(Ordering::SeqCst) == 0 {
            thread::park();
        }
        self.sleeps.store(false, Ordering::SeqCst);
    }
}

/// Of all threads of this process.
fn cpu_time() -> Duration {
    let time = clock_gettime(ClockId::ProcessCPUTime);
    let seconds = u64::try_from(time.tv_sec).unwrap_or_default();
    Duration::new(seconds, u32::try_from(time.tv_nsec).unwrap_or_default())
}
