//! A real service on a port of its own.

use std::path::{Path, PathBuf};
use std::sync::{Arc, LazyLock};
use std::time::Duration;

use arc_swap::ArcSwap;
use cavra::action::{Action, Caller, Place, Request};
use cavra::authority::Authority;
use cavra::authority::admission::Admission;
use cavra::authority::recording::Recording;
use cavra::authority::signing::AnswerKey;
use cavra::engine::Policy;
use cavra::grpc::client::{Client, Patience};
use cavra::grpc::server::{Drained, JournalReads, Server};
use cavra::grpc::unix_socket::{SocketAccess, UnixSocket};
use cavra::grpc::wire;
use cavra::grpc::wire::decision_service_client::DecisionServiceClient;
use cavra::grpc::wire::policy_service_client::PolicyServiceClient;
use cavra::journal::record::Recorder;
use cavra::journal::writer::{Journal, Mode, Options};
use cavra::keys::SigningKey;
use cavra::library::Library;
use cavra::redaction::{Redaction, RedactionKey};
use jiff::Timestamp;
use tokio::net::TcpListener;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;
use tonic::transport::{Channel, Endpoint};

/// On a busy machine an answer may take long; that is no failure of the service.
pub(crate) const PATIENCE: Patience = Patience::new(Duration::from_secs(60));

pub(crate) const BASELINE: &str = "cavra-ai-agent-baseline";
pub(crate) const OTHER: &str = "cavra-github-enterprise";

pub(crate) fn library() -> Library {
    let packs = Path::new(env!("CARGO_MANIFEST_DIR")).join("policy-packs");
    Library::open(&[packs]).expect("the shipped packs can be read")
}

pub(crate) fn policy(id: &str) -> Arc<Policy> {
    let pack = library().effective(id).expect("the pack is sound");
    Arc::new(Policy::compile(pack).expect("the pack compiles"))
}

/// A running service; [`Service::stop`] ends it.
pub(crate) struct Service {
    pub(crate) url: String,
    pub(crate) admin: Option<PathBuf>,
    pub(crate) authority: Arc<Authority>,
    stop: oneshot::Sender<()>,
    served: JoinHandle<Drained>,
}

/// The key of the journal, one for the whole run.
pub(crate) fn journal_key() -> SigningKey {
    static KEY: LazyLock<SigningKey> = LazyLock::new(|| {
        let name = "example.org/journal".parse().expect("it is a name");
        SigningKey::generate(name).expect("there is chance")
    });
    KEY.clone()
}

/// A new key that the journal's certifies.
fn answer_key() -> AnswerKey {
    let name = "example.org/server".parse().expect("it is a name");
    let key = SigningKey::generate(name).expect("there is chance");
    AnswerKey::new(key, journal_key(), Timestamp::now()).expect("it can be certified")
}

/// By the binary of this build.
pub(crate) fn admission() -> Admission {
    Admission::by(env!("CARGO_BIN_EXE_cavra").into())
}

impl Service {
    pub(crate) async fn start(active: &str, candidate: Option<&str>) -> Self {
        Self::start_with(active, candidate, None).await
    }

    pub(crate) async fn start_with(
        active: &str,
        candidate: Option<&str>,
        admin: Option<PathBuf>,
    ) -> Self {
        let authority = Authority::new(policy(active), candidate.map(policy));
        Self::of(authority, admin, JournalReads::Everybody).await
    }

    /// A service that keeps a journal in `directory`.
    pub(crate) async fn start_recorded(
        directory: &Path,
        admin: Option<PathBuf>,
        reads: JournalReads,
    ) -> Self {
        let journal = Journal::open(Options {
            directory: directory.to_owned(),
            mode: Mode::Durable,
            key: journal_key(),
            checkpoint_directory: None,
            own_key: None,
        });
        let recorder = Recorder::new(Redaction::none(), RedactionKey([7; 32]));
        let recording = Recording::new(journal.expect("the journal opens"), recorder);
        let authority = Authority::new(policy(BASELINE), Some(policy(BASELINE)))
            .recorded_in(recording)
            .await
            .expect("the journal can be written");
        Self::of(authority, admin, reads).await
    }

    async fn of(authority: Authority, admin: Option<PathBuf>, reads: JournalReads) -> Self {
        let authority = Arc::new(authority);
        let library = Arc::new(ArcSwap::from_pointee(library()));
        let listener = TcpListener::bind("127.0.0.1:0")
            .await
            .expect("a port is free");
        let url = format!("http://{}", listener.local_addr().expect("it is bound"));
        let (stop, stopped) = oneshot::channel();
        let mut server =
            Server::new(Arc::clone(&authority), library, admission()).with_journal_reads(reads);
        if authority.recording().is_some() {
            server = server.with_answer_key(answer_key());
        }
        let socket = admin
            .as_deref()
            .map(|path| UnixSocket::bind(path, SocketAccess::Owner));
        let socket = socket.transpose().expect("the admin socket can be made");
        let served = tokio::spawn(async move {
            let stopped = async move { drop(stopped.await) };
            let served = server.serve(listener, socket, stopped).await;
            served.expect("the service ends well")
        });
        Self {
            url,
            admin,
            authority,
            stop,
            served,
        }
    }

    pub(crate) async fn client(&self) -> Client {
        Client::connect(&self.url, PATIENCE)
            .await
            .expect("the service listens")
    }

    pub(crate) async fn channel(&self) -> Channel {
        let endpoint = Channel::from_shared(self.url.clone()).expect("it is a URL");
        endpoint.connect().await.expect("the service listens")
    }

    pub(crate) async fn admin_channel(&self) -> Channel {
        let socket = self
            .admin
            .as_ref()
            .expect("the service has an admin socket");
        let endpoint = Endpoint::from_shared(format!("unix:{}", socket.display()));
        let connected = endpoint.expect("it is a URL").connect().await;
        connected.expect("the service listens")
    }

    pub(crate) async fn decisions(&self) -> DecisionServiceClient<Channel> {
        DecisionServiceClient::new(self.channel().await)
    }

    pub(crate) async fn policies(&self) -> PolicyServiceClient<Channel> {
        PolicyServiceClient::new(self.channel().await)
    }

    pub(crate) async fn admin_policies(&self) -> PolicyServiceClient<Channel> {
        PolicyServiceClient::new(self.admin_channel().await)
    }

    /// Begins the end of the service.
    pub(crate) fn stop(self) -> JoinHandle<Drained> {
        self.stop.send(()).expect("the service runs");
        self.served
    }
}

pub(crate) fn action(request: Request) -> Arc<Action> {
    Arc::new(Action {
        request,
        caller: Caller::default(),
        place: Place::default(),
        terraform_plan: None,
    })
}

pub(crate) fn read(path: &str) -> Arc<Action> {
    action(Request::ReadFile {
        path: path.to_owned(),
    })
}

/// A request to read `path`, as the wire has it.
pub(crate) fn read_request(path: &str) -> wire::DecideRequest {
    request(wire::action::Request::ReadFile(wire::ReadFile {
        path: path.to_owned(),
        search: None,
    }))
}

pub(crate) fn request(request: wire::action::Request) -> wire::DecideRequest {
    wire::DecideRequest {
        action: Some(wire::Action {
            request: Some(request),
            ..Default::default()
        }),
        compare: false,
        nonce: None,
        keep_approvals: false,
    }
}
