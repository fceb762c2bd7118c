//! Shadow runs beside the authority that decides.
//!
//! | module | holds |
//! |---|---|
//! | [`run`] | one candidate beside the active policy: status, report, divergences |
//! | `settings` | how a run works, and why one can't be started |
//! | [`report`] | what a run found, and the checkpoint that covers it |
//! | [`note`] | what the journal says of a run |
//! | `keeper` | writes that into the journal |
//! | `unended` | the runs that a service left behind |
//! | [`limits`] | every bound, by name |
//!
//! A run is bound to the policy that was active when it began. Where another becomes active,
//! it ends, and says so: one report never mixes the decisions of two policies.

mod keeper;
pub mod limits;
pub mod note;
pub mod report;
pub mod run;
mod settings;
mod unended;

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};

use arc_swap::ArcSwap;
use jiff::{SignedDuration, Timestamp};
use uuid::Uuid;

use self::keeper::{Book, Keeper};
use self::limits::{MAX_KNOWN_RUNS, MAX_RUNNING, MAX_STOP_WAIT, STOP_POLL_INTERVAL};
use self::note::{ShadowNote, StartedNote};
use self::run::KeptIn;
use super::comparison::judge_of;
use super::placing::UNPLACED;
use super::{Answer, Authority};
use crate::canonical::Digest;
use crate::engine::limits::EVALUATION_STACK_BYTES;
use crate::journal::writer::Mode;
use crate::shadow::live::{Batch, End, EndReason, Judge, Observer, Offer, Settings, Sink};
use crate::shadow::sampling::{PartsPerMillion, Sampler, SamplingKey};

pub use keeper::Kept;
pub use run::{Candidate, Run, RunStatus};
pub use settings::{RunSettings, StartError};

/// Bytes of a sampling key that is made up.
const OWN_KEY_BYTES: usize = 32;

/// The runs of an authority.
pub(super) struct Shadows {
    /// Whether `running` holds any: all that a decision sees of it while none is on.
    any: AtomicBool,
    running: ArcSwap<Vec<Arc<Run>>>,
    /// In the order of their starts.
    known: Mutex<Vec<Arc<Run>>>,
    /// Orders decisions where there is no journal.
    sequence: Arc<AtomicU64>,
    key: OnceLock<SamplingKey>,
}

impl Default for Shadows {
    fn default() -> Self {
        Self {
            any: AtomicBool::new(false),
            running: ArcSwap::from_pointee(Vec::new()),
            known: Mutex::default(),
            sequence: Arc::default(),
            key: OnceLock::new(),
        }
    }
}

/// The runs that are on, as a decision saw them.
pub(super) struct Running {
    runs: Arc<Vec<Arc<Run>>>,
    sequence: Arc<AtomicU64>,
    /// Whether there is a journal, which will have a place for the decision.
    is_recorded: bool,
}

impl Running {
    /// Offers a decision that was recorded. Never waits, never fails.
    pub(super) fn offer(self, answer: &Answer) {
        let decision = &answer.decision;
        let active = decision.policy.effective_digest;
        let mut offer = None;
        for run in self.runs.iter() {
            if run.active.identity().effective_digest != active {
                // It is about to be ended, or this decision was begun before it.
                continue;
            }
            if let Some(ticket) = run.observer.wants(decision) {
                let offer = offer.get_or_insert_with(|| {
                    let place = || match self.is_recorded {
                        true => UNPLACED,
                        false => self.sequence.fetch_add(1, Ordering::Relaxed),
                    };
                    let position = decision.journal_position().unwrap_or_else(place);
                    let facts = Arc::clone(&answer.facts);
                    Arc::new(Offer::new(decision.clone(), facts, position))
                });
                ticket.offer(Arc::clone(offer));
            }
        }
    }
}

impl Shadows {
    pub(super) fn running(&self, is_recorded: bool) -> Option<Running> {
        self.any.load(Ordering::Relaxed).then(|| Running {
            runs: self.running.load_full(),
            sequence: Arc::clone(&self.sequence),
            is_recorded,
        })
    }

    /// Ends the runs that are bound to another policy than `active`.
    pub(super) fn end_others(&self, active: Digest) {
        let known = self.known();
        for run in known.iter().filter(|it| it.active_digest() != active) {
            run.observer.end(EndReason::ActiveChanged);
        }
        self.publish(&known);
    }

    fn known(&self) -> MutexGuard<'_, Vec<Arc<Run>>> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn publish(&self, known: &[Arc<Run>]) {
        let on = known.iter().filter(|run| run.observer.is_open());
        let on: Vec<Arc<Run>> = on.cloned().collect();
        self.any.store(!on.is_empty(), Ordering::Relaxed);
        self.running.store(Arc::new(on));
    }

    fn add(&self, run: &Arc<Run>) -> Result<(), StartError> {
        let mut known = self.known();
        let on = known.iter().filter(|run| !run.is_ended()).count();
        if on >= MAX_RUNNING {
            return Err(StartError::TooMany);
        }
        while known.len() >= MAX_KNOWN_RUNS {
            let Some(oldest) = known.iter().position(|run| run.is_ended()) else {
                break;
            };
            known.remove(oldest);
        }
        known.push(Arc::clone(run));
        self.publish(&known);
        Ok(())
    }

    fn check_room(&self) -> Result<(), StartError> {
        let on = self.known().iter().filter(|run| !run.is_ended()).count();
        if on < MAX_RUNNING {
            Ok(())
        } else {
            Err(StartError::TooMany)
        }
    }

    fn sampler(&self, rate: PartsPerMillion) -> Result<Sampler, StartError> {
        if rate == PartsPerMillion::ALL {
            return Ok(Sampler::everything());
        }
        if let Some(key) = self.key.get() {
            return Ok(Sampler::keyed(key, rate)?);
        }
        let mut bytes = [0; OWN_KEY_BYTES];
        getrandom::fill(&mut bytes).map_err(std::io::Error::other)?;
        let key = SamplingKey::new(&bytes)?;
        Ok(Sampler::keyed(self.key.get_or_init(|| key), rate)?)
    }
}

