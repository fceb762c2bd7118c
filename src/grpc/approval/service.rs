//! `ApprovalService`.

use std::sync::Arc;
use std::time::{Duration, Instant};

use futures::stream::{self, BoxStream};
use jiff::Timestamp;
use tokio::sync::broadcast::Receiver;
use tokio::sync::broadcast::error::RecvError;
use tonic::{Extensions, Request, Response, Status};
use uuid::Uuid;

use super::asker;
use super::convert::{ShownState, id};
use crate::approval::answer::Answer as Decided;
use crate::authority::Authority;
use crate::authority::approvals::answering::{Answered, ApprovalError};
use crate::authority::approvals::{Approvals, Shown};
use crate::grpc::convert::field::FieldError;
use crate::grpc::convert::names::all_known;
use crate::grpc::convert::time::time;
use crate::grpc::door::{Door, JournalReads};
use crate::grpc::inquiries::Inquiries;
use crate::grpc::lifetime::{Closing, until_closed, until_given_way};
use crate::grpc::refusals::{author, to_its_end};
use crate::grpc::shares::{Share, Shares};
use crate::grpc::status::Refusal;
use crate::grpc::turns::{Origin, Size, Turns};
use crate::grpc::wire;
use crate::grpc::wire::approval_service_server::ApprovalService;
use crate::grpc::wire::{
    ApproveRequest, ApproveResponse, CancelRequest, CancelResponse, DenyRequest, DenyResponse,
    GetApprovalRequest, GetApprovalResponse, GetApprovalStatsRequest, GetApprovalStatsResponse,
    ListApprovalsRequest, ListApprovalsResponse, WaitRequest, WaitResponse, WatchApprovalsRequest,
    WatchApprovalsResponse,
};
use crate::journal::query::{ApprovalGathering, ApprovalScan, ApprovalStats};

/// Shows requests for approvals, and takes the answers to them.
pub(in crate::grpc) struct ApprovalCalls {
    pub(in crate::grpc) authority: Arc<Authority>,
    pub(in crate::grpc) door: Door,
    /// Who may see what was asked for.
    pub(in crate::grpc) reads: JournalReads,
    /// How often each peer has given an answer that doesn't count.
    pub(in crate::grpc) answers: Arc<Inquiries>,
    /// Those of calls that wait.
    pub(in crate::grpc) waiting: Shares,
    /// Those of calls that watch.
    pub(in crate::grpc) watchers: Shares,
    /// What counts requests. Absent on the agents' door, where nobody may see what was asked for.
    pub(in crate::grpc) counting: Option<Counting>,
    pub(in crate::grpc) closing: Closing,
}

/// What counts requests in the journal.
pub(in crate::grpc) struct Counting {
    /// The threads for single steps of a count.
    pub(in crate::grpc) steps: Turns,
    /// Those of calls that read the journal.
    pub(in crate::grpc) reads_at_once: Shares,
    /// Those of calls that count.
    pub(in crate::grpc) counts_at_once: Shares,
}

type Answer<T> = Result<Response<T>, Status>;

impl ApprovalCalls {
    fn approvals(&self) -> Result<&Arc<Approvals>, Refusal> {
        let approvals = self.authority.approvals();
        approvals.ok_or(Refusal::Approval(ApprovalError::NoApprovals))
    }

    fn admit_reader(&self, method: &'static str) -> Result<(), Refusal> {
        self.door.admit_person(method)?;
        match self.reads {
            JournalReads::Everybody => Ok(()),
            JournalReads::Admin => self.door.admit(method),
        }
    }

    fn counting(&self, method: &'static str) -> Result<&Counting, Refusal> {
        let counting = self.counting.as_ref();
        counting.ok_or(Refusal::NotForAgents { method })
    }

