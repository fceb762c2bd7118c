//! `DecisionService`.

use std::sync::Arc;
use std::task::Poll;

use futures::stream::{self, BoxStream};
use futures::{FutureExt as _, Stream, StreamExt as _};
use jiff::Timestamp;
use tonic::{Request, Response, Status, Streaming};

use super::codec::Received;
use super::convert::{FieldError, nonce};
use super::limits::{MAX_INLINE_BYTES, MAX_STREAM_AHEAD};
use super::server::Closing;
use super::status::Refusal;
use super::wire::decide_stream_response::Result as ItemResult;
use super::wire::decision_service_server::DecisionService;
use super::wire::{DecideRequest, DecideResponse, DecideStreamResponse};
use super::workload::Workload;
use crate::action::{Action, ActionError, Request as ActionRequest};
use crate::authority::signing::{AnswerKey, Nonce, SignedAnswer};
use crate::authority::{Answer, Ask, Authority};

/// Decides; clones share everything.
#[derive(Clone)]
pub(super) struct Decisions {
    pub(super) authority: Arc<Authority>,
    pub(super) workload: Workload,
    pub(super) closing: Closing,
    /// What signs answers, where callers ask for that. Without a journal there is none.
    pub(super) answer_key: Option<Arc<AnswerKey>>,
}

/// Signs one answer.
struct Signer<'a> {
    key: &'a AnswerKey,
    nonce: Nonce,
}

impl Signer<'_> {
    fn sign(&self, answer: &Answer) -> Result<SignedAnswer, Refusal> {
        let signed = self
            .key
            .sign(&answer.decision, &self.nonce, Timestamp::now());
        signed.map_err(|error| Refusal::internal(&error))
    }
}

impl Decisions {
    async fn respond(&self, request: DecideRequest) -> Result<DecideResponse, Refusal> {
        let signer = self.signer(&request)?;
        let (action, ask) = request.try_into()?;
        let answer = self.answer(action, ask).await?;
        let signed = signer.map(|signer| signer.sign(&answer)).transpose()?;
        Ok(DecideResponse {
            signed: signed.map(Into::into),
            ..answer.into()
        })
    }

    /// What signs the answer, if the caller asks for that.
    fn signer(&self, request: &DecideRequest) -> Result<Option<Signer<'_>>, Refusal> {
        let Some(nonce) = nonce(request.nonce.as_deref())? else {
            return Ok(None);
        };
        let key = self.answer_key.as_deref().ok_or(Refusal::NoAnswerKey)?;
        Ok(Some(Signer { key, nonce }))
    }

    async fn answer(&self, action: Action, ask: Ask) -> Result<Answer, Refusal> {
        let unrecorded = self
            .work(action, ask, |action| {
                self.authority.decide_to_record(action, ask)
            })
            .await?;
        Ok(unrecorded.record().await?)
    }

    /// What would be decided. Nobody acts on it, so it isn't recorded.
    pub(super) async fn explain(&self, action: Action, ask: Ask) -> Result<Answer, Refusal> {
        let decide = |action| self.authority.decide(action, ask);
        self.work(action, ask, decide).await
    }

    /// Quick work is done where the call is; what may take milliseconds waits its turn.
    async fn work<T>(
        &self,
        action: Action,
        ask: Ask,
        decide: impl FnOnce(Arc<Action>) -> Result<T, ActionError>,
    ) -> Result<T, Refusal> {
        let action_type = action.action_type();
        let action = Arc::new(action);
        let decided = if self.authority.is_quick(ask) && is_small(&action) {
            decide(action)
        } else {
            self.workload.run(|| decide(action)).await?
        };
        Ok(decided.map_err(|error| FieldError::of_action(action_type, &error))?)
    }

    async fn item(&self, index: u64, request: Received<DecideRequest>) -> DecideStreamResponse {
        let result = match request {
            Received(Ok(request)) => self.respond(request).await,
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

/// Whether the facts of an action take microseconds to establish.
fn is_small(action: &Action) -> bool {
    let parsed = match &action.request {
        ActionRequest::ExecuteCommand { command_line } => command_line.len(),
        ActionRequest::McpToolCall(call) => call.definition.as_deref().map_or(0, str::len),
        _ => 0,
    };
    let plan = action.terraform_plan.as_deref().map_or(0, str::len);
    parsed + plan <= MAX_INLINE_BYTES
}

#[tonic::async_trait]
impl DecisionService for Decisions {
    async fn decide(
        &self,
        request: Request<DecideRequest>,
    ) -> Result<Response<DecideResponse>, Status> {
        Ok(Response::new(self.respond(request.into_inner()).await?))
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
        let numbered = request.into_inner().zip(stream::iter(0..));
        let answers = numbered.map(move |(received, index)| {
            let decisions = Arc::clone(&decisions);
            async move {
                let received = received.map_err(|status| lost(index, &status))?;
                Ok(decisions.item(index, received).await)
            }
        });
        let answers = answers.buffered(MAX_STREAM_AHEAD);
        Ok(Response::new(until_closed(answers, self.closing.clone())))
    }
}

/// What comes after a message that could not be received can't be told apart.
fn lost(index: u64, status: &Status) -> Status {
    let message = format!("request {index} of the stream: {}", status.message());
    Status::new(status.code(), message)
}

/// Goes on until the service closes its streams, then ends as `UNAVAILABLE`.
pub(super) fn until_closed<T: Send + 'static>(
    answers: impl Stream<Item = Result<T, Status>> + Send + 'static,
    closing: Closing,
) -> BoxStream<'static, Result<T, Status>> {
    let mut answers = Box::pin(answers);
    let mut closed = Box::pin(closing.clone().wait());
    let refuse = || Some(Err(Status::from(Refusal::ShuttingDown)));
    stream::poll_fn(move |context| {
        if closing.is_closed() {
            return Poll::Ready(refuse());
        }
        match answers.poll_next_unpin(context) {
            Poll::Ready(answer) => Poll::Ready(answer),
            // Only an idle stream needs to be woken.
            Poll::Pending => closed.poll_unpin(context).map(|()| refuse()),
        }
    })
    .boxed()
}
