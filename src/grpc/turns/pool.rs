//! Threads that work in turns.

use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use super::Size;
use super::origin::{Flow, Origin};
use super::queue::{Place, Queue, Turn, Turned};
use crate::background;
use crate::engine::limits::EVALUATION_STACK_BYTES;

/// What a thread does for a call.
pub(super) type Job = Box<dyn FnOnce() + Send>;

/// Threads and their queue. When it is dropped, what waits is dropped too and the threads end
/// with what they have under way; nobody waits for them.
pub(super) struct Pool {
    shared: Arc<Shared>,
}

struct Shared {
    state: Mutex<State>,
    common: Condvar,
    reserved: Condvar,
}

#[derive(Default)]
struct State {
    queue: Queue<Job>,
    /// Threads of the common turns that wait for work.
    idle: usize,
    closed: bool,
}

impl Pool {
    /// `common` threads for everybody, and with `reserved` one more for the reserved turn.
    pub(super) fn start(name: &str, common: usize, reserved: bool) -> io::Result<Self> {
        let pool = Self {
            shared: Arc::new(Shared {
                state: Mutex::default(),
                common: Condvar::new(),
                reserved: Condvar::new(),
            }),
        };
        let turns = std::iter::repeat_n(Turn::Common, common);
        for turn in turns.chain(reserved.then_some(Turn::Reserved)) {
            let shared = Arc::clone(&pool.shared);
            let work = move || {
                background::run_after_others("what takes long");
                shared.work(turn);
            };
            thread::Builder::new()
                .name(name.to_owned())
                .stack_size(EVALUATION_STACK_BYTES)
                .spawn(work)?;
        }
        Ok(pool)
    }

    /// Puts `job` in the queue; none if there is no place for it.
    pub(super) fn push(&self, origin: Origin, size: Size, job: Job) -> Option<Place> {
        let mut state = self.shared.state();
        let place = state.queue.push(origin, size, job)?;
        match state.idle {
            0 => self.shared.reserved.notify_one(),
            _ => self.shared.common.notify_one(),
        }
        Some(place)
    }

    /// Takes the work at `place` out of the queue. False if it is not there any more.
    pub(super) fn withdraw(&self, place: &Place) -> bool {
        self.shared.state().queue.withdraw(place)
    }
}

impl Drop for Pool {
    fn drop(&mut self) {
        let mut state = self.shared.state();
        state.closed = true;
        state.queue.clear();
        self.shared.common.notify_all();
        self.shared.reserved.notify_all();
    }
}

impl Shared {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn work(&self, turn: Turn) {
        while let Some(Turned { work, path }) = self.next(turn) {
            let start = Instant::now();
            // Its result is lost, and its caller gets an error.
            if catch_unwind(AssertUnwindSafe(work)).is_err() {
                tracing::error!("a piece of work failed by an error of this program");
            }
            self.finish(&path, start.elapsed());
        }
    }

    fn next(&self, turn: Turn) -> Option<Turned<Job>> {
        let mut state = self.state();
        loop {
            if state.closed {
                return None;
            }
            if let Some(turned) = state.queue.take(turn) {
                return Some(turned);
            }
            state = match turn {
                Turn::Reserved => wait(&self.reserved, state),
                Turn::Common => {
                    state.idle += 1;
                    let mut state = wait(&self.common, state);
                    state.idle -= 1;
                    state
                }
            };
        }
    }

    /// A turn is a thread, so what is charged is the time for which it was held: also where a
    /// child process or the disk did the work.
    fn finish(&self, path: &[Flow], held: Duration) {
        let mut state = self.state();
        if state.closed {
            // What was under way is forgotten with what waited.
            return;
        }
        state.queue.finish(path, held);
        // Its party may have nothing under way now.
        if state.queue.has_reserved() {
            self.reserved.notify_one();
        }
    }
}

fn wait<'a>(condition: &Condvar, state: MutexGuard<'a, State>) -> MutexGuard<'a, State> {
    let woken = condition.wait(state);
    woken.unwrap_or_else(PoisonError::into_inner)
}