    /// Does what looks at many requests, or verifies a signature.
    async fn in_turn<T: Send + 'static>(
        &self,
        origin: Origin,
        method: &'static str,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, Refusal> {
        let steps = &self.counting(method)?.steps;
        steps.run(origin, Size::Unknown, move |_: &_| work()).await
    }

    /// Counts what the requests from `since` on came to, a step at a time.
    async fn count(&self, origin: Origin, since: Timestamp) -> Result<ApprovalStats, Refusal> {
        let recording = self.authority.recording().ok_or(Refusal::NoJournal)?;
        let directory = recording.journal().directory().to_owned();
        let Counting {
            steps,
            reads_at_once,
            counts_at_once,
        } = self.counting("GetApprovalStats")?;
        let _count = counts_at_once.take(origin).ok_or(Refusal::BusyReads)?;
        let _share = reads_at_once
            .take_in_turn(origin)
            .ok_or(Refusal::BusyReads)?;
        let open = move |_: &_| ApprovalScan::open_for_call(&directory, since);
        let mut scan = steps.run(origin, Size::Unknown, open).await??;
        let mut gathering = ApprovalGathering::default();
        loop {
            let step = move |_: &_| {
                let more = gathering.step(&mut scan);
                more.map(|more| (gathering, scan, more))
            };
            let stepped = steps.run(origin, Size::Unknown, step).await??;
            match stepped {
                (gathered, _, false) => return Ok(gathered.finish()),
                (gathered, further, true) => (gathering, scan) = (gathered, further),
            }
        }
    }

    /// Takes a signed answer that must say `expected`.
    async fn answer(
        &self,
        origin: Origin,
        extensions: &Extensions,
        envelope: Vec<u8>,
        expected: Decided,
    ) -> Result<Answered, Refusal> {
        let method = match expected {
            Decided::Approve => "Approve",
            Decided::Deny => "Deny",
            Decided::Cancel => "Cancel",
        };
        self.door.admit_person(method)?;
        let envelope = Arc::new(envelope);
        let (authority, given) = (Arc::clone(&self.authority), Arc::clone(&envelope));
        let verify = move || authority.verify_answer(&given, expected);
        // Only what doesn't count is limited: else those without a key could use up what people may send.
        if let Err(error) = self.in_turn(origin, method, verify).await? {
            return Err(match self.answers.may_ask(origin.peer(), Instant::now()) {
                true => Refusal::Approval(error),
                false => Refusal::TooManyAnswers,
            });
        }
        let (authority, by) = (Arc::clone(&self.authority), author(extensions));
        let answered =
            to_its_end(async move { authority.answer_request(&envelope, expected, by).await });
        let answered = answered.await??;
        tracing::info!(
            approval_id = %answered.shown.request.id(),
            person = answered.person,
            answer = expected.as_str(),
            state = answered.shown.state.as_str(),
            "request for an approval answered"
        );
        Ok(answered)
    }
}

#[tonic::async_trait]
impl ApprovalService for ApprovalCalls {
    async fn wait(&self, request: Request<WaitRequest>) -> Answer<WaitResponse> {
        let origin = Origin::of(&request);
        let WaitRequest {
            approval_id,
            timeout,
        } = request.into_inner();
        let id = id("approval_id", &approval_id).map_err(Refusal::Field)?;
        let wait = timeout.and_then(|it| Duration::try_from(it).ok());
        let share = self.waiting.take_in_turn(origin);
        let share = share.ok_or(Refusal::BusyWaits)?;
        let approvals = Arc::clone(self.approvals()?);
        let state = tokio::select! {
            state = approvals.wait(id, wait.unwrap_or_default()) => state,
            () = self.closing.clone().wait() => return Err(Refusal::ShuttingDown.into()),
            () = share.given_way() => return Err(Refusal::GaveWay.into()),
        };
        let state = ShownState::from(state.map_err(Refusal::Approval)?);
        Ok(Response::new(WaitResponse {
            state: wire::ApprovalState::from(state).into(),
        }))
    }

    async fn list_approvals(
        &self,
        request: Request<ListApprovalsRequest>,
    ) -> Answer<ListApprovalsResponse> {
        self.admit_reader("ListApprovals")?;
        let origin = Origin::of(&request);
        let ListApprovalsRequest { states, before } = request.into_inner();
        let states = all_known::<wire::ApprovalState, ShownState>("states", states);
        let states = states.map_err(Refusal::Field)?;
        let before = match before.as_str() {
            "" => None,
            before => Some(id("before", before).map_err(Refusal::Field)?),
        };
        let wanted = move |state| states.is_empty() || states.contains(&ShownState::from(state));
        let approvals = Arc::clone(self.approvals()?);
        let page = move || approvals.page(before, wanted);
        let (shown, next) = self.in_turn(origin, "ListApprovals", page).await?;
        Ok(Response::new(ListApprovalsResponse {
            approvals: shown.into_iter().map(Into::into).collect(),
            next_before: next.map_or_else(String::new, |id| id.to_string()),
        }))
    }

    async fn get_approval(
        &self,
        request: Request<GetApprovalRequest>,
    ) -> Answer<GetApprovalResponse> {
        self.admit_reader("GetApproval")?;
        let GetApprovalRequest { approval_id } = request.into_inner();
        let id = id("approval_id", &approval_id).map_err(Refusal::Field)?;
        let shown = self.approvals()?.get(id).map_err(Refusal::Approval)?;
        Ok(Response::new(GetApprovalResponse {
            approval: Some(shown.into()),
        }))
    }

