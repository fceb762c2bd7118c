//! `DecisionService`.

use std::sync::Arc;

use futures::StreamExt as _;
use futures::stream::{self, BoxStream};
use jiff::Timestamp;
use prost::Message as _;
use tokio::task::consume_budget;
use tonic::{Request, Response, Status, Streaming};

use super::ahead::in_shares;
use super::nonce::nonce;
use crate::action::{Action, Request as ActionRequest};
use crate::authority::established::{Established, Quick};
use crate::authority::recording::Unrecorded;
use crate::authority::signing::{AnswerKey, Nonce};
use crate::authority::{Answer, Ask, Authority};
use crate::grpc::approval::asker;
use crate::grpc::codec::Received;
use crate::grpc::convert::FieldError;
use crate::grpc::lifetime::{Closing, until_closed};
use crate::grpc::limits::{MAX_INLINE_BYTES, SMALL_MESSAGE_BYTES};
use crate::grpc::shares::Shares;
use crate::grpc::status::Refusal;
use crate::grpc::stream_room::{Apart, StreamRoom};
use crate::grpc::turns::{Origin, Size, Turns};
use crate::grpc::wire::decide_stream_response::Result as ItemResult;
use crate::grpc::wire::decision_service_server::DecisionService;
use crate::grpc::wire::{DecideRequest, DecideResponse, DecideStreamResponse};

/// Makes decisions and answers them. Clones share everything.
#[derive(Clone)]
pub(in crate::grpc) struct Decisions {
    pub(in crate::grpc) authority: Arc<Authority>,
    pub(in crate::grpc) turns: Turns,
    pub(in crate::grpc) stream_room: StreamRoom,
    /// Decisions of streams that are under way.
    pub(in crate::grpc) ahead: Shares,
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
        self.finish(origin, self.begin(origin, request)?).await
    }

    /// Reads a request, and decides at once what is quick for certain.
    fn begin(&self, origin: Origin, request: DecideRequest) -> Result<Begun, Refusal> {
        let signer = self.signer(&request)?;
        let (action, ask): (Action, Ask) = request.try_into()?;
        let ask = ask.by(asker(origin.peer())).of_process(origin.process());
        let bytes = bytes_to_read(&action);
        let progress = match self.quickly(action, ask)? {
            Quick::Established(established) => {
                let unrecorded = self.authority.judge_to_record(established, ask);
                Progress::Judged(Box::new(unrecorded))
            }
            Quick::TakesLonger(action) => Progress::TakesLonger(action, ask),
        };
        Ok(Begun {
            signer,
            bytes,
            progress,
        })
    }

    /// Decides what may take longer, records the decision, and signs it if the caller asks for
    /// that.
    async fn finish(&self, origin: Origin, begun: Begun) -> Result<DecideResponse, Refusal> {
        let Begun {
            signer,
            bytes,
            progress,
        } = begun;
        let unrecorded = match progress {
            Progress::Judged(unrecorded) => unrecorded,
            Progress::TakesLonger(action, ask) => {
                let judge = move |authority: &Authority, established| {
                    let unrecorded = authority.judge_to_record(established, ask);
                    Box::new(match bytes <= MAX_INLINE_BYTES {
                        true => unrecorded,
                        false => unrecorded.without_facts(),
                    })
                };
                self.in_turn(origin, action, judge).await?
            }
        };
        let answer = unrecorded.record().await?;
        match signer {
            None => Ok(answer.into()),
            Some(signer) if bytes <= MAX_INLINE_BYTES => signer.sign(answer),
            Some(signer) => {
                let sign = move |_: &_| signer.sign(answer);
                self.turns.run(origin, Size::Decision(bytes), sign).await?
            }
        }
    }

    /// Begins with a request of a stream, as soon as there is room for it.
    async fn begin_ahead(self: &Arc<Self>, origin: Origin, request: DecideRequest) -> Ahead {
        let bytes = request.encoded_len();
        if bytes <= SMALL_MESSAGE_BYTES {
            return Ahead::Begun(self.begin(origin, request));
        }
        let decisions = Arc::clone(self);
        let decide = async move { decisions.respond(origin, request).await };
        Ahead::Apart(self.stream_room.spawn(bytes, decide).await)
    }

    /// What signs the answer, if the caller asks for that.
    fn signer(&self, request: &DecideRequest) -> Result<Option<Signer>, Refusal> {
        let Some(nonce) = nonce(request.nonce.as_deref())? else {
            return Ok(None);
        };
        let key = self.answer_key.clone().ok_or(Refusal::NoAnswerKey)?;
        Ok(Some(Signer { key, nonce }))
    }

    /// What the service would decide. Nobody acts on it, so it isn't recorded as a decision.
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
        match self.quickly(action, ask)? {
            Quick::Established(established) => Ok(judge(&self.authority, established)),
            Quick::TakesLonger(action) => self.in_turn(origin, action, judge).await,
        }
    }

    /// The facts of an action, if it is quick for certain to decide it.
    fn quickly(&self, action: Action, ask: Ask) -> Result<Quick, Refusal> {
        let action_type = action.action_type();
        let bytes = bytes_to_read(&action);
        let action = Arc::new(action);
        if bytes > MAX_INLINE_BYTES {
            return Ok(Quick::TakesLonger(action));
        }
        let quick = self.authority.establish_quickly(action, ask);
        Ok(quick.map_err(|error| FieldError::of_action(action_type, &error))?)
    }

    /// Judges an action that may take milliseconds: it waits for its turn.
    async fn in_turn<T: Send + 'static>(
        &self,
        origin: Origin,
        action: Arc<Action>,
        judge: impl FnOnce(&Authority, Established) -> T + Send + 'static,
    ) -> Result<T, Refusal> {
        let action_type = action.action_type();
        let size = Size::Decision(bytes_to_read(&action));
        let authority = Arc::clone(&self.authority);
        let decide = move |_: &_| {
            let established = authority.establish(action);
            established.map(|established| judge(&authority, established))
        };
        let decided = self.turns.run(origin, size, decide).await?;
        Ok(decided.map_err(|error| FieldError::of_action(action_type, &error))?)
    }
}

