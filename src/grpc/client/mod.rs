//! A client that speaks domain types.

mod patience;
mod trust;

use crate::grpc::journal::JournalClient;
pub(super) use patience::Calls;
pub use patience::Patience;
use patience::within;
pub use trust::SocketOwners;
use trust::{Question, connect_owned};

use std::sync::Arc;
use std::time::Duration;

use futures::stream::BoxStream;
use futures::{Stream, StreamExt as _};
use tokio::sync::mpsc;
use tonic::transport::{Channel, Endpoint};
use tonic::{Code, Status};
use tonic_types::StatusExt as _;

use crate::action::Action;
use crate::authority::Ask;
use crate::authority::signing::{AnswerVerifier, ForgedAnswer};
use crate::grpc::convert::FieldError;
use crate::grpc::decision::{Answered, Explained};
use crate::grpc::limits::{
    CONNECTION_WINDOW_BYTES, KEEPALIVE_INTERVAL, KEEPALIVE_TIMEOUT, MAX_PIPELINED,
    MAX_RESPONSE_BYTES, STREAM_WINDOW_BYTES,
};
use crate::grpc::wire;
use crate::grpc::wire::approval_service_client::ApprovalServiceClient;
use crate::grpc::wire::decide_stream_response::Result as ItemResult;
use crate::grpc::wire::decision_service_client::DecisionServiceClient;
use crate::grpc::wire::journal_service_client::JournalServiceClient;
use crate::grpc::wire::lifecycle_service_client::LifecycleServiceClient;
use crate::grpc::wire::policy_service_client::PolicyServiceClient;
use crate::grpc::wire::shadow_service_client::ShadowServiceClient;

const NOT_SERVED: &str = "this endpoint doesn't serve the method; `serve --socket` and `--listen ADDR` serve \
     what anybody may ask, and changes need `serve --admin-socket`";

/// Why there is no answer. Never an allow.
#[derive(Debug, Clone, thiserror::Error)]
pub enum ClientError {
    /// The endpoint is not one that can be called.
    #[error("`{endpoint}` is not `http://HOST:PORT` or `unix:PATH`")]
    Endpoint {
        /// The endpoint, as the caller gave it.
        endpoint: String,
    },
    /// No service answers at the endpoint.
    #[error("can't connect to `{endpoint}`: {cause}")]
    Connect {
        /// The endpoint, as the caller gave it.
        endpoint: String,
        /// The error of the connection.
        cause: String,
    },
    /// The service did not answer in time.
    #[error("no answer within {}", patience::text(*.0))]
    TimedOut(Duration),
    /// The service refused, or one item of a stream was refused.
    #[error("{message} ({})", name(*code))]
    Refused {
        /// The gRPC code.
        code: Code,
        /// The reason, for a person.
        message: String,
        /// The path of the field at fault, if one is.
        field: Option<String>,
    },
    /// The service answered something that can't be read.
    #[error("the service's answer can't be read")]
    Answer(#[from] FieldError),
    /// Somebody else than the service may have answered.
    #[error(transparent)]
    Forged(#[from] ForgedAnswer),
    /// The socket is served by a user who isn't trusted to.
    #[error(
        "the socket `{path}` is served by the user {server}, not by {}", users(.owners)
    )]
    SocketOwner {
        /// The socket.
        path: String,
        /// Who serves it, by the user id.
        server: u32,
        /// The users who may serve the socket, by their user ids.
        owners: Vec<u32>,
    },
    /// The operating system has no random bytes for a question.
    #[error("the operating system gives no random bytes for a question")]
    NoRandomness,
    /// The service answered something else than what was asked.
    #[error("the service's answers are out of order")]
    OutOfOrder,
}

fn users(users: &[u32]) -> String {
    let users: Vec<String> = users.iter().map(u32::to_string).collect();
    users.join(" or ")
}

/// The code's name in gRPC's documentation.
fn name(code: Code) -> String {
    let mut name = String::new();
    for letter in format!("{code:?}").chars() {
        if letter.is_ascii_uppercase() && !name.is_empty() {
            name.push('_');
        }
        name.push(letter.to_ascii_uppercase());
    }
    name
}

impl From<Status> for ClientError {
    fn from(status: Status) -> Self {
        let violations = status.get_details_bad_request();
        let first = violations.and_then(|details| details.field_violations.into_iter().next());
        // tonic answers without words where a method isn't served.
        let message = match (status.code(), status.message()) {
            (Code::Unimplemented, "") => NOT_SERVED,
            (_, message) => message,
        };
        Self::Refused {
            code: status.code(),
            message: message.to_owned(),
            field: first.map(|violation| violation.field),
        }
    }
}

impl From<wire::ItemError> for ClientError {
    fn from(error: wire::ItemError) -> Self {
        let wire::ItemError {
            code,
            message,
            field,
        } = error;
        Self::Refused {
            code: code.into(),
            message,
            field: Some(field).filter(|field| !field.is_empty()),
        }
    }
}

