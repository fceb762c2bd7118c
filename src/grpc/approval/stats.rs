//! What requests for approvals came to, on the wire.

use crate::grpc::convert::field::FieldError;
use crate::grpc::convert::same_fields::same_fields;
use crate::grpc::wire;
use crate::journal::query::{AlwaysApproved, ApprovalStats};

impl From<ApprovalStats> for wire::ApprovalStats {
    fn from(stats: ApprovalStats) -> Self {
        let ApprovalStats {
            requests,
            repeated,
            answered,
            approvals,
            denials,
            cancelled,
            used,
            share_approved,
            median_seconds_to_answer,
            always_approved,
        } = stats;
        let always = always_approved.into_iter();
        Self {
            requests,
            repeated,
            answered,
            approvals,
            denials,
            cancelled,
            used,
            share_approved,
            median_seconds_to_answer,
            always_approved: always.map(Into::into).collect(),
        }
    }
}

impl TryFrom<wire::GetApprovalStatsResponse> for ApprovalStats {
    type Error = FieldError;

    fn try_from(response: wire::GetApprovalStatsResponse) -> Result<Self, FieldError> {
        let wire::GetApprovalStatsResponse { stats } = response;
        let wire::ApprovalStats {
            requests,
            repeated,
            answered,
            approvals,
            denials,
            cancelled,
            used,
            share_approved,
            median_seconds_to_answer,
            always_approved,
        } = stats.ok_or(FieldError::missing("stats"))?;
        let always = always_approved.into_iter();
        Ok(Self {
            requests,
            repeated,
            answered,
            approvals,
            denials,
            cancelled,
            used,
            share_approved,
            median_seconds_to_answer,
            always_approved: always.map(Into::into).collect(),
        })
    }
}

same_fields!(AlwaysApproved: rule_id, approvals);
