//! The listeners, and draining them.

use std::future::Future;
use std::io;
use std::num::NonZeroUsize;
use std::sync::Arc;
use std::sync::atomic::AtomicUsize;
use std::thread::available_parallelism;

use arc_swap::ArcSwap;
use futures::future::{BoxFuture, FutureExt as _, Shared};
use futures::{Stream, StreamExt as _, TryFutureExt as _};
use tokio::net::TcpListener;
use tokio::sync::{Semaphore, watch};
use tokio::time::sleep;
use tokio_stream::wrappers::UnixListenerStream;
use tonic::transport::server::{Router, TcpIncoming};

use super::admin_socket::AdminSocket;
use super::decision_service::Decisions;
use super::health::Health;
use super::inquiries::Inquiries;
use super::journal_service::Journals;
use super::limits::{
    ACCEPT_PAUSE, CONNECTION_WINDOW_BYTES, DECISION_THREADS_PER_CPU, DRAIN_TIME_LIMIT,
    KEEPALIVE_INTERVAL, KEEPALIVE_TIMEOUT, MAX_CONCURRENT_STREAMS, MAX_FRAME_BYTES,
    MAX_HEADER_LIST_BYTES, MAX_INSPECTIONS, MAX_JOURNAL_READS, MAX_JOURNAL_STEPS,
    MAX_PENDING_RESETS, MAX_WATCHERS, STREAM_DRAIN_TIME, STREAM_WINDOW_BYTES,
};
use super::policy_service::{Door, Policies};
use super::refusals::Refusals;
use super::shadow_service::ShadowRuns;
use super::turns::Turns;
use super::unfinished::Bounded;
use super::wire::FILE_DESCRIPTOR_SET;
use super::wire::decision_service_server::DecisionServiceServer;
use super::wire::journal_service_server::JournalServiceServer;
use super::wire::policy_service_server::PolicyServiceServer;
use super::wire::shadow_service_server::ShadowServiceServer;
use crate::authority::Authority;
use crate::authority::admission::Admission;
use crate::authority::signing::AnswerKey;
use crate::engine::limits::EVALUATION_STACK_BYTES;
use crate::library::Library;

/// Why the service can't run.
#[derive(Debug, thiserror::Error)]
pub enum ServeError {
    /// The descriptions of the services can't be read.
    #[error("can't offer reflection: {0}")]
    Reflection(#[from] tonic_reflection::server::Error),
    /// The system gives no threads for what takes long.
    #[error("can't start threads: {0}")]
    Threads(#[from] io::Error),
    /// A listener failed.
    #[error("can't serve: {0}")]
    Transport(#[from] tonic::transport::Error),
}

/// How a service ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Drained {
    /// Every call was answered.
    All,
    /// Calls were still open at [`DRAIN_TIME_LIMIT`].
    TimedOut,
}

/// Who may read what was recorded. Checkpoints and proofs are everybody's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum JournalReads {
    /// Whoever reaches the service.
    #[default]
    Everybody,
    /// Whoever can open the admin socket.
    Admin,
}

/// The service: decisions, policies, shadow runs and the journal, with health and reflection.
pub struct Server {
    authority: Arc<Authority>,
    library: Arc<ArcSwap<Library>>,
    admission: Admission,
    journal_reads: JournalReads,
    answer_key: Option<Arc<AnswerKey>>,
}

/// A runtime whose threads have the stack that an evaluation needs.
///
/// # Errors
/// If its threads can't be started.
pub fn runtime() -> io::Result<tokio::runtime::Runtime> {
    tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .thread_name("cavra")
        .thread_stack_size(EVALUATION_STACK_BYTES)
        .build()
}

impl Server {
    /// Serves what `authority` decides and `library` holds; a reload replaces the library
    /// in its swap. What becomes a policy passes `admission` first.
    #[must_use]
    pub fn new(
        authority: Arc<Authority>,
        library: Arc<ArcSwap<Library>>,
        admission: Admission,
    ) -> Self {
        Self {
            authority,
            library,
            admission,
            journal_reads: JournalReads::default(),
            answer_key: None,
        }
    }

