//! `DecisionService`.

use std::sync::Arc;

use futures::StreamExt as _;
use futures::stream::{self, BoxStream};
use jiff::Timestamp;
use prost::Message as _;
use tokio::task::consume_budget;
use tonic::{Request, Response, Status, Streaming};

use super::nonce::nonce;
use crate::action::{Action, ActionError, Request as ActionRequest};
use crate::authority::established::{Established, Quick};
use crate::authority::signing::{AnswerKey, Nonce};
use crate::authority::{Answer, Ask, Authority};
use crate::grpc::codec::Received;
use crate::grpc::convert::FieldError;
use crate::grpc::lifetime::{Closing, until_closed};
use crate::grpc::limits::{MAX_INLINE_BYTES, MAX_STREAM_AHEAD};
use crate::grpc::status::Refusal;
use crate::grpc::stream_room::StreamRoom;
use crate::grpc::turns::{Origin, Size, Turns};
use crate::grpc::wire::decide_stream_response::Result as ItemResult;
use crate::grpc::wire::decision_service_server::DecisionService;
use crate::grpc::wire::{DecideRequest, DecideResponse, DecideStreamResponse};

/// Decides; clones share everything.
#[derive(Clone)]
pub(in crate::grpc) struct Decisions {
    pub(in crate::grpc) authority: Arc<Authority>,
    pub(in crate::grpc) turns: Turns,
    pub(in crate::grpc) stream_room: StreamRoom,
    pub(in crate::grpc) closing: Closing,
    /// What signs answers, where callers ask for that. Without a journal there is none.
    pub(in crate::grpc) answer_key: Option<Arc<AnswerKey>>,
}

/// Signs one answer.
struct Signer {
    key: Arc<AnswerKey>,
    nonce: Nonce,
}

impl Signer {
    /// Reads all of the action.
    fn sign(self, answer: Answer) -> Result<DecideResponse, Refusal> {
        let now = Timestamp::now();
        let signed = self.key.sign(&answer.decision, &self.nonce, now);
        let signed = signed.map_err(|error| Refusal::internal(&error))?;
        Ok(DecideResponse {
            signed: Some(signed.into()),
            ..answer.into()
        })
    }
}

/// What would be decided, and the facts as they are shown.
pub(in crate::grpc) struct Explained {
    pub(in crate::grpc) answer: Answer,
    pub(in crate::grpc) facts_json: serde_json::Result<String>,
    /// Facts that are not among those.
    pub(in crate::grpc) facts_left_out: usize,
}

impl Decisions {
    async fn respond(
        &self,
        origin: Origin,
        request: DecideRequest,
    ) -> Result<DecideResponse, Refusal> {
        let signer = self.signer(&request)?;
        let (action, ask) = request.try_into()?;
        let bytes = bytes_to_read(&action);
        let judge = move |authority: &Authority, established| {
            let unrecorded = authority.judge_to_record(established, ask);
            match bytes <= MAX_INLINE_BYTES {
                true => unrecorded,
                false => unrecorded.without_facts(),
            }
        };
        let unrecorded = self.work(origin, action, judge, ask).await?;
        let answer = unrecorded.record().await?;
        match signer {
            None => Ok(answer.into()),
            Some(signer) if bytes <= MAX_INLINE_BYTES => signer.sign(answer),
            Some(signer) => {
                let sign = move |_: &_| signer.sign(answer);
                self.turns.run(origin, Size::of(bytes), sign).await?
            }
        }
    }

    /// What signs the answer, if the caller asks for that.
    fn signer(&self, request: &DecideRequest) -> Result<Option<Signer>, Refusal> {
        let Some(nonce) = nonce(request.nonce.as_deref())? else {
            return Ok(None);
        };
        let key = self.answer_key.clone().ok_or(Refusal::NoAnswerKey)?;
        Ok(Some(Signer { key, nonce }))
    }

    /// What would be decided. Nobody acts on it, so it isn't recorded.
    pub(in crate::grpc) async fn explain(
        &self,
        origin: Origin,
        action: Action,
        ask: Ask,
    ) -> Result<Explained, Refusal> {
        let judge = move |authority: &Authority, established| {
            let answer = authority.judge(established, ask);
            let (shown, facts_left_out) = answer.facts.excerpt();
            let facts_json = serde_json::to_string(&shown);
            Explained {
                answer,
                facts_json,
                facts_left_out,
            }
        };
        self.work(origin, action, judge, ask).await
    }

