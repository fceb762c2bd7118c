//! Shadow runs beside the policies in force.

use std::sync::Arc;

use uuid::Uuid;

use super::Authority;
use super::gate::GateError;
use crate::journal::record::refusal::Author;
use crate::shadow::EndReason;
use crate::shadow::compare::sampling::SamplingKey;
use crate::shadow::live::Judge;
use crate::shadow::pair::judge_of;
use crate::shadow::runs::report::{Moment, cover};
use crate::shadow::runs::{Candidate, Run, RunSettings, StartError, end_unended};

/// Why no run was started for somebody.
#[derive(Debug, thiserror::Error)]
pub enum RunError {
    /// It could not begin.
    #[error(transparent)]
    Start(#[from] StartError),
    /// Its start could not become a lifecycle record.
    #[error(transparent)]
    Gate(#[from] GateError),
}

impl Authority {
    /// Samples by `key` instead of one that this process makes up: replicas with the same key
    /// take the same requests. Has no effect once a run was started that samples.
    #[must_use]
    pub fn sampling_by(self, key: SamplingKey) -> Self {
        self.shadows.sample_by(key);
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
        let judge = judge_of(Arc::clone(candidate.policy()));
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
        let enforced = || Arc::clone(&self.slot().active);
        let recording = self.recording();
        self.shadows
            .start(enforced, recording, judge, candidate, settings)
            .await
    }

    /// As [`Authority::start_shadow`], for somebody. If the store keeps the candidate, start and end
    /// of the run are lifecycle records. It must come to its end, as [`Authority::stage`].
    ///
    /// # Errors
    /// As [`Authority::start_shadow`], or if there are too many runs of the candidate.
    pub async fn start_run(
        self: &Arc<Self>,
        candidate: Candidate,
        settings: RunSettings,
        by: Author,
    ) -> Result<Arc<Run>, RunError> {
        let effective = candidate.policy().identity().effective_digest;
        let bundle = self.bundle_to_compare(effective)?;
        let run = self.start_shadow(candidate, settings).await?;
        let Some(bundle) = bundle else {
            return Ok(run);
        };
        if let Err(error) = self.run_began(&run, bundle, by).await {
            self.stop_shadow(run.id()).await;
            return Err(error.into());
        }
        let (authority, began) = (Arc::clone(self), Arc::clone(&run));
        tokio::spawn(async move {
            began.settled().await;
            authority.run_ended(&began).await;
        });
        Ok(run)
    }

    /// As [`Authority::stop_shadow`], for somebody. None if there is no such run.
    pub async fn stop_run(&self, id: Uuid, by: Author) -> Option<Arc<Run>> {
        self.shadow(id)?.stop_by(by);
        let run = self.stop_shadow(id).await?;
        self.run_ended(&run).await;
        Some(run)
    }

    /// Every run that is known, in the order of their starts.
    #[must_use]
    pub fn shadows(&self) -> Vec<Arc<Run>> {
        self.shadows.all()
    }

    /// One run.
    #[must_use]
    pub fn shadow(&self, id: Uuid) -> Option<Arc<Run>> {
        self.shadows.get(id)
    }

    /// Ends a run, and waits until what it had queued is compared and recorded, at most
    /// [`MAX_STOP_WAIT`](crate::shadow::runs::limits::MAX_STOP_WAIT); after that it goes on with
    /// the rest by itself. None if there is no such run.
    pub async fn stop_shadow(&self, id: Uuid) -> Option<Arc<Run>> {
        let run = self.shadow(id)?;
        let one = std::slice::from_ref(&run);
        self.shadows.stop(one, EndReason::Stopped).await;
        Some(run)
    }

    /// As [`Authority::stop_shadow`], all of them, since the service comes to its end: before the
    /// journal is closed.
    pub async fn stop_shadows(&self) {
        let all = self.shadows();
        self.shadows.stop(&all, EndReason::ServiceEnded).await;
        for run in &all {
            self.run_ended(run).await;
        }
    }

    /// Records that the runs ended of which the journal before the index `start` says only that
    /// they began, and logs each. Reads the journal back to the service's start before this one:
    /// spawn it, so that decisions don't wait.
    pub async fn end_runs_of_before(&self, start: u64) {
        if let Some(recording) = self.recording() {
            end_unended(recording, start).await;
            self.end_recorded_runs().await;
        }
    }

    /// Has the journal sign a checkpoint that covers `moment`, where there is a journal and none
    /// does yet. Where that fails, the report of the moment names none.
    pub async fn cover(&self, moment: &Moment) {
        if let Some(recording) = self.recording() {
            cover(recording, moment).await;
        }
    }
}