    /// The same, with what was recorded told to these only.
    #[must_use]
    pub fn with_journal_reads(mut self, reads: JournalReads) -> Self {
        self.journal_reads = reads;
        self
    }

    /// The same, signing answers by `key` where callers ask for that.
    #[must_use]
    pub fn with_answer_key(mut self, key: AnswerKey) -> Self {
        self.answer_key = Some(Arc::new(key));
        self
    }

    /// Serves on `listener` and, with everything that changes the authority, on `admin`. When `shutdown` ends, nothing new is accepted; calls in flight are
    /// answered within [`DRAIN_TIME_LIMIT`], and open streams end after [`STREAM_DRAIN_TIME`].
    ///
    /// Run it on [`runtime`], or another with several threads of that stack size.
    ///
    /// # Errors
    /// If the service can't start or a listener fails.
    pub async fn serve(
        self,
        listener: TcpListener,
        admin: Option<AdminSocket>,
        shutdown: impl Future<Output = ()> + Send + 'static,
    ) -> Result<Drained, ServeError> {
        let shutdown = shutdown.boxed().shared();
        let (close, closing) = watch::channel(false);
        let services = Services::new(self, Closing::of(closing))?;
        services.health.announce().await;

        let path = |socket: &AdminSocket| socket.path().display().to_string();
        let admin_socket = admin.as_ref().map(path);
        let public = services.router(Door::Public { admin_socket })?;
        let incoming = patient(TcpIncoming::from(listener).with_nodelay(Some(true)));
        let public = public.serve_with_incoming_shutdown(incoming, shutdown.clone());
        let admin_router = services.router(Door::Admin)?;
        let admin = serve_admin(admin_router, admin, shutdown.clone());

        let health = services.health;
        let telling = health.follow(shutdown.clone()).map(Ok);
        let public = public.map_err(ServeError::from);
        let serving = async { tokio::try_join!(public, admin, telling) };
        tokio::select! {
            served = serving => served.map(|_| Drained::All),
            () = drain(shutdown, close) => Ok(Drained::TimedOut),
        }
    }
}

async fn serve_admin(
    router: Router,
    socket: Option<AdminSocket>,
    shutdown: Shared<BoxFuture<'static, ()>>,
) -> Result<(), ServeError> {
    // Without an admin socket, the service ends when the public side does.
    let Some(socket) = socket else {
        return Ok(());
    };
    let (listener, _file) = socket.into_parts();
    let incoming = patient(UnixListenerStream::new(listener));
    Ok(router
        .serve_with_incoming_shutdown(incoming, shutdown)
        .await?)
}

/// Pauses after a connection that could not be accepted. With too many of them open,
/// accepting fails at once each time (`EMFILE`, accept(2)), and trying again without a pause
/// would take a processor away from the calls that are open.
fn patient<C>(incoming: impl Stream<Item = io::Result<C>>) -> impl Stream<Item = io::Result<C>> {
    incoming.then(|accepted| async {
        if let Err(error) = &accepted {
            tracing::warn!(%error, "connection not accepted");
            sleep(ACCEPT_PAUSE).await;
        }
        accepted
    })
}

/// From shutdown to the end of patience.
async fn drain(shutdown: Shared<BoxFuture<'static, ()>>, close: watch::Sender<bool>) {
    shutdown.await;
    sleep(STREAM_DRAIN_TIME).await;
    close.send_replace(true);
    sleep(DRAIN_TIME_LIMIT.saturating_sub(STREAM_DRAIN_TIME)).await;
}

/// What both doors offer.
struct Services {
    decisions: Decisions,
    library: Arc<ArcSwap<Library>>,
    admission: Admission,
    inquiries: Arc<Inquiries>,
    journal_reads: JournalReads,
    health: Health,
}

impl Services {
    fn new(server: Server, closing: Closing) -> io::Result<Self> {
        let Server {
            authority,
            library,
            admission,
            journal_reads,
            answer_key,
        } = server;
        let cpus = available_parallelism().map_or(1, NonZeroUsize::get);
        let threads = cpus * DECISION_THREADS_PER_CPU;
        Ok(Self {
            health: Health::of(&authority),
            decisions: Decisions {
                authority,
                turns: Turns::with_reserved("decisions", threads, closing.clone())?,
                closing,
                answer_key,
            },
            library,
            admission,
            inquiries: Arc::default(),
            journal_reads,
        })
    }

