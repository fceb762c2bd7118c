//! Packs' own Rego is evaluated in processes that may be lost.
//!
//! Compiling or evaluating Rego can overflow the stack, which can't be caught, and one call of a
//! builtin can take gigabytes or minutes, which can't be interrupted. Whether a rule does so may
//! depend on the very action, so admission can't find out. Each policy with Rego of its own has
//! a few workers (`cavra evaluate`), with hard limits on memory and CPU time. One that dies is
//! replaced by the next evaluation; the input that it died of is remembered.

mod frame;
pub mod limits;
mod serve;
mod watch;
mod worker;

use std::borrow::Cow;
use std::io;
use std::path::PathBuf;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;

use quick_cache::sync::Cache;

use limits::{MAX_EVALUATION_CPU, MAX_REMEMBERED_DEATHS, MAX_WORKER_WAIT, MAX_WORKERS};
use serve::Load;
use worker::{Lost, Worker};

use crate::canonical::Digest;
use crate::engine::error::{CompileProblem, EvaluationError};
use crate::engine::{Evaluator, Found, OwnRego, PatternLists, RegoBundle};

pub use serve::serve;

/// The command of the binary that serves as a worker: [`serve`].
pub const WORKER_COMMAND: &str = "evaluate";

/// Why there are no workers for a bundle.
#[derive(Debug)]
pub enum NoWorkers {
    /// The modules don't compile.
    Problems(Vec<CompileProblem>),
    /// Compiling them ran out of a limit, or took the process down: how.
    Died(String),
    /// No process could be started.
    Unavailable(io::Error),
}

/// The workers of one policy, of which one is started when it is needed.
pub struct Workers {
    program: PathBuf,
    /// What each of them loads, as JSON.
    load: Vec<u8>,
    pool: Mutex<Pool>,
    free: Condvar,
    most: usize,
    deaths: Cache<(usize, Digest), EvaluationError>,
}

#[derive(Default)]
struct Pool {
    idle: Vec<Worker>,
    /// Those that are at work or being started.
    busy: usize,
}

impl Workers {
    /// Starts a worker by the binary at `program` and has it compile `rego`; first `patterns`, to
    /// find out whether this process could.
    ///
    /// # Errors
    /// If that can't be done within the limits.
    pub fn start(
        program: PathBuf,
        rego: &RegoBundle,
        patterns: Option<PatternLists<'_>>,
    ) -> Result<OwnRego, NoWorkers> {
        let load = |patterns| {
            let rego = Cow::Borrowed(rego);
            let load = serde_json::to_vec(&Load { patterns, rego });
            load.map_err(|error| NoWorkers::Unavailable(error.into()))
        };
        let mut worker = Worker::start(&program).map_err(NoWorkers::Unavailable)?;
        let packs = match worker.load(&load(patterns)?) {
            Ok(loaded) => loaded.map_err(NoWorkers::Problems)?,
            Err(lost) => return Err(NoWorkers::Died(what_happened(&lost).to_string())),
        };
        let processors = thread::available_parallelism().map_or(1, usize::from);
        let workers = Self {
            program,
            load: load(None)?,
            pool: Mutex::new(Pool {
                idle: vec![worker],
                busy: 0,
            }),
            free: Condvar::new(),
            most: processors.min(MAX_WORKERS),
            deaths: Cache::new(MAX_REMEMBERED_DEATHS),
        };
        Ok(OwnRego {
            packs,
            evaluator: Arc::new(workers),
        })
    }

    fn pool(&self) -> MutexGuard<'_, Pool> {
        // Nothing panics while it is held.
        self.pool.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes an idle worker, or the right to start one.
    fn lend(&self) -> Result<Lent<'_>, EvaluationError> {
        let all_busy = |pool: &mut Pool| pool.idle.is_empty() && pool.busy >= self.most;
        let waited = self
            .free
            .wait_timeout_while(self.pool(), MAX_WORKER_WAIT, all_busy);
        let (mut pool, wait) = waited.unwrap_or_else(PoisonError::into_inner);
        if wait.timed_out() {
            let seconds = MAX_WORKER_WAIT.as_secs();
            let what = format!("waited {seconds} s for a process to evaluate them");
            return Err(EvaluationError::OverLimit(what));
        }
        pool.busy = pool.busy.saturating_add(1);
        Ok(Lent {
            worker: pool.idle.pop(),
            workers: self,
        })
    }

    fn fresh(&self) -> Result<Worker, EvaluationError> {
        let failed = |why: String| EvaluationError::Died(format!("found no process: {why}"));
        let worker = Worker::start(&self.program);
        let mut worker = worker.map_err(|error| failed(error.to_string()))?;
        match worker.load(&self.load) {
            Ok(Ok(_)) => Ok(worker),
            Ok(Err(_)) => Err(failed("they no longer compile".to_owned())),
            Err(lost) => Err(failed(what_happened(&lost).to_string())),
        }
    }

    /// Asks a worker. One that dies may have been dying before, so a fresh one is asked again.
    fn ask(&self, pack: u32, input: &str) -> Result<Result<Found, EvaluationError>, Lost> {
        let mut lent = match self.lend() {
            Ok(lent) => lent,
            Err(error) => return Ok(Err(error)),
        };
        let idle = lent.worker.take();
        let was_idle = idle.is_some();
        let mut worker = match idle.map_or_else(|| self.fresh(), Ok) {
            Ok(worker) => worker,
            Err(error) => return Ok(Err(error)),
        };
        let mut answer = worker.evaluate(pack, input);
        if was_idle && matches!(answer, Err(Lost::Died(_))) {
            worker = match self.fresh() {
                Ok(worker) => worker,
                Err(error) => return Ok(Err(error)),
            };
            answer = worker.evaluate(pack, input);
        }
        if answer.is_ok() {
            lent.worker = Some(worker);
        }
        answer
    }
}

impl Evaluator for Workers {
    fn evaluate(&self, pack: usize, input: &str) -> Result<Found, EvaluationError> {
        let number = u32::try_from(pack).unwrap_or(u32::MAX);
        let key = || (pack, Digest::of(input.as_bytes()));
        if !self.deaths.is_empty()
            && let Some(death) = self.deaths.get(&key())
        {
            return Err(death);
        }
        self.ask(number, input).unwrap_or_else(|lost| {
            let death = what_happened(&lost);
            if lost != Lost::Silent {
                self.deaths.insert(key(), death.clone());
            }
            Err(death)
        })
    }
}

/// A place among the busy ones; its worker is idle afterwards.
struct Lent<'a> {
    worker: Option<Worker>,
    workers: &'a Workers,
}

impl Drop for Lent<'_> {
    fn drop(&mut self) {
        let mut pool = self.workers.pool();
        pool.busy = pool.busy.saturating_sub(1);
        pool.idle.extend(self.worker.take());
        drop(pool);
        self.workers.free.notify_one();
    }
}

fn what_happened(lost: &Lost) -> EvaluationError {
    match lost {
        Lost::OverCpu => {
            let seconds = MAX_EVALUATION_CPU.as_secs();
            EvaluationError::OverLimit(format!("took more than {seconds} s of CPU time"))
        }
        Lost::Silent => EvaluationError::OverLimit("gave no answer in time".to_owned()),
        Lost::Died(how) => EvaluationError::Died(how.clone()),
    }
}
