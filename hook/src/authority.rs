//! The service that decides.

use std::io;

use cavra_hook_config::Config;
use hyper_util::rt::TokioIo;
use tokio::net::UnixStream;
use tonic::Status;
use tonic::transport::{Channel, Endpoint, Uri};
use tower::service_fn;

use crate::wire::action::Request;
use crate::wire::decision_service_client::DecisionServiceClient;
use crate::wire::{Action, Caller, DecideRequest, Decision, Place, Verdict};

/// Stock gRPC servers accept no other name for a Unix socket.
const AUTHORITY: &str = "http://localhost";

/// Why there is no decision.
#[derive(Debug, thiserror::Error)]
pub(crate) enum NoDecision {
    /// Nobody listens on the socket.
    #[error(
        "no service answers at `{socket}`: {cause}; start it with `cavra serve --listen unix:{socket}`"
    )]
    Connect {
        /// The socket.
        socket: String,
        /// The error of the socket.
        cause: io::Error,
    },
    /// Somebody serves the socket who isn't trusted to.
    #[error("the socket `{socket}` is served by the user {user}, who is none of `socket_owners`")]
    Owner {
        /// The socket.
        socket: String,
        /// Who serves it.
        user: u32,
    },
    /// The connection failed.
    #[error("the service at `{socket}` doesn't speak gRPC: {cause}")]
    Protocol {
        /// The socket.
        socket: String,
        /// The error of the connection.
        cause: tonic::transport::Error,
    },
    /// The service refused.
    #[error("the service refused: {} ({:?})", .0.message(), .0.code())]
    Refused(#[from] Status),
    /// The answer has no decision in it.
    #[error("the service's answer holds no decision")]
    Empty,
}

/// A connection to the service.
pub(crate) struct Authority {
    decisions: DecisionServiceClient<Channel>,
}

impl Authority {
    /// Connects to the socket that the configuration names.
    ///
    /// # Errors
    /// If nobody listens there, or somebody who may not.
    pub(crate) async fn connect(config: &Config) -> Result<Self, NoDecision> {
        let socket = config.socket();
        let name = socket.display().to_string();
        let failed = |cause| NoDecision::Connect {
            socket: name.clone(),
            cause,
        };
        let stream = UnixStream::connect(socket).await.map_err(failed)?;
        let user = stream.peer_cred().map_err(failed)?.uid();
        if !config.may_serve(user) {
            return Err(NoDecision::Owner { socket: name, user });
        }
        // The connection whose owner was looked at is the one that is used.
        let mut stream = Some(stream);
        let connector = service_fn(move |_: Uri| {
            let stream = stream.take().map(TokioIo::new);
            async move { stream.ok_or_else(|| io::Error::other("the connection was closed")) }
        });
        let endpoint = Endpoint::from_static(AUTHORITY);
        let channel = endpoint.connect_with_connector(connector).await;
        let channel = channel.map_err(|cause| NoDecision::Protocol {
            socket: name.clone(),
            cause,
        })?;
        Ok(Self {
            decisions: DecisionServiceClient::new(channel),
        })
    }

    /// Decides one action. If `keep_approvals` says so, no approval is used.
    ///
    /// # Errors
    /// If the service refuses, or answers without a decision.
    pub(crate) async fn decide(
        &mut self,
        request: Request,
        caller: Caller,
        place: Place,
        keep_approvals: bool,
    ) -> Result<Decision, NoDecision> {
        let action = Action {
            request: Some(request),
            caller: Some(caller),
            place: Some(place),
            terraform_plan: None,
        };
        let asked = DecideRequest {
            action: Some(action),
            compare: false,
            nonce: None,
            keep_approvals,
        };
        let answer = self.decisions.decide(asked).await?.into_inner();
        let decision = answer.decision.ok_or(NoDecision::Empty)?;
        match decision.decision() {
            Verdict::Unspecified => Err(NoDecision::Empty),
            _ => Ok(decision),
        }
    }
}
