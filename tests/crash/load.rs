//! Agents that ask, and remember the answers.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};

use cavra::action::{Action, Caller, Place, Request};
use cavra::authority::Ask;
use cavra::decision::Decision;
use cavra::grpc::client::{Client, ClientError, Patience};
use futures::StreamExt as _;
use tokio::runtime::Runtime;
use tokio::task::JoinHandle;
use uuid::Uuid;

/// Unary calls in flight.
const CALLS: usize = 24;
/// Streams, each with as much in flight as the service takes.
const STREAMS: usize = 2;
const ASK: Ask = Ask::comparing(false);

/// What was answered: a decision with its position.
pub(crate) type Told = (Uuid, Option<u64>);

static NUMBER: AtomicU64 = AtomicU64::new(0);

/// An action like no other before.
pub(crate) fn action() -> Arc<Action> {
    let number = NUMBER.fetch_add(1, Ordering::Relaxed);
    let request = match number % 3 {
        0 => Request::ReadFile {
            path: format!("src/file{number}.rs"),
        },
        1 => Request::ExecuteCommand {
            command_line: format!("cargo test case_{number}"),
        },
        _ => Request::ReadFile {
            path: ".env".to_owned(),
        },
    };
    Arc::new(Action {
        request,
        caller: Caller {
            agent_id: Some(format!("agent-{}", number % 7)),
            ..Caller::default()
        },
        place: Place::default(),
        terraform_plan: None,
    })
}

pub(crate) fn runtime() -> Runtime {
    tokio::runtime::Builder::new_multi_thread()
        .worker_threads(1)
        .enable_all()
        .build()
        .unwrap()
}

/// One decision.
pub(crate) async fn decide(client: &mut Client) -> Result<Decision, ClientError> {
    Ok(client.decide(action(), ASK).await?.decision)
}

/// Asks until the service is gone.
pub(crate) struct Load {
    tasks: Vec<JoinHandle<()>>,
    shared: Arc<Shared>,
}

#[derive(Default)]
struct Shared {
    told: Mutex<Vec<Told>>,
    /// Whether nothing more is to be asked.
    is_over: AtomicBool,
}

impl Load {
    pub(crate) async fn on(endpoint: &str) -> Self {
        let client = Client::connect(endpoint, Patience::new(super::service::PATIENCE))
            .await
            .unwrap();
        let shared = Arc::new(Shared::default());
        let mut tasks = Vec::new();
        for _ in 0..CALLS {
            tasks.push(tokio::spawn(call(client.clone(), Arc::clone(&shared))));
        }
        for _ in 0..STREAMS {
            tasks.push(tokio::spawn(stream(client.clone(), Arc::clone(&shared))));
        }
        Self { tasks, shared }
    }

    /// Asks nothing more; what is asked already goes on.
    pub(crate) fn let_go(&self) {
        self.shared.is_over.store(true, Ordering::Relaxed);
    }

    /// Returns the answers, once nothing is asked any more.
    pub(crate) async fn ended(self) -> Vec<Told> {
        for task in self.tasks {
            task.await.unwrap();
        }
        std::mem::take(&mut self.shared.told.lock().unwrap())
    }
}

async fn call(mut client: Client, shared: Arc<Shared>) {
    while !shared.is_over.load(Ordering::Relaxed) {
        let Ok(decision) = decide(&mut client).await else {
            return;
        };
        shared.remember(&decision);
    }
}

async fn stream(mut client: Client, shared: Arc<Shared>) {
    let ending = Arc::clone(&shared);
    let actions = futures::stream::repeat_with(action)
        .take_while(move |_| std::future::ready(!ending.is_over.load(Ordering::Relaxed)));
    let Ok(mut answers) = client.decide_stream(actions, ASK).await else {
        return;
    };
    while let Some(Ok(answered)) = answers.next().await {
        shared.remember(&answered.decision);
    }
}

impl Shared {
    fn remember(&self, decision: &Decision) {
        let told = (decision.decision_id, decision.journal_position());
        self.told.lock().unwrap().push(told);
    }
}
