//! Agents that ask, and remember what they were told.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};

use cavra::action::{Action, Caller, Place, Request};
use cavra::authority::Ask;
use cavra::grpc::client::{Client, ClientError};
use cavra::policy::decision::Decision;
use futures::StreamExt as _;
use tokio::runtime::Runtime;
use tokio::task::JoinHandle;
use uuid::Uuid;

/// Unary calls in flight.
const CALLS: usize = 24;
/// Streams, each with as much in flight as the service takes.
const STREAMS: usize = 2;
const ASK: Ask = Ask { compare: false };

/// What was answered: decisions with the positions they were told.
pub(crate) type Told = Arc<Mutex<Vec<(Uuid, Option<u64>)>>>;

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
    pub(crate) told: Told,
}

impl Load {
    pub(crate) async fn on(endpoint: &str) -> Self {
        let client = Client::connect(endpoint).await.unwrap();
        let told = Told::default();
        let calls = (0..CALLS).map(|_| tokio::spawn(call(client.clone(), Arc::clone(&told))));
        let mut tasks: Vec<_> = calls.collect();
        let streams = (0..STREAMS).map(|_| tokio::spawn(stream(client.clone(), Arc::clone(&told))));
        tasks.extend(streams);
        Self { tasks, told }
    }

    /// Answers what was told, once the service is gone.
    pub(crate) async fn ended(self) -> Vec<(Uuid, Option<u64>)> {
        for task in self.tasks {
            task.await.unwrap();
        }
        std::mem::take(&mut self.told.lock().unwrap())
    }
}

async fn call(mut client: Client, told: Told) {
    while let Ok(decision) = decide(&mut client).await {
        remember(&told, &decision);
    }
}

async fn stream(mut client: Client, told: Told) {
    let actions = futures::stream::repeat_with(action);
    let Ok(mut answers) = client.decide_stream(actions, ASK).await else {
        return;
    };
    while let Some(Ok(answered)) = answers.next().await {
        remember(&told, &answered.decision);
    }
}

fn remember(told: &Told, decision: &Decision) {
    let told_now = (decision.decision_id, decision.journal_position);
    told.lock().unwrap().push(told_now);
}