impl ClientError {
    /// Whether the service works and refused what it was asked: other actions may fare better.
    #[must_use]
    pub fn is_about_the_action(&self) -> bool {
        let codes = [
            Code::InvalidArgument,
            Code::ResourceExhausted,
            Code::OutOfRange,
        ];
        matches!(self, Self::Refused { code, .. } if codes.contains(code))
    }
}

/// One connection to a service. Clones share it.
#[derive(Debug, Clone)]
pub struct Client {
    calls: Calls,
    verifier: Option<Arc<AnswerVerifier>>,
    decisions: DecisionServiceClient<Channel>,
    policies: PolicyServiceClient<Channel>,
    journal: JournalServiceClient<Channel>,
    shadows: ShadowServiceClient<Channel>,
    lifecycles: LifecycleServiceClient<Channel>,
    approvals: ApprovalServiceClient<Channel>,
}

impl Client {
    /// Checks that an endpoint has a form that can be called, without calling it.
    ///
    /// # Errors
    /// If it is neither `http://HOST:PORT` nor `unix:PATH`.
    pub fn check_endpoint(endpoint: &str) -> Result<(), ClientError> {
        target(endpoint).map(drop)
    }

    /// Connects to `http://HOST:PORT` or `unix:PATH`, and is as patient as that says: with the
    /// connection, and with every answer.
    ///
    /// # Errors
    /// If nobody answers there in time.
    pub async fn connect(endpoint: &str, patience: Patience) -> Result<Self, ClientError> {
        let target = target(endpoint)?;
        let connected = within(patience.answer_time(), async {
            let connected = configured(target, patience).connect().await;
            connected.map_err(|error| ClientError::Connect {
                endpoint: endpoint.to_owned(),
                cause: innermost(&error),
            })
        });
        Ok(Self::over(connected.await?, patience))
    }

    /// As [`Client::connect`]; a Unix socket must be served by one of `owners`.
    ///
    /// # Errors
    /// As [`Client::connect`], and if somebody else serves the socket.
    pub async fn connect_to_owner(
        endpoint: &str,
        patience: Patience,
        owners: SocketOwners,
    ) -> Result<Self, ClientError> {
        let Some(path) = endpoint.strip_prefix("unix:") else {
            return Self::connect(endpoint, patience).await;
        };
        let path = path.strip_prefix("//").unwrap_or(path);
        // The name is for the `:authority` of the calls only.
        let target = configured(Endpoint::from_static("http://localhost"), patience);
        let connected = within(patience.answer_time(), connect_owned(target, path, owners));
        Ok(Self::over(connected.await?, patience))
    }

    /// A client that accepts only decisions that the service has signed.
    #[must_use]
    pub fn verifying(mut self, verifier: AnswerVerifier) -> Self {
        self.verifier = Some(Arc::new(verifier));
        self
    }

    fn over(channel: Channel, patience: Patience) -> Self {
        let calls = Calls::over(channel.clone(), patience);
        let decisions = DecisionServiceClient::new(channel.clone());
        let policies = PolicyServiceClient::new(channel.clone());
        let journal = JournalServiceClient::new(channel.clone());
        let shadows = ShadowServiceClient::new(channel.clone());
        let approvals = ApprovalServiceClient::new(channel.clone());
        let lifecycles = LifecycleServiceClient::new(channel);
        Self {
            calls,
            verifier: None,
            decisions: decisions.max_decoding_message_size(MAX_RESPONSE_BYTES),
            policies: policies.max_decoding_message_size(MAX_RESPONSE_BYTES),
            journal: journal.max_decoding_message_size(MAX_RESPONSE_BYTES),
            shadows: shadows.max_decoding_message_size(MAX_RESPONSE_BYTES),
            lifecycles: lifecycles.max_decoding_message_size(MAX_RESPONSE_BYTES),
            approvals: approvals.max_decoding_message_size(MAX_RESPONSE_BYTES),
        }
    }

    /// The methods that look at policies and change which are in force.
    pub fn policies(&mut self) -> &mut PolicyServiceClient<Channel> {
        &mut self.policies
    }

    /// The methods that read the journal.
    #[must_use]
    pub fn journal(&self) -> JournalClient {
        JournalClient::over(self.journal.clone(), self.calls.clone())
    }

    /// What every call is made through.
    pub(super) fn calls(&self) -> Calls {
        self.calls.clone()
    }

    /// The methods of shadow runs; `grpc::shadow::client` has them in domain types.
    pub fn shadows(&mut self) -> &mut ShadowServiceClient<Channel> {
        &mut self.shadows
    }

