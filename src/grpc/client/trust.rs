//! How a client knows that the service answers, and not another process in its place.

use std::sync::Arc;

use hyper_util::rt::TokioIo;
use jiff::Timestamp;
use tokio::net::UnixStream;
use tonic::transport::{Channel, Endpoint, Uri};
use tower::service_fn;

use super::{ClientError, innermost};
use crate::authority::signing::{AnswerVerifier, ForgedAnswer, Nonce};
use crate::grpc::decision::Answered;
use crate::grpc::wire;

/// Who may serve the Unix socket that a client connects to, by the user id of the process that
/// listens there (`SO_PEERCRED`, unix(7)).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SocketOwners(Vec<u32>);

impl SocketOwners {
    /// Trusts the users with these user ids.
    #[must_use]
    pub fn new(users: Vec<u32>) -> Self {
        Self(users)
    }

    /// The user of this process, and root.
    #[must_use]
    pub fn trusted_here() -> Self {
        Self(vec![rustix::process::geteuid().as_raw(), 0])
    }
}

/// Connects to the socket at `path`, if one of `owners` serves it.
pub(super) async fn connect_owned(
    endpoint: Endpoint,
    path: &str,
    owners: SocketOwners,
) -> Result<Channel, ClientError> {
    let failed = |cause: String| ClientError::Connect {
        endpoint: format!("unix:{path}"),
        cause,
    };
    let stream = UnixStream::connect(path)
        .await
        .map_err(|error| failed(error.to_string()))?;
    let server = stream
        .peer_cred()
        .map_err(|error| failed(error.to_string()))?
        .uid();
    if !owners.0.contains(&server) {
        return Err(ClientError::SocketOwner {
            path: path.to_owned(),
            server,
            owners: owners.0,
        });
    }
    // The connection that was looked at is the one that is used: what would be connected to
    // later may be somebody else's.
    let mut stream = Some(stream);
    let connector = service_fn(move |_: Uri| {
        let stream = stream.take().map(TokioIo::new);
        async move { stream.ok_or_else(|| std::io::Error::other("the connection was closed")) }
    });
    let connected = endpoint.connect_with_connector(connector).await;
    connected.map_err(|error| failed(innermost(&error)))
}

/// One question, and how its answer is checked.
pub(super) struct Question {
    checked_by: Option<(Arc<AnswerVerifier>, Nonce)>,
}

impl Question {
    /// Makes `request` ask for a signature, if there is a `verifier`.
    pub(super) fn ask(
        verifier: Option<&Arc<AnswerVerifier>>,
        request: &mut wire::DecideRequest,
    ) -> Result<Self, ClientError> {
        let checked_by = match verifier {
            None => None,
            Some(verifier) => {
                let nonce = Nonce::random().map_err(|_| ClientError::NoRandomness)?;
                request.nonce = Some(nonce.as_bytes().to_vec());
                Some((Arc::clone(verifier), nonce))
            }
        };
        Ok(Self { checked_by })
    }

    /// The answer, if it is what the service signed.
    pub(super) fn answered(
        self,
        mut response: wire::DecideResponse,
        action: Arc<crate::action::Action>,
    ) -> Result<Answered, ClientError> {
        let signed = response.signed.take();
        let answered: Answered = (response, action).try_into()?;
        if let Some((verifier, nonce)) = self.checked_by {
            let signed = signed.ok_or(ForgedAnswer::Unsigned)?.into();
            verifier.check(&answered.decision, &nonce, &signed, Timestamp::now())?;
        }
        Ok(answered)
    }
}
