//! Shadow runs of a service, in domain types.

use futures::StreamExt as _;
use futures::stream::BoxStream;
use uuid::Uuid;

use super::{ReportQuery, RunId, ShadowCandidate, ShadowStart, Watched};
use crate::grpc::client::{Client, ClientError};
use crate::grpc::convert::FieldError;
use crate::grpc::policy::Given;
use crate::grpc::wire;
use crate::shadow::runs::RunStatus;
use crate::shadow::runs::report::Asked;

impl Client {
    /// Starts a run. Served on the admin socket only.
    ///
    /// # Errors
    /// If the service refuses, or answers what can't be read.
    pub async fn start_shadow(&mut self, start: ShadowStart) -> Result<RunStatus, ClientError> {
        use wire::start_shadow_request::Candidate;
        let ShadowStart {
            candidate,
            settings,
        } = start;
        let candidate = match candidate {
            ShadowCandidate::Given(Given::Pack(id)) => Candidate::PolicyId(id),
            ShadowCandidate::Given(Given::Bundle(source)) => Candidate::Bundle(source.into()),
            ShadowCandidate::Staged => Candidate::Staged(wire::StagedCandidate {}),
        };
        let request = wire::StartShadowRequest::from((candidate, settings));
        let calls = self.calls();
        let wire::StartShadowResponse { run } = calls
            .work(self.shadows().start_shadow(request))
            .await?
            .into_inner();
        status(run)
    }

    /// Ends a run. Served on the admin socket only.
    ///
    /// # Errors
    /// As [`Client::start_shadow`].
    pub async fn stop_shadow(&mut self, run_id: Uuid) -> Result<RunStatus, ClientError> {
        let request = wire::StopShadowRequest {
            run_id: run_id.to_string(),
        };
        let calls = self.calls();
        let wire::StopShadowResponse { run } = calls
            .work(self.shadows().stop_shadow(request))
            .await?
            .into_inner();
        status(run)
    }

    /// Every run that is known, in the order of their starts.
    ///
    /// # Errors
    /// As [`Client::start_shadow`].
    pub async fn list_shadows(&mut self) -> Result<Vec<RunStatus>, ClientError> {
        let request = wire::ListShadowsRequest {};
        let calls = self.calls();
        let wire::ListShadowsResponse { runs } = calls
            .answer(self.shadows().list_shadows(request))
            .await?
            .into_inner();
        runs.into_iter().map(|run| status(Some(run))).collect()
    }

    /// The report of a run, as the bytes of its document.
    ///
    /// # Errors
    /// As [`Client::start_shadow`].
    pub async fn shadow_report(
        &mut self,
        run_id: Uuid,
        asked: Asked,
    ) -> Result<Vec<u8>, ClientError> {
        let request = wire::GetShadowReportRequest::from(ReportQuery {
            run: RunId(run_id),
            asked,
        });
        let calls = self.calls();
        let answer = calls
            .work(self.shadows().get_shadow_report(request))
            .await?;
        let wire::GetShadowReportResponse {
            run: _,
            counts: _,
            report_json,
        } = answer.into_inner();
        Ok(report_json)
    }

    /// Divergences from now on, until the run ends.
    ///
    /// # Errors
    /// As [`Client::start_shadow`]; an error that ends the call is the stream's last item.
    pub async fn watch_divergences(
        &mut self,
        run_id: Uuid,
    ) -> Result<BoxStream<'static, Result<Watched, ClientError>>, ClientError> {
        let request = wire::WatchDivergencesRequest {
            run_id: run_id.to_string(),
        };
        let calls = self.calls();
        let events = calls
            .answer(self.shadows().watch_divergences(request))
            .await?;
        let events = events.into_inner().map(|event| Ok(event?.try_into()?));
        Ok(events.boxed())
    }
}

fn status(run: Option<wire::ShadowRun>) -> Result<RunStatus, ClientError> {
    let missing = || FieldError {
        field: "run".into(),
        problem: "is required".into(),
    };
    Ok(run.ok_or_else(missing)?.try_into()?)
}
