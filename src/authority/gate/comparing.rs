//! Shadow runs of the candidates in the store: their start and their end are lifecycle records.
//!
//! What a run compared is in its `shadow` records, and a promotion recomputes the report from them.
//! The lifecycle records say who compared what, and when. Runs of other packs are not recorded here,
//! and there is a limit, so that runs can't fill the log.

use std::sync::Arc;

use tokio::task::spawn_blocking;
use uuid::Uuid;

use super::error::GateError;
use super::history::History;
use super::limits::{MAX_RECORDED_RUNS, MAX_RUNS_OF_A_BUNDLE};
use crate::authority::Authority;
use crate::canonical::{CanonicalError, Digest};
use crate::causes::in_line;
use crate::journal::record::lifecycle::{
    EndReason, Happened, LifecycleEvent, ShadowEnded, ShadowStarted,
};
use crate::journal::record::refusal::Author;
use crate::shadow::runs::Run;

impl Authority {
    /// The bundle of the store that gives the policy `effective`, if a run of it is to be recorded.
    ///
    /// # Errors
    /// If too many are recorded.
    pub(in crate::authority) fn bundle_to_compare(
        &self,
        effective: Digest,
    ) -> Result<Option<Digest>, GateError> {
        let Ok((store, _)) = self.kept() else {
            return Ok(None);
        };
        let history = store.history();
        let mut usable = history.usable();
        let kept = usable.find(|kept| kept.bundle.effective_digest == effective);
        let bundle = kept.map(|kept| kept.bundle.bundle_digest);
        bundle.map_or(Ok(()), |bundle| has_room(&history, bundle))?;
        Ok(bundle)
    }

    /// Records that a run began.
    pub(in crate::authority) async fn run_began(
        &self,
        run: &Run,
        bundle_digest: Digest,
        by: Author,
    ) -> Result<(), GateError> {
        let (store, recording) = self.kept()?;
        let _changing = self.changing.lock().await;
        has_room(&store.settled(recording).await?, bundle_digest)?;
        let status = run.status();
        let event = LifecycleEvent::ShadowStarted(ShadowStarted {
            active: status.active.effective_digest,
            bundle_digest,
            criteria: serde_json::to_value(run.criteria()).map_err(CanonicalError::from)?,
            run_id: run.id(),
            until: status.until,
        });
        store.record(recording, happened(event, by)).await.map(drop)
    }

    /// Records that a run ended, if its start is recorded and its end isn't.
    pub(in crate::authority) async fn run_ended(&self, run: &Arc<Run>) {
        if self.open_run(run.id()).is_none() {
            return;
        }
        let of = Arc::clone(run);
        let observed = spawn_blocking(move || of.observed()).await;
        let observed = match observed {
            Ok(Ok((compared, is_long))) => (Some(compared), is_long),
            Ok(Err(error)) => {
                tracing::warn!(run_id = %run.id(), error = in_line(&error), "what a run observed can't be read");
                (None, false)
            }
            Err(error) => {
                tracing::error!(run_id = %run.id(), %error, "looking at what a run observed");
                (None, false)
            }
        };
        let ended = run.status().ended.unwrap_or(EndReason::Failed);
        self.record_end(run.id(), ended, observed, run.stopper())
            .await;
    }

    /// Records the end of the runs that a service before this one left without one.
    pub(in crate::authority) async fn end_recorded_runs(&self) {
        let Ok((store, _)) = self.kept() else {
            return;
        };
        let open = store.history();
        let gone = open.open_runs().keys();
        let gone = gone.filter(|id| self.shadow(**id).is_none());
        for id in gone {
            self.record_end(*id, EndReason::ServiceEnded, (None, false), Author::Start)
                .await;
        }
    }

    /// The bundle of a run whose start is recorded and whose end isn't.
    fn open_run(&self, run_id: Uuid) -> Option<Digest> {
        let (store, _) = self.kept().ok()?;
        store.history().open_runs().get(&run_id).copied()
    }

    async fn record_end(
        &self,
        run_id: Uuid,
        ended: EndReason,
        (compared, observed_long_enough): (Option<u64>, bool),
        by: Author,
    ) {
        let Ok((store, recording)) = self.kept() else {
            return;
        };
        let _changing = self.changing.lock().await;
        // The one who stopped the run and the one who waits for its end come here at once.
        let Some(bundle_digest) = self.open_run(run_id) else {
            return;
        };
        let event = LifecycleEvent::ShadowEnded(ShadowEnded {
            bundle_digest,
            compared,
            ended,
            observed_long_enough,
            run_id,
        });
        let recorded = store.record(recording, happened(event, by)).await;
        if let Err(error) = recorded {
            tracing::error!(%run_id, error = in_line(&error), "the end of a shadow run is not recorded");
        }
    }
}

fn has_room(history: &History, bundle: Digest) -> Result<(), GateError> {
    let found = history.runs().filter(|it| it.bundle_digest == bundle);
    let found = found.count();
    match found >= MAX_RUNS_OF_A_BUNDLE || history.runs().count() >= MAX_RECORDED_RUNS {
        true => Err(GateError::TooManyRuns { found }),
        false => Ok(()),
    }
}

fn happened(event: LifecycleEvent, by: Author) -> Happened<'static> {
    Happened {
        by: by.into(),
        event,
        policy: None,
        document: None,
        reason: None,
    }
}
