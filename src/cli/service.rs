//! Which service is asked, how long it may take, and whether it is believed.

use std::io::{self, IsTerminal as _, Write as _};
use std::str::FromStr;
use std::time::Duration;

use clap::Args;
use jiff::SignedDuration;

use super::commands::keys::argument::public_key;
use super::error::CliError;
use super::remote::Remote;
use crate::authority::signing::AnswerVerifier;
use crate::grpc::client::{Client, Patience, SocketOwners};
use crate::keys::file::KeySource;

/// The least time-out. A connection on this machine takes about as long.
const MIN_TIMEOUT: Duration = Duration::from_millis(10);
/// The longest time-out.
const MAX_TIMEOUT: Duration = Duration::from_hours(1);

/// How long a service may leave a command waiting.
#[derive(Debug, Clone, Copy, Args)]
pub(crate) struct TimeoutArgs {
    /// With --endpoint: how long the service may take to answer, such as `500ms` or `10s`; what
    /// it has to work for, such as a report, may take 60 s once it has answered that it is there
    #[arg(long, value_name = "TIME", default_value = "2s")]
    timeout: Timeout,
}

impl TimeoutArgs {
    pub(crate) fn patience(self) -> Patience {
        Patience::new(self.timeout.0)
    }
}

/// The service that a command asks.
#[derive(Debug, Clone, Args)]
pub(crate) struct EndpointArgs {
    /// The service: `unix:PATH` or `http://HOST:PORT`; to change what it does, `unix:PATH` of its
    /// admin socket
    #[arg(long, value_name = "URL")]
    endpoint: String,
    #[command(flatten)]
    timeout: TimeoutArgs,
}

/// The service that a command asks, where it may do without.
#[derive(Debug, Clone, Args)]
pub(crate) struct MaybeEndpointArgs {
    /// The service: `unix:PATH` or `http://HOST:PORT`; to change what it does, `unix:PATH` of its
    /// admin socket
    #[arg(long, value_name = "URL")]
    endpoint: Option<String>,
    #[command(flatten)]
    timeout: TimeoutArgs,
}

impl EndpointArgs {
    /// The service as it was named.
    pub(crate) fn endpoint(&self) -> &str {
        &self.endpoint
    }

    /// Connects. A Unix socket must be served by this user or root.
    pub(crate) fn connect(&self) -> Result<Remote, CliError> {
        let owners = SocketOwners::trusted_here();
        Remote::connect_trusting(&self.endpoint, self.timeout.patience(), owners, None)
    }

    /// Connects. Any user may serve a Unix socket.
    pub(crate) fn connect_to_any_owner(&self) -> Result<Remote, CliError> {
        Remote::connect(&self.endpoint, self.timeout.patience())
    }
}

impl MaybeEndpointArgs {
    /// The service, if one is named.
    pub(crate) fn named(&self) -> Option<EndpointArgs> {
        Some(EndpointArgs {
            endpoint: self.endpoint.clone()?,
            timeout: self.timeout,
        })
    }
}

/// Who is believed to be the service that decides.
#[derive(Debug, Clone, Args)]
pub(crate) struct TrustArgs {
    /// With --endpoint: refuse an answer that the service didn't sign. The public key is that of the
    /// journal (`journal.pub`) or that of `serve --answer-key`: a file, `env:NAME` or `fd:N`
    #[arg(long, value_name = "KEY", requires = "endpoint")]
    server_key: Option<KeySource>,
    /// With --endpoint unix:PATH: the id of a user who may serve the socket; may be repeated
    /// [default: your own and root]
    #[arg(long, value_name = "UID", requires = "endpoint")]
    socket_owner: Vec<u32>,
}

impl TrustArgs {
    /// Connects to `endpoint` for decisions that somebody acts on.
    pub(crate) fn connect(&self, endpoint: &str, patience: Patience) -> Result<Remote, CliError> {
        let owners = match self.socket_owner.as_slice() {
            [] => SocketOwners::trusted_here(),
            users => SocketOwners::new(users.to_vec()),
        };
        let verifier = match &self.server_key {
            Some(source) => Some(AnswerVerifier::new(public_key(source, "--server-key")?)),
            None => None,
        };
        let is_socket = endpoint.starts_with("unix:");
        if !is_socket && !self.socket_owner.is_empty() {
            return Err(CliError::OwnerOfNoSocket(endpoint.to_owned()));
        }
        Client::check_endpoint(endpoint)?;
        // A person sees which service answers; a hook would believe any answer.
        let is_anybody = verifier.is_none() && !is_socket;
        if is_anybody && !io::stderr().is_terminal() {
            warn_of_strangers();
        }
        Remote::connect_trusting(endpoint, patience, owners, verifier)
    }
}

/// Written directly: a log message would first compile the rules that keep secrets out of the
/// log, which takes several times as long as asking.
fn warn_of_strangers() {
    if tracing::enabled!(tracing::Level::WARN) {
        let warning = "any process that listens at the endpoint is trusted to decide";
        let hint = "give --server-key, or a unix: endpoint";
        // Without a standard error there is nobody to warn.
        let _ = writeln!(anstream::stderr(), "warning: {warning}: {hint}");
    }
}

/// A time-out that a person writes as `2s`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Timeout(Duration);

impl FromStr for Timeout {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let wrong = || format!("`{text}` is not a time-out; give `10ms` to `1h`, such as `2s`");
        let time: SignedDuration = text.parse().map_err(|_| wrong())?;
        let time = Duration::try_from(time).map_err(|_| wrong())?;
        if !(MIN_TIMEOUT..=MAX_TIMEOUT).contains(&time) {
            return Err(wrong());
        }
        Ok(Self(time))
    }
}
