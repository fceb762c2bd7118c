//! A client that means well: it connects, asks, and knows what the answers must be.

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use cavra::grpc::limits::ANSWER_UNREAD_TIME;
use cavra::grpc::wire::decide_stream_response::Result as Item;
use cavra::grpc::wire::decision_service_client::DecisionServiceClient;
use cavra::grpc::wire::{self, DecideRequest, Verdict, action};
use futures::stream;
use tokio::time::{sleep, timeout};
use tonic::transport::{Channel, Endpoint};
use tonic_health::pb::HealthCheckRequest;
use tonic_health::pb::health_check_response::ServingStatus;
use tonic_health::pb::health_client::HealthClient;

/// How long one question may take on a machine that is busy with the attack too.
const PATIENCE: Duration = Duration::from_secs(20);
/// A longer wait is one for the end of the attackers' calls, which comes at this limit.
const LONGEST: Duration = ANSWER_UNREAD_TIME.saturating_sub(Duration::from_secs(4));
/// Between two questions.
const PAUSE: Duration = Duration::from_millis(50);
/// Questions in a row that nobody answers.
const MAX_FAILURES: usize = 3;

/// Blanks behind a question that needs room beside others' large messages.
const BLANKS: usize = 8 * 1024;

/// What is asked, by a stream with many blanks or not, and what must be answered.
const QUESTIONS: [(&str, bool, Verdict); 3] = [
    ("cat .env", false, Verdict::Block),
    ("cargo test", false, Verdict::RequireApproval),
    ("cat .env", true, Verdict::Block),
];

/// How asking went.
#[derive(Debug, Default)]
pub(crate) struct Honest {
    answered: usize,
    healthy: usize,
    failed: usize,
    failed_in_a_row: usize,
    longest: Duration,
    last_failure: String,
}

impl Honest {
    /// Asks for `time`, and until there are so many answers. Each question comes by a
    /// connection of its own.
    pub(crate) async fn ask(address: SocketAddr, time: Duration, answers: usize) -> Self {
        let mut asked = Self::default();
        let start = Instant::now();
        while (start.elapsed() < time || asked.answered < answers)
            && asked.failed_in_a_row < MAX_FAILURES
        {
            let (line, is_large, verdict) = QUESTIONS[asked.answered % QUESTIONS.len()];
            let begun = Instant::now();
            let answered = async {
                match is_large {
                    true => large_question(address, line).await,
                    false => question(address, line).await,
                }
            };
            match timeout(PATIENCE, answered).await {
                Ok(Ok(answer)) => {
                    assert_eq!(answer, verdict, "{line}");
                    asked.answered += 1;
                    asked.failed_in_a_row = 0;
                }
                Ok(Err(error)) => asked.fail(&error),
                Err(_) => asked.fail("no answer in time"),
            }
            match timeout(PATIENCE, health(address)).await {
                Ok(Ok(())) => asked.healthy += 1,
                Ok(Err(error)) => asked.fail(&error),
                Err(_) => asked.fail("no word about health in time"),
            }
            asked.longest = asked.longest.max(begun.elapsed());
            sleep(PAUSE).await;
        }
        asked
    }

    fn fail(&mut self, why: &str) {
        self.failed += 1;
        self.failed_in_a_row += 1;
        why.clone_into(&mut self.last_failure);
    }

    /// Fails unless asking went well: now and then a connection may have to be renewed.
    #[track_caller]
    pub(crate) fn is_well(&self) {
        assert!(self.answered > 0 && self.healthy > 0, "{self:?}");
        assert!(self.failed_in_a_row < MAX_FAILURES, "{self:?}");
        assert!(self.failed * 5 <= self.answered, "{self:?}");
        assert!(self.longest < LONGEST, "{self:?}");
    }
}

async fn connect(address: SocketAddr) -> Result<Channel, String> {
    let endpoint = Endpoint::from_shared(format!("http://{address}")).unwrap();
    let connected = endpoint.connect().await;
    connected.map_err(|error| format!("not connected: {error:?}"))
}

async fn question(address: SocketAddr, line: &str) -> Result<Verdict, String> {
    let mut client = DecisionServiceClient::new(connect(address).await?);
    let answered = client.decide(command(line)).await;
    let answer = answered.map_err(|status| format!("not answered: {status:?}"))?;
    Ok(answer.into_inner().decision.unwrap().decision())
}

async fn large_question(address: SocketAddr, line: &str) -> Result<Verdict, String> {
    let mut client = DecisionServiceClient::new(connect(address).await?);
    let question = command(&format!("{line}{}", " ".repeat(BLANKS)));
    let failed = |status| format!("not answered by a stream: {status:?}");
    let stream = client.decide_stream(stream::iter([question])).await;
    let answer = stream.map_err(failed)?.into_inner().message().await;
    match answer.map_err(failed)?.and_then(|it| it.result) {
        Some(Item::Answer(answer)) => Ok(answer.decision.unwrap().decision()),
        other => Err(format!("not answered by a stream: {other:?}")),
    }
}

async fn health(address: SocketAddr) -> Result<(), String> {
    let mut client = HealthClient::new(connect(address).await?);
    let answered = client.check(HealthCheckRequest::default()).await;
    let answer = answered.map_err(|status| format!("health not told: {status:?}"))?;
    match answer.into_inner().status() {
        ServingStatus::Serving => Ok(()),
        other => Err(format!("health is {other:?}")),
    }
}

/// A request to run `line`.
pub(crate) fn command(line: &str) -> DecideRequest {
    DecideRequest {
        action: Some(wire::Action {
            request: Some(action::Request::ExecuteCommand(wire::ExecuteCommand {
                command_line: line.to_owned(),
            })),
            ..Default::default()
        }),
        ..Default::default()
    }
}