/// How far a request of a stream is.
enum Ahead {
    Begun(Result<Begun, Refusal>),
    Apart(Apart<Result<DecideResponse, Refusal>>),
}

/// What of a request is already done.
struct Begun {
    signer: Option<Signer>,
    /// Bytes of the action that facts are made of.
    bytes: usize,
    progress: Progress,
}

/// How far a decision is. Both are small, because a stream moves many of them.
enum Progress {
    Judged(Box<Unrecorded>),
    TakesLonger(Arc<Action>, Ask),
}

/// One response of a stream.
fn item(index: u64, result: Result<DecideResponse, Refusal>) -> DecideStreamResponse {
    let result = match result {
        Ok(answer) => ItemResult::Answer(answer),
        Err(refusal) => ItemResult::Error(refusal.into()),
    };
    DecideStreamResponse {
        index,
        result: Some(result),
    }
}

/// Bytes of an action that facts are made of.
fn bytes_to_read(action: &Action) -> usize {
    let target = match &action.request {
        ActionRequest::ExecuteCommand { command_line } => command_line.len(),
        ActionRequest::ReadFile { path }
        | ActionRequest::WriteFile { path }
        | ActionRequest::SearchFiles { path, .. } => path.len(),
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

    /// The responses are the requests, mapped, without a channel. What is quick is decided in the
    /// order of the requests. Several are decided before the first of them is recorded, so that one
    /// sync of the disk serves them all.
    async fn decide_stream(
        &self,
        request: Request<Streaming<Received<DecideRequest>>>,
    ) -> Result<Response<Self::DecideStreamStream>, Status> {
        let decisions = Arc::new(self.clone());
        let origin = Origin::of(&request);
        let received = request.into_inner().zip(stream::iter(0..));
        let finishing = Arc::clone(&decisions);
        // The next message is not read while this one waits for room.
        let begun = received.then(move |(received, index)| {
            let decisions = Arc::clone(&decisions);
            async move {
                // Many that are quick take long together: others are polled between them.
                consume_budget().await;
                let ahead = match received {
                    Err(status) => Err(lost(index, &status)),
                    Ok(Received(Err(refusal))) => Ok(Ahead::Begun(Err(refusal.into()))),
                    Ok(Received(Ok(request))) => Ok(decisions.begin_ahead(origin, request).await),
                };
                (index, ahead)
            }
        });
        let answers = begun.map(move |(index, ahead)| {
            let decisions = Arc::clone(&finishing);
            async move {
                let answer = match ahead? {
                    Ahead::Begun(Ok(begun)) => decisions.finish(origin, begun).await,
                    Ahead::Begun(Err(refusal)) => Err(refusal),
                    Ahead::Apart(apart) => apart.answer().await,
                };
                Ok(item(index, answer))
            }
        });
        let answers = in_shares(answers, self.ahead.clone(), origin);
        Ok(Response::new(until_closed(answers, self.closing.clone())))
    }
}

/// After a message that could not be received, the start of the next message is unknown.
fn lost(index: u64, status: &Status) -> Status {
    let message = format!("request {index} of the stream: {}", status.message());
    Status::new(status.code(), message)
}
