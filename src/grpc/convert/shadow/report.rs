//! What runs find: reports and divergences.

use std::sync::Arc;

use super::RunId;
use crate::authority::shadow::RunStatus;
use crate::grpc::convert::field::FieldError;
use crate::grpc::convert::names::known;
use crate::grpc::wire;
use crate::policy::comparison::Change;
use crate::shadow::live::{Divergence, EndReason};
use crate::shadow::report::Counts;

/// What a watcher sees.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Watched {
    /// One divergence.
    Divergence(Arc<Divergence>),
    /// So many were not read in time.
    Missed(u64),
    /// The run is over.
    Ended(EndReason),
}

impl TryFrom<wire::GetShadowReportRequest> for RunId {
    type Error = FieldError;

    fn try_from(request: wire::GetShadowReportRequest) -> Result<Self, FieldError> {
        let wire::GetShadowReportRequest { run_id } = request;
        run_id.try_into()
    }
}

impl TryFrom<wire::WatchDivergencesRequest> for RunId {
    type Error = FieldError;

    fn try_from(request: wire::WatchDivergencesRequest) -> Result<Self, FieldError> {
        let wire::WatchDivergencesRequest { run_id } = request;
        run_id.try_into()
    }
}

impl From<Counts> for wire::ShadowCounts {
    fn from(counts: Counts) -> Self {
        let Counts {
            loosened,
            candidate_error,
            tightened,
            reason_changed,
            same,
        } = counts;
        Self {
            loosened,
            candidate_error,
            tightened,
            reason_changed,
            same,
        }
    }
}

impl From<wire::ShadowCounts> for Counts {
    fn from(counts: wire::ShadowCounts) -> Self {
        let wire::ShadowCounts {
            loosened,
            candidate_error,
            tightened,
            reason_changed,
            same,
        } = counts;
        Self {
            loosened,
            candidate_error,
            tightened,
            reason_changed,
            same,
        }
    }
}

impl From<(RunStatus, Counts, Vec<u8>)> for wire::GetShadowReportResponse {
    fn from((run, counts, report_json): (RunStatus, Counts, Vec<u8>)) -> Self {
        Self {
            run: Some(run.into()),
            counts: Some(counts.into()),
            report_json,
        }
    }
}

impl From<Watched> for wire::WatchDivergencesResponse {
    fn from(watched: Watched) -> Self {
        use wire::watch_divergences_response::Event;
        let event = match watched {
            Watched::Divergence(divergence) => Event::Divergence(divergence.as_ref().into()),
            Watched::Missed(missed) => Event::Missed(missed),
            Watched::Ended(reason) => Event::End(wire::ShadowEnd::from(reason).into()),
        };
        Self { event: Some(event) }
    }
}

impl TryFrom<wire::WatchDivergencesResponse> for Watched {
    type Error = FieldError;

    fn try_from(response: wire::WatchDivergencesResponse) -> Result<Self, FieldError> {
        use wire::watch_divergences_response::Event;
        let wire::WatchDivergencesResponse { event } = response;
        match event.ok_or(FieldError::missing("event"))? {
            Event::Divergence(divergence) => {
                // The document holds the rest, too.
                let wire::Divergence {
                    change: _,
                    position: _,
                    decision_id: _,
                    text: _,
                    divergence_json,
                } = divergence;
                let read = serde_json::from_str(&divergence_json);
                let read: Divergence = read.map_err(|error| {
                    FieldError::new("divergence_json", format!("can't be read: {error}"))
                })?;
                Ok(Self::Divergence(Arc::new(read)))
            }
            Event::Missed(missed) => Ok(Self::Missed(missed)),
            Event::End(number) => known::<wire::ShadowEnd, _>("end", number).map(Self::Ended),
        }
    }
}

impl From<&Divergence> for wire::Divergence {
    fn from(divergence: &Divergence) -> Self {
        let Divergence { group, example } = divergence;
        let change: Change = group.change;
        let document = serde_json::json!({"group": group, "example": example});
        Self {
            change: wire::Change::from(change).into(),
            position: example.position.number,
            decision_id: example.position.decision_id.map(|id| id.to_string()),
            text: example.text.clone(),
            divergence_json: document.to_string(),
        }
    }
}
