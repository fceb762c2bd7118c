//! The service, and what its doors offer.

use std::future::Future;
use std::io;
use std::num::NonZeroUsize;
use std::sync::Arc;
use std::thread::available_parallelism;

use arc_swap::ArcSwap;
use futures::future::FutureExt as _;
use tokio::net::TcpListener;
use tokio::runtime::{Handle, Runtime};
use tokio::sync::watch;
use tonic::service::Routes;

use super::door::Door;
pub use super::door::JournalReads;
use super::doors::{PublicListeners, PublicRoutes, Rosters, drain, serve_admin, serve_public};
use super::health::Health;
use super::inquiries::Inquiries;
use super::lifetime::Closing;
pub use super::lifetime::{Drained, ServeError};
use super::limits::{
    DECISION_THREADS_PER_CPU, MAX_APPROVAL_WAITS, MAX_COUNTS_AT_ONCE, MAX_FRAME_BYTES,
    MAX_INSPECTIONS, MAX_JOURNAL_READS, MAX_JOURNAL_STEPS, MAX_STREAMS_AHEAD, MAX_WATCHERS,
};
use super::refusals::Refusals;
use super::shares::Shares;
use super::stream_room::StreamRoom;
use super::turns::Turns;
use super::unix_socket::UnixSocket;
use super::wire::FILE_DESCRIPTOR_SET;
use super::wire::approval_service_server::ApprovalServiceServer;
use super::wire::decision_service_server::DecisionServiceServer;
use super::wire::journal_service_server::JournalServiceServer;
use super::wire::lifecycle_service_server::LifecycleServiceServer;
use super::wire::policy_service_server::PolicyServiceServer;
use super::wire::shadow_service_server::ShadowServiceServer;
use crate::authority::Authority;
use crate::authority::admission::Admission;
use crate::authority::signing::AnswerKey;
use crate::engine::limits::EVALUATION_STACK_BYTES;
use crate::grpc::approval::service::{ApprovalCalls, Counting};
use crate::grpc::decision::service::Decisions;
use crate::grpc::journal::service::Journals;
use crate::grpc::lifecycle::service::Lifecycles;
use crate::grpc::policy::service::Policies;
use crate::grpc::shadow::service::ShadowRuns;
use crate::library::Library;

/// The service: decisions, policies, shadow runs and the journal, with health and reflection.
pub struct Server {
    authority: Arc<Authority>,
    library: Arc<ArcSwap<Library>>,
    admission: Admission,
    journal_reads: JournalReads,
    answer_key: Option<Arc<AnswerKey>>,
    public_runtime: Option<Handle>,
    public_socket: Option<UnixSocket>,
    agents_socket: Option<UnixSocket>,
    descriptors: Option<u64>,
}

/// A runtime whose threads have the stack that an evaluation needs.
///
/// # Errors
/// If its threads can't be started.
pub fn runtime() -> io::Result<Runtime> {
    tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .thread_name("cavra")
        .thread_stack_size(EVALUATION_STACK_BYTES)
        .build()
}