    fn router(&self, door: Door) -> Result<Router, ServeError> {
        let closing = &self.decisions.closing;
        let decisions = DecisionServiceServer::new(self.decisions.clone());
        let journal = JournalServiceServer::new(Journals {
            authority: Arc::clone(&self.decisions.authority),
            door: door.clone(),
            reads: self.journal_reads,
            steps: Turns::of("journal-reads", MAX_JOURNAL_STEPS, closing.clone())?,
            places: Arc::new(Semaphore::new(MAX_JOURNAL_READS)),
            closing: closing.clone(),
        });
        // Turns of its own for each door: whoever keeps the public ones taken must not
        // keep an administrator from staging what stops that.
        let inspections = Turns::of("inspections", MAX_INSPECTIONS, closing.clone())?;
        let shadows = ShadowServiceServer::new(ShadowRuns {
            authority: Arc::clone(&self.decisions.authority),
            inspections: inspections.clone(),
            library: Arc::clone(&self.library),
            admission: self.admission.clone(),
            door: door.clone(),
            reads: self.journal_reads,
            watchers: Arc::new(Semaphore::new(MAX_WATCHERS)),
            closing: closing.clone(),
        });
        let policies = PolicyServiceServer::new(Policies {
            decisions: self.decisions.clone(),
            inspections,
            library: Arc::clone(&self.library),
            admission: self.admission.clone(),
            inquiries: Arc::clone(&self.inquiries),
            door,
        });
        let decisions = decisions.max_decoding_message_size(MAX_FRAME_BYTES);
        let journal = journal.max_decoding_message_size(MAX_FRAME_BYTES);
        let policies = policies.max_decoding_message_size(MAX_FRAME_BYTES);
        let shadows = shadows.max_decoding_message_size(MAX_FRAME_BYTES);
        let authority = &self.decisions.authority;
        // Of each door its own, like turns.
        let held = Arc::new(AtomicUsize::new(0));
        Ok(transport()
            .add_service(Bounded::new(decisions, &held))
            .add_service(Bounded::new(Refusals::of(policies, authority), &held))
            .add_service(Bounded::new(journal, &held))
            .add_service(Bounded::new(Refusals::of(shadows, authority), &held))
            .add_service(self.health.server())
            .add_service(reflection().build_v1()?)
            .add_service(reflection().build_v1alpha()?))
    }
}

fn reflection() -> tonic_reflection::server::Builder<'static> {
    tonic_reflection::server::Builder::configure()
        .register_encoded_file_descriptor_set(FILE_DESCRIPTOR_SET)
        .register_encoded_file_descriptor_set(tonic_health::pb::FILE_DESCRIPTOR_SET)
}

fn transport() -> tonic::transport::Server {
    tonic::transport::Server::builder()
        .max_concurrent_streams(MAX_CONCURRENT_STREAMS)
        .http2_max_header_list_size(MAX_HEADER_LIST_BYTES)
        .http2_max_pending_accept_reset_streams(Some(MAX_PENDING_RESETS))
        .initial_stream_window_size(STREAM_WINDOW_BYTES)
        .initial_connection_window_size(CONNECTION_WINDOW_BYTES)
        .http2_keepalive_interval(Some(KEEPALIVE_INTERVAL))
        .http2_keepalive_timeout(Some(KEEPALIVE_TIMEOUT))
        .tcp_nodelay(true)
}

/// Tells open streams when to end.
#[derive(Debug, Clone)]
pub(super) struct Closing(watch::Receiver<bool>);

impl Closing {
    /// Closed once `closing` says so, or its sender is gone.
    pub(super) fn of(closing: watch::Receiver<bool>) -> Self {
        Self(closing)
    }

    pub(super) fn is_closed(&self) -> bool {
        *self.0.borrow()
    }

    pub(super) async fn wait(mut self) {
        // An error means that the service is gone, and its streams with it.
        let _ = self.0.wait_for(|closed| *closed).await;
    }
}
