//! One candidate beside the active policy.

use std::path::PathBuf;
use std::sync::{Arc, OnceLock};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use tokio::sync::broadcast;
use uuid::Uuid;

use super::RunSettings;
use super::limits::STOP_POLL_INTERVAL;
use super::note_writer::{Kept, WriterState};
use crate::engine::Policy;
use crate::journal::record::refusal::Author;
use crate::policy::promotion::Criteria;
use crate::shadow::EndReason;
use crate::shadow::compare::sampling::PartsPerMillion;
use crate::shadow::live::{Divergence, Observer};
use crate::shadow::report::criteria::DryRunSummary;
use crate::shadow::report::{Counts, PolicyRef};

/// A policy that may be compared with the active one. The result of its dry run is known.
#[derive(Clone)]
pub struct Candidate {
    pub(super) policy: Arc<Policy>,
    pub(super) dry_run: DryRunSummary,
}

impl Candidate {
    /// A candidate whose cases were decided, with the result.
    pub(crate) fn new(policy: Arc<Policy>, dry_run: DryRunSummary) -> Self {
        Self { policy, dry_run }
    }

    /// The policy.
    #[must_use]
    pub fn policy(&self) -> &Arc<Policy> {
        &self.policy
    }
}

/// A shadow run, on or ended.
pub struct Run {
    pub(super) id: Uuid,
    pub(super) active: Arc<Policy>,
    pub(super) candidate: Candidate,
    pub(super) settings: RunSettings,
    pub(super) started_at: Timestamp,
    pub(super) until: Timestamp,
    pub(super) criteria: Criteria,
    pub(super) observer: Observer,
    pub(super) kept: Option<KeptIn>,
    /// Who stopped it, if somebody did.
    pub(super) stopped_by: OnceLock<Author>,
}

/// The journal that records a run.
pub(super) struct KeptIn {
    pub(super) directory: PathBuf,
    /// Positions are not known when decisions are compared.
    pub(super) by_id: bool,
    pub(super) state: Arc<WriterState>,
}

/// The state of a run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RunStatus {
    /// The run's id, a UUIDv7 (RFC 9562).
    pub run_id: Uuid,
    /// The policy whose decisions are compared.
    pub active: PolicyRef,
    /// What they are compared with.
    pub candidate: PolicyRef,
    /// The share that is compared.
    pub sampling_ppm: PartsPerMillion,
    /// Decisions that may wait to be compared.
    pub queue_decisions: usize,
    /// It ends after so many comparisons.
    pub max_compared: Option<u64>,
    /// The time at which the run began.
    pub started_at: Timestamp,
    /// When it ends at the latest.
    pub until: Timestamp,
    /// Why the run ended. None while it is on.
    pub ended: Option<EndReason>,
    /// The number of comparisons of each class.
    pub counts: Counts,
    /// The number of decisions that were offered to the run.
    pub seen: u64,
    /// Those that were to be compared.
    pub sampled: u64,
    /// Those that were not, since the queue was full.
    pub dropped: u64,
    /// The number of decisions that still wait to be compared.
    pub pending: u64,
    /// What the journal knows of it; none without a journal.
    pub journal: Option<Kept>,
}

impl Run {
    /// The run's id, a UUIDv7 (RFC 9562).
    #[must_use]
    pub fn id(&self) -> Uuid {
        self.id
    }

    /// Whether it takes no more decisions and has compared what it had.
    #[must_use]
    pub fn is_ended(&self) -> bool {
        self.observer.is_finished()
    }

    /// Whether it has ended, and the end is recorded.
    pub(super) fn is_settled(&self) -> bool {
        self.is_ended() && self.kept.as_ref().is_none_or(|kept| kept.state.is_closed())
    }

    /// Waits until the run has ended and the end is recorded.
    pub(crate) async fn settled(&self) {
        if let Some(kept) = &self.kept {
            kept.state.closed().await;
        }
        while !self.is_settled() {
            tokio::time::sleep(STOP_POLL_INTERVAL).await;
        }
    }

    /// What the change has to show, as it was when the run began.
    #[must_use]
    pub fn criteria(&self) -> &Criteria {
        &self.criteria
    }

    /// Remembers who stops the run. The first one counts.
    pub(crate) fn stop_by(&self, by: Author) {
        self.stopped_by.get_or_init(|| by);
    }

    /// Who stopped the run: the service itself, unless somebody did.
    pub(crate) fn stopper(&self) -> Author {
        let stopped_by = self.stopped_by.get().copied();
        let is_stopped = self.observer.standing().ended == Some(EndReason::Stopped);
        stopped_by.filter(|_| is_stopped).unwrap_or(Author::Service)
    }

    /// Its state. Waits at most for one comparison to be counted.
    #[must_use]
    pub fn status(&self) -> RunStatus {
        let standing = self.observer.standing();
        let intake = standing.intake;
        RunStatus {
            run_id: self.id,
            active: self.active.identity().as_ref().into(),
            candidate: self.candidate.policy.identity().as_ref().into(),
            sampling_ppm: self.settings.rate,
            queue_decisions: self.settings.queue_decisions,
            max_compared: self.settings.max_compared,
            started_at: self.started_at,
            until: self.until,
            ended: standing.ended,
            counts: standing.counts,
            seen: intake.seen,
            sampled: intake.sampled,
            dropped: intake.dropped,
            pending: intake.pending,
            journal: self.kept.as_ref().map(|kept| kept.state.kept()),
        }
    }

    /// Divergences from now on; see [`Observer::watch`].
    #[must_use]
    pub fn watch(&self) -> broadcast::Receiver<Arc<Divergence>> {
        self.observer.watch()
    }
}