/// A runtime for the admin door and for what watches over the service. It has a thread of its
/// own, which no public call can hold up.
///
/// # Errors
/// If its thread can't be started.
pub fn control_runtime() -> io::Result<Runtime> {
    tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .worker_threads(1)
        .thread_name("cavra-control")
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
            public_runtime: None,
            public_socket: None,
            agents_socket: None,
            descriptors: None,
        }
    }

    /// Answers public calls on this runtime instead of the one that [`Self::serve`] is called on, which keeps
    /// the admin door and everything else.
    #[must_use]
    pub fn with_public_runtime(mut self, runtime: Handle) -> Self {
        self.public_runtime = Some(runtime);
        self
    }

    /// Serves on this socket too what is served on the address.
    #[must_use]
    pub fn with_public_socket(mut self, socket: UnixSocket) -> Self {
        self.public_socket = Some(socket);
        self
    }

    /// Opens a door for agents on this socket: it decides, and lets agents wait for approvals.
    #[must_use]
    pub fn with_agents_socket(mut self, socket: UnixSocket) -> Self {
        self.agents_socket = Some(socket);
        self
    }

    /// Sets how many descriptors the process may have open.
    #[must_use]
    pub fn with_descriptors(mut self, descriptors: u64) -> Self {
        self.descriptors = Some(descriptors);
        self
    }

    /// Returns records to these callers only.
    #[must_use]
    pub fn with_journal_reads(mut self, reads: JournalReads) -> Self {
        self.journal_reads = reads;
        self
    }

    /// Signs answers by `key` for callers who ask for that.
    #[must_use]
    pub fn with_answer_key(mut self, key: AnswerKey) -> Self {
        self.answer_key = Some(Arc::new(key));
        self
    }

    /// Serves on `listener`, if there is one, and, with everything that changes the authority, on `admin`. When
    /// `shutdown` ends, nothing new is accepted; calls in flight are answered within
    /// [`DRAIN_TIME_LIMIT`](super::limits::DRAIN_TIME_LIMIT), and open streams end after
    /// [`STREAM_DRAIN_TIME`](super::limits::STREAM_DRAIN_TIME).
    ///
    /// Run it on [`runtime`], or another with several threads of that stack size.
    ///
    /// # Errors
    /// If the service can't start or a listener fails.
    pub async fn serve(
        mut self,
        listener: impl Into<Option<TcpListener>>,
        admin: Option<UnixSocket>,
        shutdown: impl Future<Output = ()> + Send + 'static,
    ) -> Result<Drained, ServeError> {
        let shutdown = shutdown.boxed().shared();
        let (close, closing) = watch::channel(false);
        let rosters = Rosters::new(self.descriptors);
        let public_runtime = self.public_runtime.clone();
        let listeners = PublicListeners {
            tcp: listener.into(),
            socket: self.public_socket.take(),
            agents: self.agents_socket.take(),
        };
        let services = Services::new(self, Closing::of(closing))?;
        services.health.announce().await;

        let path = |socket: &UnixSocket| socket.path().display().to_string();
        let admin_socket = admin.as_ref().map(path);
        let routes = PublicRoutes {
            public: services.routes(Door::Public { admin_socket })?,
            agents: services.agents_routes()?,
        };
        let public = serve_public(
            routes,
            listeners,
            &rosters.public,
            shutdown.clone(),
            public_runtime,
        );
        let admin_routes = services.routes(Door::Admin)?;
        let admin = serve_admin(admin_routes, admin, &rosters.admin, shutdown.clone());

        let health = services.health;
        let telling = health.follow(shutdown.clone());
        let serving = async { tokio::try_join!(public, admin.map(Ok), telling.map(Ok)) };
        tokio::select! {
            served = serving => served.map(|_| Drained::All),
            () = drain(shutdown, close, &rosters) => Ok(rosters.drained()),
        }
    }
}

