//! `ShadowService`.

use std::sync::Arc;

use arc_swap::ArcSwap;
use futures::stream::{self, BoxStream};
use jiff::Timestamp;
use tokio::sync::broadcast::Receiver;
use tokio::sync::broadcast::error::RecvError;
use tonic::{Request, Response, Status};

use super::{ReportQuery, RunId, ShadowCandidate, ShadowStart, Watched};
use crate::authority::Authority;
use crate::authority::admission::Admission;
use crate::grpc::door::{Door, JournalReads};
use crate::grpc::lifetime::{Closing, until_closed, until_given_way};
use crate::grpc::policy::named::compile;
use crate::grpc::refusals::{author, to_its_end};
use crate::grpc::shares::{Share, Shares};
use crate::grpc::status::Refusal;
use crate::grpc::turns::{Origin, Size, Turns};
use crate::grpc::wire::shadow_service_server::ShadowService;
use crate::grpc::wire::{
    GetShadowReportRequest, GetShadowReportResponse, ListShadowsRequest, ListShadowsResponse,
    StartShadowRequest, StartShadowResponse, StopShadowRequest, StopShadowResponse,
    WatchDivergencesRequest, WatchDivergencesResponse,
};
use crate::library::Library;
use crate::shadow::EndReason;
use crate::shadow::live::Divergence;
use crate::shadow::runs::report::RunReportError;
use crate::shadow::runs::{Candidate, Run};

/// Watches candidates beside the active policy.
pub(in crate::grpc) struct ShadowRuns {
    pub(in crate::grpc) authority: Arc<Authority>,
    pub(in crate::grpc) inspections: Turns,
    pub(in crate::grpc) library: Arc<ArcSwap<Library>>,
    pub(in crate::grpc) admission: Admission,
    pub(in crate::grpc) door: Door,
    /// Who may see examples of what was recorded.
    pub(in crate::grpc) reads: JournalReads,
    /// One permit for each call that may watch a run at the same time.
    pub(in crate::grpc) watchers: Shares,
    pub(in crate::grpc) closing: Closing,
}

type Answer<T> = Result<Response<T>, Status>;

impl ShadowRuns {
    /// Refuses answers that show actions, if only administrators may read the journal.
    fn admit_reader(&self, method: &'static str) -> Result<(), Refusal> {
        match self.reads {
            JournalReads::Everybody => Ok(()),
            JournalReads::Admin => self.door.admit(method),
        }
    }

    fn run(&self, id: RunId) -> Result<Arc<Run>, Refusal> {
        self.authority.shadow(id.0).ok_or(Refusal::NoRun(id.0))
    }

    /// Compiles a candidate and decides its cases.
    async fn candidate(
        &self,
        origin: Origin,
        wanted: ShadowCandidate,
    ) -> Result<Candidate, Refusal> {
        let library = self.library.load_full();
        let admission = self.admission.clone();
        let staged = self.authority.slot().candidate.clone();
        let candidate = move || {
            let policy = match wanted {
                ShadowCandidate::Given(given) => compile(&admission, &library, given)?,
                ShadowCandidate::Staged => staged.ok_or(Refusal::NoCandidate)?,
            };
            Ok(Candidate::rehearsed(policy))
        };
        self.inspect(origin, candidate).await?
    }

    /// Does what takes long or holds a run's counts.
    async fn inspect<T: Send + 'static>(
        &self,
        origin: Origin,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, Refusal> {
        let work = move |_: &_| work();
        self.inspections.run(origin, Size::Unknown, work).await
    }
}

#[tonic::async_trait]
impl ShadowService for ShadowRuns {
    async fn start_shadow(
        &self,
        request: Request<StartShadowRequest>,
    ) -> Answer<StartShadowResponse> {
        self.door.admit("StartShadow")?;
        let (by, origin) = (author(request.extensions()), Origin::of(&request));
        let ShadowStart {
            candidate,
            settings,
        } = request.into_inner().try_into().map_err(Refusal::Field)?;
        let candidate = self.candidate(origin, candidate).await?;
        let authority = Arc::clone(&self.authority);
        let start = async move { authority.start_run(candidate, settings, by).await };
        let run = to_its_end(start).await?.map_err(Refusal::from)?.status();
        tracing::info!(run_id = %run.run_id, candidate = %run.candidate.effective_digest, "shadow run started");
        Ok(Response::new(StartShadowResponse {
            run: Some(run.into()),
        }))
    }

