//! `LifecycleService`.

use std::sync::Arc;

use arc_swap::ArcSwap;
use tonic::{Request, Response, Status};

use super::changes::described;
use super::convert::{digest, status, stored};
use super::documents::wanted_return;
use super::events::page;
use super::reason::needed_reason;
use crate::authority::Authority;
use crate::authority::admission::Admission;
use crate::authority::gate::changes::Recorded;
use crate::authority::gate::documents::Given as Documents;
use crate::authority::gate::promote::Changed;
use crate::authority::gate::{GateError, PolicyStore};
use crate::canonical::Digest;
use crate::grpc::convert::field::FieldError;
use crate::grpc::door::{Door, JournalReads};
use crate::grpc::policy::Given;
use crate::grpc::policy::named::packed;
use crate::grpc::refusals::{author, to_its_end};
use crate::grpc::status::Refusal;
use crate::grpc::turns::{Origin, Size, Turns};
use crate::grpc::wire;
use crate::grpc::wire::lifecycle_service_server::LifecycleService;
use crate::grpc::wire::{
    BreakGlassRequest, BreakGlassResponse, DescribeChangeRequest, DescribeChangeResponse,
    GetLifecycleRequest, GetLifecycleResponse, ListLifecycleRequest, ListLifecycleResponse,
    PromoteRequest, PromoteResponse, ProposeRequest, ProposeResponse, RatifyRequest,
    RatifyResponse, RollBackRequest, RollBackResponse, SubmitRequest, SubmitResponse,
    WithdrawRequest, WithdrawResponse,
};
use crate::library::Library;

/// Changes what is enforced, and says how that came about.
pub(in crate::grpc) struct Lifecycles {
    pub(in crate::grpc) authority: Arc<Authority>,
    pub(in crate::grpc) inspections: Turns,
    pub(in crate::grpc) library: Arc<ArcSwap<Library>>,
    pub(in crate::grpc) admission: Admission,
    pub(in crate::grpc) door: Door,
    pub(in crate::grpc) reads: JournalReads,
}

type Answer<T> = Result<Response<T>, Status>;

impl Lifecycles {
    fn store(&self) -> Result<&PolicyStore, Refusal> {
        self.authority
            .store()
            .ok_or(Refusal::Gate(GateError::NoStore))
    }

    fn admit_reader(&self, method: &'static str) -> Result<(), Refusal> {
        match self.reads {
            JournalReads::Everybody => Ok(()),
            JournalReads::Admin => self.door.admit(method),
        }
    }

    /// Does what compiles packs or reads the journal.
    async fn inspect<T: Send + 'static>(
        &self,
        origin: Origin,
        work: impl FnOnce(&Authority, &Admission) -> Result<T, GateError> + Send + 'static,
    ) -> Result<T, Refusal> {
        let (authority, admission) = (Arc::clone(&self.authority), self.admission.clone());
        let work = move |_: &_| work(&authority, &admission);
        let done = self.inspections.run(origin, Size::Unknown, work).await?;
        done.map_err(Refusal::Gate)
    }
}

#[tonic::async_trait]
impl LifecycleService for Lifecycles {
    async fn propose(&self, request: Request<ProposeRequest>) -> Answer<ProposeResponse> {
        self.door.admit("Propose")?;
        let (by, origin) = (author(request.extensions()), Origin::of(&request));
        self.store()?;
        let (given, reason) = proposal(request.into_inner()).map_err(Refusal::Field)?;
        let (library, admission) = (self.library.load_full(), self.admission.clone());
        let work = move |_: &_| packed(&admission, &library, given);
        let packed = self.inspections.run(origin, Size::Unknown, work).await??;
        let bundle_digest = packed.digests.bundle_digest;
        let authority = Arc::clone(&self.authority);
        let reason = Some(reason);
        let proposed = to_its_end(async move { authority.propose(packed, by, reason).await });
        let is_new = proposed.await?.map_err(Refusal::Gate)?;
        tracing::info!(%bundle_digest, is_new, "candidate proposed");
        let kept = self.store()?.history().kept(bundle_digest).copied();
        Ok(Response::new(ProposeResponse {
            bundle: kept.as_ref().map(stored),
            is_new,
        }))
    }