    /// What is quick for certain is done where the call is; what may take milliseconds waits
    /// its turn.
    async fn work<T: Send + 'static>(
        &self,
        origin: Origin,
        action: Action,
        judge: impl FnOnce(&Authority, Established) -> T + Send + 'static,
        ask: Ask,
    ) -> Result<T, Refusal> {
        let action_type = action.action_type();
        let malformed = |error: ActionError| FieldError::of_action(action_type, &error);
        let bytes = bytes_to_read(&action);
        let mut action = Arc::new(action);
        if bytes <= MAX_INLINE_BYTES {
            // A stream decides many in a row: others on this thread come in between.
            consume_budget().await;
            let quick = self.authority.establish_quickly(action, ask);
            match quick.map_err(malformed)? {
                Quick::Established(established) => return Ok(judge(&self.authority, established)),
                Quick::TakesLonger(same) => action = same,
            }
        }
        let authority = Arc::clone(&self.authority);
        let decide = move |_: &_| {
            let established = authority.establish(action);
            established.map(|established| judge(&authority, established))
        };
        let decided = self.turns.run(origin, Size::of(bytes), decide).await?;
        Ok(decided.map_err(malformed)?)
    }

    async fn item(
        &self,
        origin: Origin,
        index: u64,
        request: Received<DecideRequest>,
    ) -> DecideStreamResponse {
        let result = match request {
            Received(Ok(request)) => self.respond(origin, request).await,
            Received(Err(error)) => Err(error.into()),
        };
        DecideStreamResponse {
            index,
            result: Some(match result {
                Ok(answer) => ItemResult::Answer(answer),
                Err(refusal) => ItemResult::Error(refusal.into()),
            }),
        }
    }
}

/// Bytes of an action that facts are made of.
fn bytes_to_read(action: &Action) -> usize {
    let target = match &action.request {
        ActionRequest::ExecuteCommand { command_line } => command_line.len(),
        ActionRequest::ReadFile { path } | ActionRequest::WriteFile { path } => path.len(),
        ActionRequest::GitOperation { operation, target } => operation.len() + target.len(),
        ActionRequest::McpToolCall(call) => call.definition.as_deref().map_or(0, str::len),
    };
    let plan = action.terraform_plan.as_deref().map_or(0, str::len);
    target + plan
}

#[tonic::async_trait]
impl DecisionService for Decisions {
    async fn decide(
        &self,
        request: Request<DecideRequest>,
    ) -> Result<Response<DecideResponse>, Status> {
        let origin = Origin::of(&request);
        let answer = self.respond(origin, request.into_inner()).await?;
        Ok(Response::new(answer))
    }

    type DecideStreamStream = BoxStream<'static, Result<DecideStreamResponse, Status>>;

    /// The responses are the requests, mapped: no channel and no task. Up to
    /// [`MAX_STREAM_AHEAD`] requests are decided before the first of them is recorded, so that
    /// one sync of the disk serves them all.
    async fn decide_stream(
        &self,
        request: Request<Streaming<Received<DecideRequest>>>,
    ) -> Result<Response<Self::DecideStreamStream>, Status> {
        let decisions = Arc::new(self.clone());
        let origin = Origin::of(&request);
        let room = self.stream_room.clone();
        let received = request.into_inner().zip(stream::iter(0..));
        // The next message is not read while this one waits for room.
        let received = received.then(move |(received, index)| {
            let room = room.clone();
            async move {
                let taken = room.take(bytes_ahead(&received)).await;
                (received, index, taken)
            }
        });
        let answers = received.map(move |(received, index, taken)| {
            let decisions = Arc::clone(&decisions);
            async move {
                let received = received.map_err(|status| lost(index, &status))?;
                // Many that are quick take long together: others are polled between them.
                consume_budget().await;
                let answer = decisions.item(origin, index, received).await;
                drop(taken);
                Ok(answer)
            }
        });
        let answers = answers.buffered(MAX_STREAM_AHEAD);
        Ok(Response::new(until_closed(answers, self.closing.clone())))
    }
}

/// Bytes of a message that is to be decided.
fn bytes_ahead(received: &Result<Received<DecideRequest>, Status>) -> usize {
    match received {
        Ok(Received(Ok(request))) => request.encoded_len(),
        Ok(Received(Err(_))) | Err(_) => 0,
    }
}

/// After a message that could not be received, the start of the next message is unknown.
fn lost(index: u64, status: &Status) -> Status {
    let message = format!("request {index} of the stream: {}", status.message());
    Status::new(status.code(), message)
}