    async fn stop_shadow(&self, request: Request<StopShadowRequest>) -> Answer<StopShadowResponse> {
        self.door.admit("StopShadow")?;
        let by = author(request.extensions());
        let id = RunId::try_from(request.into_inner()).map_err(Refusal::Field)?;
        let authority = Arc::clone(&self.authority);
        let stopped = to_its_end(async move { authority.stop_run(id.0, by).await }).await?;
        let run = stopped.ok_or(Refusal::NoRun(id.0))?.status();
        tracing::info!(run_id = %run.run_id, "shadow run stopped");
        Ok(Response::new(StopShadowResponse {
            run: Some(run.into()),
        }))
    }

    async fn list_shadows(
        &self,
        request: Request<ListShadowsRequest>,
    ) -> Answer<ListShadowsResponse> {
        let origin = Origin::of(&request);
        let ListShadowsRequest {} = request.into_inner();
        let runs = self.authority.shadows();
        // A report in the making holds a run's counts.
        let list = move || runs.iter().map(|run| run.status().into()).collect();
        Ok(Response::new(ListShadowsResponse {
            runs: self.inspect(origin, list).await?,
        }))
    }

    async fn get_shadow_report(
        &self,
        request: Request<GetShadowReportRequest>,
    ) -> Answer<GetShadowReportResponse> {
        self.admit_reader("GetShadowReport")?;
        let origin = Origin::of(&request);
        let query = ReportQuery::try_from(request.into_inner()).map_err(Refusal::Field)?;
        let ReportQuery { run, asked } = query;
        let run = self.run(run)?;
        let unmade = |error: RunReportError| Refusal::internal(&error);
        let of = Arc::clone(&run);
        let moment = self.inspect(origin, move || of.moment()).await?;
        let moment = moment.map_err(unmade)?;
        self.authority.cover(&moment).await;
        let report = move || {
            let report = run.report(&moment, &asked, Some(Timestamp::now()))?;
            let bytes = report.to_canonical_bytes()?;
            Ok((run.status(), report.counts, bytes).into())
        };
        let made = self.inspect(origin, report).await?.map_err(unmade)?;
        Ok(Response::new(made))
    }

    type WatchDivergencesStream = BoxStream<'static, Result<WatchDivergencesResponse, Status>>;

    async fn watch_divergences(
        &self,
        request: Request<WatchDivergencesRequest>,
    ) -> Answer<Self::WatchDivergencesStream> {
        self.admit_reader("WatchDivergences")?;
        let share = self.watchers.take_in_turn(Origin::of(&request));
        let share = share.ok_or(Refusal::BusyWaits)?;
        let given_way = share.given_way();
        let id = RunId::try_from(request.into_inner()).map_err(Refusal::Field)?;
        let run = self.run(id)?;
        let watcher = Watcher {
            receiver: run.watch(),
            run,
            _share: share,
        };
        let events = stream::unfold(Some(watcher), |watcher| async move {
            let (event, watcher) = watcher?.next().await;
            Some((Ok(event.into()), watcher))
        });
        let events = until_given_way(events, given_way);
        Ok(Response::new(until_closed(events, self.closing.clone())))
    }
}

/// One that reads divergences as fast as its connection takes them.
struct Watcher {
    receiver: Receiver<Arc<Divergence>>,
    run: Arc<Run>,
    _share: Share,
}

impl Watcher {
    /// What comes next, and who goes on watching.
    async fn next(mut self) -> (Watched, Option<Self>) {
        match self.receiver.recv().await {
            Ok(divergence) => (Watched::Divergence(divergence), Some(self)),
            Err(RecvError::Lagged(missed)) => (Watched::Missed(missed), Some(self)),
            Err(RecvError::Closed) => {
                let ended = self.run.status().ended;
                (Watched::Ended(ended.unwrap_or(EndReason::Failed)), None)
            }
        }
    }
}
