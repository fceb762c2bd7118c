//! How far candidates and requests have come, on the wire.

use super::digests::digest;
use crate::authority::gate::GateError;
use crate::authority::gate::stages::{CandidateStage, CandidateState, RequestStage, RequestState};
use crate::causes::in_line;
use crate::change::request::ChangeKind;
use crate::grpc::convert::field::FieldError;
use crate::grpc::wire;

/// The aspect of a status that can't be computed.
const ASPECT: &str = "lifecycle";

/// A status without stages says why: what is wrong must be seen all the same.
pub(super) fn in_line_problem(error: &GateError) -> (String, String) {
    (ASPECT.to_owned(), in_line(error))
}

/// Reads each of `all`.
pub(super) fn read_all<W, T: TryFrom<W, Error = FieldError>>(
    all: Vec<W>,
) -> Result<Vec<T>, FieldError> {
    all.into_iter().map(TryInto::try_into).collect()
}

impl From<CandidateStage> for wire::CandidateStage {
    fn from(stage: CandidateStage) -> Self {
        let CandidateStage {
            bundle_digest,
            policy_id,
            policy_version,
            state,
            run_id,
            needs_report,
        } = stage;
        Self {
            bundle_digest: bundle_digest.to_string(),
            policy_id,
            policy_version,
            state: state.as_str().to_owned(),
            run_id: run_id.map(|id| id.to_string()),
            needs_report,
        }
    }
}

impl TryFrom<wire::CandidateStage> for CandidateStage {
    type Error = FieldError;

    fn try_from(stage: wire::CandidateStage) -> Result<Self, FieldError> {
        let wire::CandidateStage {
            bundle_digest,
            policy_id,
            policy_version,
            state,
            run_id,
            needs_report,
        } = stage;
        let found = CandidateState::named(&state);
        let run_id = run_id.map(|id| id.parse()).transpose();
        Ok(Self {
            bundle_digest: digest("stages.bundle_digest", &bundle_digest)?,
            policy_id,
            policy_version,
            state: found.ok_or_else(|| FieldError::new("stages.state", format!("is `{state}`")))?,
            run_id: run_id.map_err(|_| FieldError::new("stages.run_id", "is no UUID"))?,
            needs_report,
        })
    }
}

impl From<RequestStage> for wire::RequestStage {
    fn from(stage: RequestStage) -> Self {
        let RequestStage {
            request_digest,
            kind,
            bundle_digest,
            requested_by,
            state,
            approved_by,
            rejected_by,
            approvals_required,
            missing_groups,
        } = stage;
        let name = state.as_str().to_owned();
        Self {
            request_digest: request_digest.to_string(),
            kind: kind.as_str().to_owned(),
            bundle_digest: bundle_digest.to_string(),
            requested_by,
            state: name,
            why: match state {
                RequestState::Refused(why) => why,
                _ => String::new(),
            },
            approved_by,
            rejected_by,
            approvals_required,
            missing_groups,
        }
    }
}

impl TryFrom<wire::RequestStage> for RequestStage {
    type Error = FieldError;

    fn try_from(stage: wire::RequestStage) -> Result<Self, FieldError> {
        let wire::RequestStage {
            request_digest,
            kind,
            bundle_digest,
            requested_by,
            state,
            why,
            approved_by,
            rejected_by,
            approvals_required,
            missing_groups,
        } = stage;
        let found = RequestState::named(&state, why);
        Ok(Self {
            request_digest: digest("requests.request_digest", &request_digest)?,
            kind: ChangeKind::from_name(&kind)
                .ok_or_else(|| FieldError::new("requests.kind", format!("is `{kind}`")))?,
            bundle_digest: digest("requests.bundle_digest", &bundle_digest)?,
            requested_by,
            state: found
                .ok_or_else(|| FieldError::new("requests.state", format!("is `{state}`")))?,
            approved_by,
            rejected_by,
            approvals_required,
            missing_groups,
        })
    }
}