    async fn get_approval_stats(
        &self,
        request: Request<GetApprovalStatsRequest>,
    ) -> Answer<GetApprovalStatsResponse> {
        self.admit_reader("GetApprovalStats")?;
        let origin = Origin::of(&request);
        let GetApprovalStatsRequest { since } = request.into_inner();
        let since = time("since", since).map_err(Refusal::Field)?;
        let stats = self.count(origin, since.unwrap_or(Timestamp::MIN)).await?;
        Ok(Response::new(GetApprovalStatsResponse {
            stats: Some(stats.into()),
        }))
    }

    type WatchApprovalsStream = BoxStream<'static, Result<WatchApprovalsResponse, Status>>;

    async fn watch_approvals(
        &self,
        request: Request<WatchApprovalsRequest>,
    ) -> Answer<Self::WatchApprovalsStream> {
        self.admit_reader("WatchApprovals")?;
        let approvals = Arc::clone(self.approvals()?);
        let share = self.watchers.take_in_turn(Origin::of(&request));
        let share = share.ok_or(Refusal::BusyWaits)?;
        let given_way = share.given_way();
        let watcher = Watcher {
            changes: approvals.changes(),
            approvals,
            _share: share,
        };
        let events = stream::unfold(watcher, |mut watcher| async move {
            let shown = watcher.next().await?;
            let response = WatchApprovalsResponse {
                approval: Some(shown.into()),
            };
            Some((Ok(response), watcher))
        });
        let events = until_given_way(events, given_way);
        Ok(Response::new(until_closed(events, self.closing.clone())))
    }

    async fn approve(&self, request: Request<ApproveRequest>) -> Answer<ApproveResponse> {
        let origin = Origin::of(&request);
        let (_, extensions, ApproveRequest { envelope }) = request.into_parts();
        let answered = self.answer(origin, &extensions, envelope, Decided::Approve);
        Ok(Response::new(answered.await?.into()))
    }

    async fn deny(&self, request: Request<DenyRequest>) -> Answer<DenyResponse> {
        let origin = Origin::of(&request);
        let (_, extensions, DenyRequest { envelope }) = request.into_parts();
        let answered = self.answer(origin, &extensions, envelope, Decided::Deny);
        let Answered {
            shown,
            person,
            is_new,
            missing: _,
        } = answered.await?;
        Ok(Response::new(DenyResponse {
            approval: Some(shown.into()),
            person,
            is_new,
        }))
    }

    async fn cancel(&self, request: Request<CancelRequest>) -> Answer<CancelResponse> {
        self.door.admit_person("Cancel")?;
        let origin = Origin::of(&request);
        let asker = asker(origin.peer());
        let (_, extensions, request) = request.into_parts();
        let CancelRequest {
            approval_id,
            envelope,
        } = request;
        if let Some(envelope) = envelope {
            if !approval_id.is_empty() {
                let problem = "must be empty beside `envelope`, which names the request";
                return Err(Refusal::Field(FieldError::new("approval_id", problem)).into());
            }
            let answered = self.answer(origin, &extensions, envelope, Decided::Cancel);
            let answered = answered.await?;
            return Ok(Response::new(CancelResponse {
                approval: Some(answered.shown.into()),
                person: Some(answered.person),
            }));
        }
        let by = author(&extensions);
        let id = id("approval_id", &approval_id).map_err(Refusal::Field)?;
        let authority = Arc::clone(&self.authority);
        let cancelled = to_its_end(async move { authority.cancel_request(id, asker, by).await });
        let shown = cancelled.await?.map_err(Refusal::Approval)?;
        Ok(Response::new(CancelResponse {
            approval: Some(shown.into()),
            person: None,
        }))
    }
}

/// One that reads changes of requests as fast as its connection takes them.
struct Watcher {
    changes: Receiver<Uuid>,
    approvals: Arc<Approvals>,
    _share: Share,
}

impl Watcher {
    /// The next request that changed.
    async fn next(&mut self) -> Option<Shown> {
        loop {
            match self.changes.recv().await {
                Ok(id) => {
                    // One that is forgotten already is left out.
                    if let Ok(shown) = self.approvals.get(id) {
                        return Some(shown);
                    }
                }
                Err(RecvError::Lagged(_)) => {}
                Err(RecvError::Closed) => return None,
            }
        }
    }
}
