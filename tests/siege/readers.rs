//! Those who follow the journal and never go.

use std::net::SocketAddr;
use std::time::Duration;

use cavra::grpc::limits::SHARE_TIME;
use cavra::grpc::wire::decision_service_client::DecisionServiceClient;
use cavra::grpc::wire::journal_service_client::JournalServiceClient;
use cavra::grpc::wire::tail_request::Start;
use cavra::grpc::wire::{GetCheckpointRequest, TailRequest, TailResponse};
use futures::future::join_all;
use tokio::runtime::Runtime;
use tokio::time::{sleep, timeout};
use tonic::transport::{Channel, Endpoint};
use tonic::{Code, Streaming};

use crate::honest::command;
use crate::service::Service;

/// What a busy machine takes for one step.
const PATIENCE: Duration = Duration::from_secs(60);
/// Connections, each with a call that lasts: more than one peer may have.
const FOLLOWERS: usize = 40;
/// Calls that follow the journal while the memory is looked at.
const TAILS: usize = 16;
/// Records that they read, and bytes of the line of each.
const RECORDS: usize = 300;
const LINE_BYTES: usize = 30_000;
/// By how much the service may grow while they read, in KiB. The contents that each reads have more than
/// 8 MiB.
const MAX_GROWTH_KIB: u64 = 128 * 1024;

async fn connect(address: SocketAddr) -> Channel {
    let endpoint = Endpoint::from_shared(format!("http://{address}")).unwrap();
    endpoint.connect().await.unwrap()
}

/// A call that follows the journal from its beginning, by a connection of its own.
async fn follow(address: SocketAddr) -> Option<Streaming<TailResponse>> {
    let mut client = JournalServiceClient::new(connect(address).await);
    let request = TailRequest {
        start: Some(Start::Position(0)),
        ..TailRequest::default()
    };
    Some(client.tail(request).await.ok()?.into_inner())
}

/// Reads `count` records.
async fn read(mut tail: Streaming<TailResponse>, count: usize) -> Streaming<TailResponse> {
    for _ in 0..count {
        let next = timeout(PATIENCE, tail.message()).await.unwrap();
        assert!(next.unwrap().is_some());
    }
    tail
}

#[test]
fn calls_that_last_take_turns_on_loopback() {
    let runtime = Runtime::new().unwrap();
    let mut service = Service::start();
    let address = service.address();
    runtime.block_on(async {
        let mut tails = Vec::new();
        for _ in 0..FOLLOWERS {
            tails.extend(follow(address).await);
        }
        sleep(SHARE_TIME + Duration::from_secs(1)).await;
        let mut newcomer = JournalServiceClient::new(connect(address).await);
        newcomer
            .get_checkpoint(GetCheckpointRequest {})
            .await
            .unwrap();
        let first = &mut tails[0];
        let ended = loop {
            if let Err(status) = timeout(PATIENCE, first.message()).await.unwrap() {
                break status;
            }
        };
        assert_eq!(ended.code(), Code::ResourceExhausted);
        assert!(ended.message().contains("call again"), "{ended:?}");
    });
    runtime.shutdown_background();
    assert_eq!(service.stop(), Some(0), "{}", service.log());
}

#[test]
fn those_who_follow_the_journal_take_little_memory() {
    let runtime = Runtime::new().unwrap();
    let mut service = Service::start();
    let address = service.address();
    runtime.block_on(async {
        let mut client = DecisionServiceClient::new(connect(address).await);
        for number in 0..RECORDS {
            let line = format!("echo {number} {}", "a".repeat(LINE_BYTES));
            client.decide(command(&line)).await.unwrap();
        }
        let before = service.most_resident_kib();
        let tails = join_all((0..TAILS).map(|_| follow(address))).await;
        let reading = tails.into_iter().map(|tail| read(tail.unwrap(), RECORDS));
        let tails = join_all(reading).await;
        let growth = service.most_resident_kib() - before;
        println!("{before} KiB before, {growth} KiB for {TAILS} tails");
        assert!(growth < MAX_GROWTH_KIB, "{growth} KiB");
        drop(tails);
    });
    runtime.shutdown_background();
    assert_eq!(service.stop(), Some(0), "{}", service.log());
}