impl Run {
    fn active_digest(&self) -> Digest {
        self.active.identity().effective_digest
    }
}

impl Authority {
    /// Samples by `key` instead of one that this process makes up: replicas with the same key
    /// take the same requests. Has no effect once a run was started that samples.
    #[must_use]
    pub fn sampling_by(self, key: SamplingKey) -> Self {
        self.shadows.key.get_or_init(|| key);
        self
    }

    /// Starts to compare the decisions of the active policy with those of `candidate`. Call it
    /// on a runtime.
    ///
    /// # Errors
    /// If a setting is out of bounds, too many runs are on, or the journal can't record it.
    pub async fn start_shadow(
        &self,
        candidate: Candidate,
        settings: RunSettings,
    ) -> Result<Arc<Run>, StartError> {
        let judge = judge_of(Arc::clone(&candidate.policy));
        self.start_shadow_judged_by(judge, candidate, settings)
            .await
    }

    /// As [`Authority::start_shadow`], judging by `judge` for the candidate: for tests of what
    /// a slow or broken one does to decisions, which is nothing.
    ///
    /// # Errors
    /// As [`Authority::start_shadow`].
    pub async fn start_shadow_judged_by(
        &self,
        judge: Judge,
        candidate: Candidate,
        settings: RunSettings,
    ) -> Result<Arc<Run>, StartError> {
        settings.check()?;
        self.shadows.check_room()?;
        let active = Arc::clone(&self.slot().active);
        let started_at = Timestamp::now();
        let until = started_at
            .checked_add(SignedDuration::try_from(settings.duration).unwrap_or(SignedDuration::MAX))
            .unwrap_or(Timestamp::MAX);
        let sampler = self.shadows.sampler(settings.rate)?;
        let id = Uuid::now_v7();
        let keeper = self.recording().map(|recording| Keeper {
            recording: Arc::clone(recording),
            run_id: id,
            active: active.identity().effective_digest,
            candidate: candidate.policy.identity().effective_digest,
            book: Arc::new(Book::default()),
        });
        if let Some(keeper) = &keeper {
            let note = StartedNote {
                active: keeper.active,
                sampling_ppm: settings.rate,
                queue_decisions: settings.queue_decisions,
                max_compared: settings.max_compared,
                until,
            };
            keeper.record(&ShadowNote::Started(note)).await?;
        }
        let observed = Settings {
            sampler,
            queue_decisions: settings.queue_decisions,
            examples: settings.examples,
            until: End {
                max_compared: settings.max_compared,
                until: Some(until),
            },
            stack_bytes: EVALUATION_STACK_BYTES,
        };
        let kept = keeper.as_ref().map(|keeper| KeptIn {
            directory: keeper.recording.journal().directory().to_owned(),
            by_id: keeper.recording.journal().mode() != Mode::Durable,
            book: Arc::clone(&keeper.book),
        });
        let shadows = Arc::downgrade(&self.shadows);
        let mut sink = keeper.map_or_else(|| -> Sink { Box::new(drop) }, Keeper::sink);
        let sink = Box::new(move |batch: Batch| {
            // Decisions need not look at a run that is over.
            if batch.ended.is_some()
                && let Some(shadows) = shadows.upgrade()
            {
                shadows.publish(&shadows.known());
            }
            sink(batch);
        });
        let observer = Observer::start_noting(observed, judge, Box::new(Timestamp::now), sink)?;
        let run = Arc::new(Run {
            id,
            active,
            candidate,
            settings,
            started_at,
            until,
            observer,
            kept,
        });
        self.shadows.add(&run)?;
        // What became active since it was looked at.
        let active = self.slot().active.identity().effective_digest;
        self.shadows.end_others(active);
        Ok(run)
    }

    /// Every run that is known, in the order of their starts.
    #[must_use]
    pub fn shadows(&self) -> Vec<Arc<Run>> {
        self.shadows.known().clone()
    }

    /// One run.
    #[must_use]
    pub fn shadow(&self, id: Uuid) -> Option<Arc<Run>> {
        self.shadows
            .known()
            .iter()
            .find(|run| run.id == id)
            .cloned()
    }

    /// Ends a run, and waits until what it had queued is compared and recorded, at most
    /// [`MAX_STOP_WAIT`]; after that it goes on with the rest by itself. None if there is no
    /// such run.
    pub async fn stop_shadow(&self, id: Uuid) -> Option<Arc<Run>> {
        let run = self.shadow(id)?;
        self.stop(std::slice::from_ref(&run), EndReason::Stopped)
            .await;
        Some(run)
    }

    /// As [`Authority::stop_shadow`], all of them, since the service comes to its end: before the
    /// journal is closed.
    pub async fn stop_shadows(&self) {
        self.stop(&self.shadows(), EndReason::ServiceEnded).await;
    }

    async fn stop(&self, runs: &[Arc<Run>], reason: EndReason) {
        runs.iter().for_each(|run| run.observer.end(reason));
        self.shadows.publish(&self.shadows.known());
        let settled = async {
            while !runs.iter().all(|run| run.is_settled()) {
                tokio::time::sleep(STOP_POLL_INTERVAL).await;
            }
        };
        if tokio::time::timeout(MAX_STOP_WAIT, settled).await.is_err() {
            tracing::warn!("a shadow run is still comparing what it had queued");
        }
    }
}