    async fn withdraw(&self, request: Request<WithdrawRequest>) -> Answer<WithdrawResponse> {
        self.door.admit("Withdraw")?;
        let by = author(request.extensions());
        self.store()?;
        let WithdrawRequest {
            bundle_digest,
            reason,
        } = request.into_inner();
        let bundle_digest = digest("bundle_digest", &bundle_digest).map_err(Refusal::Field)?;
        let authority = Arc::clone(&self.authority);
        let reason = needed_reason(reason).map_err(Refusal::Field)?;
        let reason = Some(reason);
        let withdrawn =
            to_its_end(async move { authority.withdraw(bundle_digest, by, reason).await });
        withdrawn.await?.map_err(Refusal::Gate)?;
        tracing::info!(%bundle_digest, "candidate withdrawn");
        Ok(Response::new(WithdrawResponse {}))
    }

    async fn submit(&self, request: Request<SubmitRequest>) -> Answer<SubmitResponse> {
        self.door.admit("Submit")?;
        let by = author(request.extensions());
        let SubmitRequest { envelope } = request.into_inner();
        let authority = Arc::clone(&self.authority);
        let submitted = to_its_end(async move { authority.submit(&envelope, by).await });
        let submitted = submitted.await?.map_err(Refusal::Gate)?;
        tracing::info!(
            kind = submitted.kind,
            person = submitted.person,
            request = submitted.request_digest.map(tracing::field::display),
            "document submitted"
        );
        Ok(Response::new(SubmitResponse {
            kind: submitted.kind.to_owned(),
            request_digest: submitted
                .request_digest
                .map_or_else(String::new, |digest| digest.to_string()),
            person: submitted.person,
            is_new: submitted.is_new,
        }))
    }

    async fn promote(&self, request: Request<PromoteRequest>) -> Answer<PromoteResponse> {
        self.door.admit("Promote")?;
        let (by, origin) = (author(request.extensions()), Origin::of(&request));
        let PromoteRequest { documents } = request.into_inner();
        let documents = documents.ok_or(FieldError::missing("documents"));
        let documents = Documents::from(documents.map_err(Refusal::Field)?);
        let prepare = move |authority: &Authority, admission: &Admission| {
            authority.prepare_promotion(admission, &documents)
        };
        let prepared = self.inspect(origin, prepare).await?;
        let authority = Arc::clone(&self.authority);
        let promoted = to_its_end(async move { authority.promote(prepared, by).await });
        let changed = promoted.await?.map_err(Refusal::Gate)?;
        log(&changed, "policy promoted");
        Ok(Response::new(PromoteResponse {
            active: Some(changed.active.identity().as_ref().into()),
            previous: Some(changed.previous.identity().as_ref().into()),
            activation_index: changed.activation_index,
        }))
    }

    async fn roll_back(&self, request: Request<RollBackRequest>) -> Answer<RollBackResponse> {
        self.door.admit("RollBack")?;
        let (by, origin) = (author(request.extensions()), Origin::of(&request));
        self.store()?;
        let wanted = wanted_return(request.into_inner()).map_err(Refusal::Field)?;
        let rehearse = wanted.rehearse;
        let prepare = move |authority: &Authority, admission: &Admission| {
            authority.prepare_return(admission, wanted)
        };
        let prepared = self.inspect(origin, prepare).await?;
        let authority = Arc::clone(&self.authority);
        if rehearse {
            let rehearsed =
                to_its_end(async move { authority.rehearse_return(prepared, by).await });
            let index = rehearsed.await?.map_err(Refusal::Gate)?;
            let active = Arc::clone(self.authority.slot().active.identity());
            return Ok(Response::new(RollBackResponse {
                active: Some(active.as_ref().into()),
                previous: None,
                activation_index: index,
            }));
        }
        let returned = to_its_end(async move { authority.roll_back(prepared, by).await });
        let changed = returned.await?.map_err(Refusal::Gate)?;
        log(&changed, "policy rolled back");
        Ok(Response::new(RollBackResponse {
            active: Some(changed.active.identity().as_ref().into()),
            previous: Some(changed.previous.identity().as_ref().into()),
            activation_index: changed.activation_index,
        }))
    }

