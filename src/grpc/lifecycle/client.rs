//! The lifecycle of a service's policies, in domain types.

use super::{Changed, Event, Events, LifecycleStatus, Proposal, RatifiedPolicy};
use crate::authority::gate::documents::Given as Documents;
use crate::authority::gate::rollback::Return;
use crate::authority::gate::submit::Submitted;
use crate::canonical::Digest;
use crate::grpc::client::{Client, ClientError};
use crate::grpc::convert::FieldError;
use crate::grpc::policy::Given;
use crate::grpc::wire;

impl Client {
    /// Puts a pack into the store. Served on the admin socket only.
    ///
    /// # Errors
    /// If the service refuses, or answers what can't be read.
    pub async fn propose(&mut self, pack: Given, reason: String) -> Result<Proposal, ClientError> {
        use wire::propose_request::Pack;
        let pack = match pack {
            Given::Pack(id) => Pack::PolicyId(id),
            Given::Bundle(source) => Pack::Bundle(source.into()),
        };
        let request = wire::ProposeRequest {
            pack: Some(pack),
            reason,
        };
        let calls = self.calls();
        let answer = calls.work(self.lifecycles().propose(request)).await?;
        Ok(answer.into_inner().try_into()?)
    }

    /// Takes a candidate back. Served on the admin socket only.
    ///
    /// # Errors
    /// As [`Client::propose`].
    pub async fn withdraw(&mut self, bundle: Digest, reason: String) -> Result<(), ClientError> {
        let request = wire::WithdrawRequest {
            bundle_digest: bundle.to_string(),
            reason,
        };
        let calls = self.calls();
        let answer = calls.work(self.lifecycles().withdraw(request)).await?;
        let wire::WithdrawResponse {} = answer.into_inner();
        Ok(())
    }

    /// Records a signed document. Served on the admin socket only.
    ///
    /// # Errors
    /// As [`Client::propose`].
    pub async fn submit(&mut self, envelope: Vec<u8>) -> Result<Submitted, ClientError> {
        let request = wire::SubmitRequest { envelope };
        let calls = self.calls();
        let answer = calls.work(self.lifecycles().submit(request)).await?;
        let wire::SubmitResponse {
            kind,
            request_digest,
            person,
            is_new,
        } = answer.into_inner();
        let kinds = [
            "request",
            "approval",
            "rejection",
            "withdrawal",
            "acknowledgement",
        ];
        let known = kinds.into_iter().find(|known| *known == kind);
        Ok(Submitted {
            kind: known.ok_or_else(|| FieldError::new("kind", format!("is `{kind}`")))?,
            request_digest: match request_digest.as_str() {
                "" => None,
                text => Some(super::convert::digest("request_digest", text)?),
            },
            person,
            is_new,
        })
    }

    /// Puts a candidate in force. Served on the admin socket only.
    ///
    /// # Errors
    /// As [`Client::propose`].
    pub async fn promote(&mut self, documents: Documents) -> Result<Changed, ClientError> {
        let request = wire::PromoteRequest {
            documents: Some(documents.into()),
        };
        let calls = self.calls();
        let answer = calls.work(self.lifecycles().promote(request)).await?;
        Ok(answer.into_inner().try_into()?)
    }

    /// Puts a policy in force again, or tries that. Served on the admin socket only.
    ///
    /// # Errors
    /// As [`Client::propose`].
    pub async fn roll_back(&mut self, wanted: Return) -> Result<Changed, ClientError> {
        let Return {
            bundle_digest,
            documents,
            reason,
            rehearse,
        } = wanted;
        let request = wire::RollBackRequest {
            bundle_digest: bundle_digest.map_or_else(String::new, |digest| digest.to_string()),
            documents: documents.map(Into::into),
            reason: reason.unwrap_or_default(),
            rehearse,
        };
        let calls = self.calls();
        let answer = calls.work(self.lifecycles().roll_back(request)).await?;
        Ok(answer.into_inner().try_into()?)
    }

    /// Puts a policy in force by a break-glass statement. Served on the admin socket only.
    ///
    /// # Errors
    /// As [`Client::propose`].
    pub async fn break_glass(&mut self, statement: Vec<u8>) -> Result<Changed, ClientError> {
        let request = wire::BreakGlassRequest { statement };
        let calls = self.calls();
        let answer = calls.work(self.lifecycles().break_glass(request)).await?;
        Ok(answer.into_inner().try_into()?)
    }

    /// Ratifies what came into force by break-glass. Served on the admin socket only.
    ///
    /// # Errors
    /// As [`Client::propose`].
    pub async fn ratify(&mut self, documents: Documents) -> Result<RatifiedPolicy, ClientError> {
        let request = wire::RatifyRequest {
            documents: Some(documents.into()),
        };
        let calls = self.calls();
        let answer = calls.work(self.lifecycles().ratify(request)).await?;
        Ok(answer.into_inner().try_into()?)
    }

    /// What is in force, and what could be.
    ///
    /// # Errors
    /// As [`Client::propose`].
    pub async fn lifecycle(&mut self) -> Result<LifecycleStatus, ClientError> {
        let request = wire::GetLifecycleRequest {};
        let calls = self.calls();
        let answer = calls.work(self.lifecycles().get_lifecycle(request)).await?;
        Ok(answer.into_inner().try_into()?)
    }

    /// Everything that happened, the oldest first.
    ///
    /// # Errors
    /// As [`Client::propose`].
    pub async fn lifecycle_events(&mut self) -> Result<Vec<Event>, ClientError> {
        let mut all = Vec::new();
        let mut from = Some(0);
        while let Some(start) = from {
            let request = wire::ListLifecycleRequest { from: start };
            let calls = self.calls();
            let answer = calls
                .answer(self.lifecycles().list_lifecycle(request))
                .await?;
            let Events { events, next } = answer.into_inner().try_into()?;
            all.extend(events);
            // A service that answers the same page for ever is not followed.
            from = next.filter(|next| *next > start);
        }
        Ok(all)
    }
}