/// The services that the doors offer.
struct Services {
    decisions: Decisions,
    library: Arc<ArcSwap<Library>>,
    admission: Admission,
    inquiries: Arc<Inquiries>,
    answers: Arc<Inquiries>,
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
            ..
        } = server;
        let cpus = available_parallelism().map_or(1, NonZeroUsize::get);
        let threads = cpus * DECISION_THREADS_PER_CPU;
        Ok(Self {
            health: Health::of(&authority),
            decisions: Decisions {
                authority,
                turns: Turns::with_reserved("decisions", threads, closing.clone())?,
                stream_room: StreamRoom::new(),
                ahead: Shares::of(MAX_STREAMS_AHEAD),
                closing,
                answer_key,
            },
            library,
            admission,
            inquiries: Arc::default(),
            answers: Arc::default(),
            journal_reads,
        })
    }

    fn approvals(
        &self,
        door: Door,
        counting: Option<Counting>,
    ) -> ApprovalServiceServer<ApprovalCalls> {
        ApprovalServiceServer::new(ApprovalCalls {
            authority: Arc::clone(&self.decisions.authority),
            door,
            reads: self.journal_reads,
            answers: Arc::clone(&self.answers),
            waiting: Shares::of(MAX_APPROVAL_WAITS),
            watchers: Shares::of(MAX_WATCHERS),
            counting,
            closing: self.decisions.closing.clone(),
        })
    }

    /// What agents need, and nothing that shows what others did.
    fn agents_routes(&self) -> Result<Routes, ServeError> {
        let decisions = DecisionServiceServer::new(self.decisions.clone());
        let approvals = self.approvals(Door::Agents, None);
        let authority = &self.decisions.authority;
        Ok(
            Routes::new(decisions.max_decoding_message_size(MAX_FRAME_BYTES))
                .add_service(Refusals::of(approvals, authority))
                .add_service(self.health.server())
                .add_service(reflection().build_v1()?)
                .add_service(reflection().build_v1alpha()?)
                .prepare(),
        )
    }

    fn routes(&self, door: Door) -> Result<Routes, ServeError> {
        let closing = &self.decisions.closing;
        let decisions = DecisionServiceServer::new(self.decisions.clone());
        let steps = Turns::of("journal-reads", MAX_JOURNAL_STEPS, closing.clone())?;
        let reads_at_once = Shares::of(MAX_JOURNAL_READS);
        let journal = JournalServiceServer::new(Journals {
            authority: Arc::clone(&self.decisions.authority),
            door: door.clone(),
            reads: self.journal_reads,
            steps: steps.clone(),
            reads_at_once: reads_at_once.clone(),
            closing: closing.clone(),
        });
        // Each door has its own threads for inspections: callers that keep those of the public door
        // busy must not keep an administrator from staging a policy.
        let inspections = Turns::of("inspections", MAX_INSPECTIONS, closing.clone())?;
        let shadows = ShadowServiceServer::new(ShadowRuns {
            authority: Arc::clone(&self.decisions.authority),
            inspections: inspections.clone(),
            library: Arc::clone(&self.library),
            admission: self.admission.clone(),
            door: door.clone(),
            reads: self.journal_reads,
            watchers: Shares::of(MAX_WATCHERS),
            closing: closing.clone(),
        });
        let lifecycles = LifecycleServiceServer::new(Lifecycles {
            authority: Arc::clone(&self.decisions.authority),
            inspections: inspections.clone(),
            library: Arc::clone(&self.library),
            admission: self.admission.clone(),
            door: door.clone(),
            reads: self.journal_reads,
        });
        let approvals = self.approvals(
            door.clone(),
            Some(Counting {
                steps,
                reads_at_once,
                counts_at_once: Shares::of(MAX_COUNTS_AT_ONCE),
            }),
        );
        let policies = PolicyServiceServer::new(Policies {
            decisions: self.decisions.clone(),
            inspections,
            library: Arc::clone(&self.library),
            admission: self.admission.clone(),
            inquiries: Arc::clone(&self.inquiries),
            door,
        });
        let policies = policies.max_decoding_message_size(MAX_FRAME_BYTES);
        let shadows = shadows.max_decoding_message_size(MAX_FRAME_BYTES);
        let lifecycles = lifecycles.max_decoding_message_size(MAX_FRAME_BYTES);
        let authority = &self.decisions.authority;
        Ok(
            Routes::new(decisions.max_decoding_message_size(MAX_FRAME_BYTES))
                .add_service(Refusals::of(policies, authority))
                .add_service(Refusals::of(lifecycles, authority))
                .add_service(journal.max_decoding_message_size(MAX_FRAME_BYTES))
                .add_service(Refusals::of(shadows, authority))
                .add_service(Refusals::of(approvals, authority))
                .add_service(self.health.server())
                .add_service(reflection().build_v1()?)
                .add_service(reflection().build_v1alpha()?)
                .prepare(),
        )
    }
}

fn reflection() -> tonic_reflection::server::Builder<'static> {
    tonic_reflection::server::Builder::configure()
        .register_encoded_file_descriptor_set(FILE_DESCRIPTOR_SET)
        .register_encoded_file_descriptor_set(tonic_health::pb::FILE_DESCRIPTOR_SET)
}
