//! The runs of one authority.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};

use arc_swap::ArcSwap;
use uuid::Uuid;

use super::limits::{MAX_KNOWN_RUNS, MAX_RUNNING, MAX_STOP_WAIT, STOP_POLL_INTERVAL};
use super::run::Run;
use super::settings::StartError;
use crate::action::facts::Facts;
use crate::canonical::Digest;
use crate::decision::Decision;
use crate::shadow::EndReason;
use crate::shadow::compare::sampling::{PartsPerMillion, Sampler, SamplingKey};
use crate::shadow::live::{Kept, Offer};
use crate::shadow::positions::NO_POSITION_YET;

/// Bytes of a sampling key that is made up.
const OWN_KEY_BYTES: usize = 32;

/// The runs of an authority.
pub(crate) struct Shadows {
    /// Whether `running` holds any: all that a decision sees of it while none is on.
    any: AtomicBool,
    running: ArcSwap<Vec<Arc<Run>>>,
    /// In the order of their starts.
    known: Mutex<Vec<Arc<Run>>>,
    /// Orders decisions if there is no journal.
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
pub(crate) struct Running {
    runs: Arc<Vec<Arc<Run>>>,
    sequence: Arc<AtomicU64>,
    /// Whether there is a journal, which will have a place for the decision.
    is_recorded: bool,
}

impl Running {
    /// Offers a decision that was recorded, of which the journal keeps `kept`. Never waits, never
    /// fails.
    pub(crate) fn offer(self, decision: &Decision, facts: &Arc<Facts>, kept: Kept) {
        let mut kept = Some(kept);
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
                        true => NO_POSITION_YET,
                        false => self.sequence.fetch_add(1, Ordering::Relaxed),
                    };
                    let position = decision.journal_position().unwrap_or_else(place);
                    let facts = Arc::clone(facts);
                    let offer = Offer::new(decision.clone(), facts, position);
                    Arc::new(offer.with_kept(kept.take().unwrap_or(Kept::Whole)))
                });
                ticket.offer(Arc::clone(offer));
            }
        }
    }
}

impl Shadows {
    pub(crate) fn running(&self, is_recorded: bool) -> Option<Running> {
        self.any.load(Ordering::Relaxed).then(|| Running {
            runs: self.running.load_full(),
            sequence: Arc::clone(&self.sequence),
            is_recorded,
        })
    }

    /// Ends the runs that are bound to another policy than `active`.
    pub(crate) fn end_others(&self, active: Digest) {
        let known = self.known();
        for run in known.iter().filter(|it| it.active_digest() != active) {
            run.observer.end(EndReason::ActiveChanged);
        }
        self.publish(&known);
    }

    pub(super) fn known(&self) -> MutexGuard<'_, Vec<Arc<Run>>> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn publish(&self, known: &[Arc<Run>]) {
        let on = known.iter().filter(|run| run.observer.is_open());
        let on: Vec<Arc<Run>> = on.cloned().collect();
        self.any.store(!on.is_empty(), Ordering::Relaxed);
        self.running.store(Arc::new(on));
    }

    pub(super) fn add(&self, run: &Arc<Run>) -> Result<(), StartError> {
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

    pub(super) fn check_room(&self) -> Result<(), StartError> {
        let on = self.known().iter().filter(|run| !run.is_ended()).count();
        if on < MAX_RUNNING {
            Ok(())
        } else {
            Err(StartError::TooMany)
        }
    }

    pub(super) fn sampler(&self, rate: PartsPerMillion) -> Result<Sampler, StartError> {
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

impl Shadows {
    /// Samples by `key`. Has no effect once a run was started that samples.
    pub(crate) fn sample_by(&self, key: SamplingKey) {
        self.key.get_or_init(|| key);
    }

    /// Every run that is known, in the order of their starts.
    pub(crate) fn all(&self) -> Vec<Arc<Run>> {
        self.known().clone()
    }

    /// The run with this id.
    pub(crate) fn get(&self, id: Uuid) -> Option<Arc<Run>> {
        self.known().iter().find(|run| run.id == id).cloned()
    }

    /// Ends `runs`, and waits until what they had queued is compared and recorded, at most
    /// [`MAX_STOP_WAIT`].
    pub(crate) async fn stop(&self, runs: &[Arc<Run>], reason: EndReason) {
        runs.iter().for_each(|run| run.observer.end(reason));
        self.publish(&self.known());
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

impl Run {
    fn active_digest(&self) -> Digest {
        self.active.identity().effective_digest
    }
}
