//! What runs find: reports and divergences.

use std::sync::Arc;

use super::RunId;
use crate::canonical::Digest;
use crate::decision::Change;
use crate::grpc::convert::field::FieldError;
use crate::grpc::convert::names::known;
use crate::grpc::convert::same_fields::same_fields;
use crate::grpc::limits::MAX_EXPLAINED_GROUPS;
use crate::grpc::wire;
use crate::policy::promotion::section::ThresholdsSection;
use crate::shadow::EndReason;
use crate::shadow::live::Divergence;
use crate::shadow::report::Counts;
use crate::shadow::runs::RunStatus;
use crate::shadow::runs::report::Asked;

/// One message to somebody who watches a run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Watched {
    /// One divergence.
    Divergence(Arc<Divergence>),
    /// So many were not read in time.
    Missed(u64),
    /// The run is over.
    Ended(EndReason),
}

/// Which report a caller asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReportQuery {
    /// The run that the report is about.
    pub run: RunId,
    /// By what its criteria are judged.
    pub asked: Asked,
}

impl From<ReportQuery> for wire::GetShadowReportRequest {
    fn from(query: ReportQuery) -> Self {
        let ReportQuery { run, asked } = query;
        let Asked {
            thresholds,
            explained,
        } = asked;
        Self {
            run_id: run.0.to_string(),
            thresholds: Some(thresholds.into()),
            explained_groups: explained.iter().map(ToString::to_string).collect(),
        }
    }
}

impl TryFrom<wire::GetShadowReportRequest> for ReportQuery {
    type Error = FieldError;

    fn try_from(request: wire::GetShadowReportRequest) -> Result<Self, FieldError> {
        const GROUPS: &str = "explained_groups";
        let wire::GetShadowReportRequest {
            run_id,
            thresholds,
            explained_groups,
        } = request;
        let (count, limit) = (explained_groups.len(), MAX_EXPLAINED_GROUPS);
        if count > limit {
            return Err(FieldError::too_large(GROUPS, count, "groups", limit));
        }
        let group = |text: String| {
            text.parse::<Digest>()
                .map_err(|_| FieldError::new(GROUPS, "has one that is no id of a group"))
        };
        let groups = explained_groups.into_iter().map(group);
        Ok(Self {
            run: run_id.try_into()?,
            asked: Asked {
                thresholds: thresholds.map(Into::into).unwrap_or_default(),
                explained: groups.collect::<Result<_, _>>()?,
            },
        })
    }
}

same_fields!(ThresholdsSection as ShadowThresholds:
    max_dry_run_failed_count,
    min_observation_hours,
    min_samples_per_required_class,
    max_unexplained_loosened_groups,
    max_candidate_error_ppm,
    max_drop_ppm
);

impl TryFrom<wire::WatchDivergencesRequest> for RunId {
    type Error = FieldError;

    fn try_from(request: wire::WatchDivergencesRequest) -> Result<Self, FieldError> {
        let wire::WatchDivergencesRequest { run_id } = request;
        run_id.try_into()
    }
}

same_fields!(Counts as ShadowCounts: loosened, candidate_error, tightened, reason_changed, same);

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