    /// The methods by which policies come into force; `grpc::lifecycle::client` has them in domain
    /// types.
    pub fn lifecycles(&mut self) -> &mut LifecycleServiceClient<Channel> {
        &mut self.lifecycles
    }

    /// The methods of approvals; `grpc::approval::client` has them in domain types.
    pub fn approvals(&mut self) -> &mut ApprovalServiceClient<Channel> {
        &mut self.approvals
    }

    /// Decides one action.
    ///
    /// # Errors
    /// If the service refuses, answers too late, or answers what can't be read.
    pub async fn decide(&mut self, action: Arc<Action>, ask: Ask) -> Result<Answered, ClientError> {
        let mut request = wire::DecideRequest::from((&*action, ask));
        let question = Question::ask(self.verifier.as_ref(), &mut request)?;
        let asked = self.decisions.decide(self.calls.request(request));
        let response = self.calls.answer(asked).await?.into_inner();
        question.answered(response, action)
    }

    /// Decides one action, and says on which facts: as JSON, in the service's version of them.
    ///
    /// # Errors
    /// As [`Client::decide`].
    pub async fn explain(
        &mut self,
        action: Arc<Action>,
        ask: Ask,
    ) -> Result<Explained, ClientError> {
        let wire::DecideRequest {
            action: document,
            compare,
            nonce: _,
            keep_approvals: _,
        } = (&*action, ask).into();
        let request = wire::ExplainRequest {
            action: document,
            compare,
        };
        let wire::ExplainResponse {
            decision,
            candidate,
            facts_json,
            facts_left_out,
        } = {
            let asked = self.policies.explain(self.calls.request(request));
            self.calls.answer(asked).await?.into_inner()
        };
        let response = wire::DecideResponse {
            decision,
            candidate,
            signed: None,
        };
        Ok(Explained {
            answered: (response, action).try_into()?,
            facts_json,
            facts_left_out: usize::try_from(facts_left_out).unwrap_or(usize::MAX),
        })
    }

    /// Decides many actions over one call; answers in their order. At most [`MAX_PIPELINED`]
    /// actions are sent ahead of the answers that are taken.
    ///
    /// # Errors
    /// If the call is refused. An item that is refused is an item of the answers; an error
    /// that ends the call is their last one, and so is an answer that comes too late.
    pub async fn decide_stream(
        &mut self,
        actions: impl Stream<Item = Arc<Action>> + Send + 'static,
        ask: Ask,
    ) -> Result<BoxStream<'static, Result<Answered, ClientError>>, ClientError> {
        let (ahead, mut owed) = mpsc::channel(MAX_PIPELINED);
        let verifier = self.verifier.clone();
        let requests = actions.then(move |action| {
            let ahead = ahead.clone();
            let mut request = wire::DecideRequest::from((&*action, ask));
            let question = Question::ask(verifier.as_ref(), &mut request);
            async move {
                // If nobody takes the answers, the call is over and so is this request.
                let _ = ahead.send((action, question)).await;
                request
            }
        });
        let mut expected = 0;
        let asked = self.decisions.decide_stream(requests);
        let answers = self.calls.answer(asked).await?.into_inner();
        let answers = self.calls.each(answers).map(move |response| {
            let wire::DecideStreamResponse { index, result } = response?;
            let (action, question) = owed.try_recv().map_err(|_| ClientError::OutOfOrder)?;
            if index != expected {
                return Err(ClientError::OutOfOrder);
            }
            expected += 1;
            match result {
                Some(ItemResult::Answer(answer)) => question?.answered(answer, action),
                Some(ItemResult::Error(error)) => Err(error.into()),
                None => Err(ClientError::OutOfOrder),
            }
        });
        Ok(answers.boxed())
    }
}

/// What is called at `endpoint`.
fn target(endpoint: &str) -> Result<Endpoint, ClientError> {
    let malformed = || ClientError::Endpoint {
        endpoint: endpoint.to_owned(),
    };
    let mut known = ["http://", "unix:"].iter();
    if !known.any(|it| endpoint.starts_with(it)) {
        return Err(malformed());
    }
    Endpoint::from_shared(endpoint.to_owned()).map_err(|_| malformed())
}

fn configured(endpoint: Endpoint, patience: Patience) -> Endpoint {
    endpoint
        .connect_timeout(patience.answer_time())
        .initial_stream_window_size(STREAM_WINDOW_BYTES)
        .initial_connection_window_size(CONNECTION_WINDOW_BYTES)
        .http2_keep_alive_interval(KEEPALIVE_INTERVAL)
        .keep_alive_timeout(KEEPALIVE_TIMEOUT)
        .tcp_nodelay(true)
}

/// What went wrong at the bottom: "connection refused", not "transport error".
fn innermost(error: &dyn std::error::Error) -> String {
    let causes = std::iter::successors(Some(error), |error| error.source());
    causes.last().map(ToString::to_string).unwrap_or_default()
}
