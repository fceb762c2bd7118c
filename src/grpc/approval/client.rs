//! Requests for approvals, in domain types.

use std::time::Duration;

use futures::StreamExt as _;
use futures::stream::BoxStream;
use jiff::Timestamp;
use uuid::Uuid;

use super::convert::{Answered, ShownApproval, ShownState};
use crate::grpc::client::{Client, ClientError};
use crate::grpc::convert::field::FieldError;
use crate::grpc::convert::names::known;
use crate::grpc::convert::time::timestamp;
use crate::grpc::wire;
use crate::journal::query::ApprovalStats;

impl Client {
    /// The state of a request, once it isn't pending any more, or after `wait`, at most 50 seconds.
    ///
    /// # Errors
    /// If the service refuses, or answers what can't be read.
    pub async fn wait(&mut self, id: Uuid, wait: Duration) -> Result<ShownState, ClientError> {
        let request = wire::WaitRequest {
            approval_id: id.to_string(),
            timeout: prost_types::Duration::try_from(wait).ok(),
        };
        let calls = self.calls();
        let answer = calls.work(self.approvals().wait(request)).await?;
        let wire::WaitResponse { state } = answer.into_inner();
        Ok(known::<wire::ApprovalState, _>("state", state)?)
    }

    /// The requests in these states, of all if none is named, before `before`; and where to go on.
    ///
    /// # Errors
    /// As [`Client::wait`].
    pub async fn list_approvals(
        &mut self,
        states: &[ShownState],
        before: Option<Uuid>,
    ) -> Result<(Vec<ShownApproval>, Option<Uuid>), ClientError> {
        let states = states.iter().copied().map(wire::ApprovalState::from);
        let request = wire::ListApprovalsRequest {
            states: states.map(Into::into).collect(),
            before: before.map_or_else(String::new, |id| id.to_string()),
        };
        let calls = self.calls();
        let answer = calls
            .answer(self.approvals().list_approvals(request))
            .await?;
        let wire::ListApprovalsResponse {
            approvals,
            next_before,
        } = answer.into_inner();
        let shown = approvals.into_iter().map(TryInto::try_into);
        let next = match next_before.as_str() {
            "" => None,
            id => Some(super::convert::id("next_before", id)?),
        };
        Ok((shown.collect::<Result<_, _>>()?, next))
    }

    /// One request.
    ///
    /// # Errors
    /// As [`Client::wait`].
    pub async fn approval(&mut self, id: Uuid) -> Result<ShownApproval, ClientError> {
        let request = wire::GetApprovalRequest {
            approval_id: id.to_string(),
        };
        let calls = self.calls();
        let answer = calls.answer(self.approvals().get_approval(request)).await?;
        shown(answer.into_inner().approval)
    }

    /// What the requests that were recorded from `since` on came to.
    ///
    /// # Errors
    /// As [`Client::wait`].
    pub async fn approval_stats(&mut self, since: Timestamp) -> Result<ApprovalStats, ClientError> {
        let request = wire::GetApprovalStatsRequest {
            since: (since > Timestamp::MIN).then(|| timestamp(since)),
        };
        let calls = self.calls();
        let answer = calls.work(self.approvals().get_approval_stats(request));
        Ok(answer.await?.into_inner().try_into()?)
    }

    /// Each request as it changes, from now on.
    ///
    /// # Errors
    /// As [`Client::wait`].
    pub async fn watch_approvals(
        &mut self,
    ) -> Result<BoxStream<'static, Result<ShownApproval, ClientError>>, ClientError> {
        let request = wire::WatchApprovalsRequest {};
        let calls = self.calls();
        let events = calls
            .answer(self.approvals().watch_approvals(request))
            .await?;
        let events = events.into_inner().map(|event| shown(event?.approval));
        Ok(events.boxed())
    }

    /// Gives the service a signed approval.
    ///
    /// # Errors
    /// As [`Client::wait`].
    pub async fn approve(&mut self, envelope: Vec<u8>) -> Result<Answered, ClientError> {
        let request = wire::ApproveRequest { envelope };
        let calls = self.calls();
        let answer = calls.work(self.approvals().approve(request)).await?;
        let wire::ApproveResponse {
            approval,
            person,
            is_new,
            missing,
        } = answer.into_inner();
        Ok(Answered {
            approval: shown(approval)?,
            person,
            is_new,
            missing,
        })
    }

    /// Gives the service a signed denial.
    ///
    /// # Errors
    /// As [`Client::wait`].
    pub async fn deny(&mut self, envelope: Vec<u8>) -> Result<Answered, ClientError> {
        let request = wire::DenyRequest { envelope };
        let calls = self.calls();
        let answer = calls.work(self.approvals().deny(request)).await?;
        let wire::DenyResponse {
            approval,
            person,
            is_new,
        } = answer.into_inner();
        Ok(Answered {
            approval: shown(approval)?,
            person,
            is_new,
            missing: String::new(),
        })
    }

    /// Takes a request back that this user made.
    ///
    /// # Errors
    /// As [`Client::wait`].
    pub async fn cancel_approval(&mut self, id: Uuid) -> Result<ShownApproval, ClientError> {
        let request = wire::CancelRequest {
            approval_id: id.to_string(),
            envelope: None,
        };
        let calls = self.calls();
        let answer = calls.work(self.approvals().cancel(request)).await?;
        shown(answer.into_inner().approval)
    }

    /// Takes a request back by a signed document. What is answered: the request, and the id of the
    /// person.
    ///
    /// # Errors
    /// As [`Client::wait`].
    pub async fn cancel_signed(
        &mut self,
        envelope: Vec<u8>,
    ) -> Result<(ShownApproval, String), ClientError> {
        let request = wire::CancelRequest {
            approval_id: String::new(),
            envelope: Some(envelope),
        };
        let calls = self.calls();
        let answer = calls.work(self.approvals().cancel(request)).await?;
        let wire::CancelResponse { approval, person } = answer.into_inner();
        let person = person.ok_or(FieldError::missing("person"))?;
        Ok((shown(approval)?, person))
    }
}

fn shown(approval: Option<wire::Approval>) -> Result<ShownApproval, ClientError> {
    let approval = approval.ok_or(FieldError::missing("approval"))?;
    Ok(approval.try_into()?)
}