    async fn break_glass(&self, request: Request<BreakGlassRequest>) -> Answer<BreakGlassResponse> {
        self.door.admit("BreakGlass")?;
        let (by, origin) = (author(request.extensions()), Origin::of(&request));
        let BreakGlassRequest { statement } = request.into_inner();
        let prepare = move |authority: &Authority, admission: &Admission| {
            authority.prepare_break_glass(admission, &statement)
        };
        let prepared = self.inspect(origin, prepare).await?;
        let authority = Arc::clone(&self.authority);
        let broken = to_its_end(async move { authority.break_glass(prepared, by).await });
        let changed = broken.await?.map_err(Refusal::Gate)?;
        log(&changed, "policy in force by break-glass");
        Ok(Response::new(BreakGlassResponse {
            active: Some(changed.active.identity().as_ref().into()),
            previous: Some(changed.previous.identity().as_ref().into()),
            activation_index: changed.activation_index,
        }))
    }

    async fn ratify(&self, request: Request<RatifyRequest>) -> Answer<RatifyResponse> {
        self.door.admit("Ratify")?;
        let (by, origin) = (author(request.extensions()), Origin::of(&request));
        let RatifyRequest { documents } = request.into_inner();
        let documents = documents.ok_or(FieldError::missing("documents"));
        let documents = Documents::from(documents.map_err(Refusal::Field)?);
        let prepare =
            move |authority: &Authority, _: &Admission| authority.prepare_ratification(&documents);
        let prepared = self.inspect(origin, prepare).await?;
        let authority = Arc::clone(&self.authority);
        let ratified = to_its_end(async move { authority.ratify(prepared, by).await });
        let confirmed = ratified.await?.map_err(Refusal::Gate)?;
        let (activation_index, position) = (confirmed.activation_index, confirmed.position);
        tracing::info!(activation_index, position, "break-glass ratified");
        Ok(Response::new((&confirmed).into()))
    }

    async fn get_lifecycle(
        &self,
        request: Request<GetLifecycleRequest>,
    ) -> Answer<GetLifecycleResponse> {
        self.admit_reader("GetLifecycle")?;
        let origin = Origin::of(&request);
        let GetLifecycleRequest {} = request.into_inner();
        let look = move |authority: &Authority, _: &Admission| {
            let store = authority.store().ok_or(GateError::NoStore)?;
            Ok(status(authority, store))
        };
        Ok(Response::new(self.inspect(origin, look).await?))
    }

    async fn list_lifecycle(
        &self,
        request: Request<ListLifecycleRequest>,
    ) -> Answer<ListLifecycleResponse> {
        self.admit_reader("ListLifecycle")?;
        let ListLifecycleRequest { from } = request.into_inner();
        let history = self.store()?.history();
        let page = page(&history, from).map_err(|error| Refusal::internal(&error))?;
        Ok(Response::new(page))
    }

    async fn describe_change(
        &self,
        request: Request<DescribeChangeRequest>,
    ) -> Answer<DescribeChangeResponse> {
        self.admit_reader("DescribeChange")?;
        let origin = Origin::of(&request);
        let DescribeChangeRequest {
            position,
            with_diff,
        } = request.into_inner();
        let describe = move |authority: &Authority, _: &Admission| {
            let store = authority.store().ok_or(GateError::NoStore)?;
            described(&Recorded::of(store), position, with_diff)
        };
        Ok(Response::new(self.inspect(origin, describe).await?))
    }
}

fn proposal(request: ProposeRequest) -> Result<(Given, String), FieldError> {
    use wire::propose_request::Pack;
    let ProposeRequest { pack, reason } = request;
    let given = match pack.ok_or(FieldError::missing("pack"))? {
        Pack::PolicyId(id) => {
            crate::grpc::policy::convert::policy_id("policy_id", id).map(Given::Pack)
        }
        Pack::Bundle(bundle) => bundle.try_into().map(Given::Bundle),
    };
    Ok((given?, needed_reason(reason)?))
}

fn log(changed: &Changed, what: &str) {
    let digest = |policy: &crate::engine::Policy| -> Digest { policy.identity().effective_digest };
    tracing::info!(
        active = %digest(&changed.active),
        previous = %digest(&changed.previous),
        activation_index = changed.activation_index,
        "{what}"
    );
}
