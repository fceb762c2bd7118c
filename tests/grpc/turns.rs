//! Who gets a turn while somebody keeps all threads busy.

use std::fmt::Write as _;

use cavra::grpc::limits::MAX_INLINE_BYTES;
use cavra::grpc::wire;
use cavra::grpc::wire::decision_service_client::DecisionServiceClient;
use futures::StreamExt as _;
use futures::stream::{self, FuturesUnordered};
use tonic::Code;

use crate::support::{BASELINE, Service, request};

/// Calls with big plans that are in flight all the time.
const GREEDY_CALLS: usize = 12;
const HONEST_CALLS: usize = 40;
/// Bytes of a big plan: it takes far longer than a small decision in any build.
const PLAN_BYTES: usize = 512 * 1024;

fn command(command_line: String) -> wire::DecideRequest {
    request(wire::action::Request::ExecuteCommand(
        wire::ExecuteCommand { command_line },
    ))
}

/// A command with a plan of many resources.
pub(crate) fn big_plan() -> wire::DecideRequest {
    let mut plan = String::from(r#"{"format_version":"1.2","resource_changes":["#);
    for number in 0.. {
        let address = format!("aws_instance.example{number}");
        let separator = if number == 0 { "" } else { "," };
        write!(
            plan,
            r#"{separator}{{"address":"{address}","type":"aws_instance","name":"example{number}","mode":"managed","change":{{"actions":["update"],"before":{{"tags":{{"a":"{number}"}}}},"after":{{"tags":{{"a":"b"}}}}}}}}"#,
        )
        .unwrap();
        if plan.len() >= PLAN_BYTES {
            break;
        }
    }
    plan.push_str("]}");
    let mut request = command("terraform apply plan.out".to_owned());
    request.action.as_mut().unwrap().terraform_plan = Some(plan.into_bytes());
    request
}

/// A command that is too long to be decided where its call is.
fn waiting_command() -> wire::DecideRequest {
    command(format!("cat .env {}", "x".repeat(MAX_INLINE_BYTES)))
}

/// Small decisions of one connection are all answered while another keeps every thread busy
/// with big plans; and it goes on with those.
#[tokio::test(flavor = "multi_thread")]
async fn big_plans_of_one_connection_refuse_no_small_decision_of_another() {
    let service = Service::start(BASELINE, None).await;
    let greedy = service.decisions().await;
    let plan = big_plan();
    let endless = stream::repeat_with(move || {
        let (mut greedy, plan) = (greedy.clone(), plan.clone());
        async move { greedy.decide(plan).await.map(drop) }
    });
    let mut endless = endless.buffer_unordered(GREEDY_CALLS);
    // Its first answer: by now it has all threads, and keeps them.
    assert!(endless.next().await.unwrap().is_ok());
    let greedy = tokio::spawn(async move {
        let codes = endless.map(|answer| answer.map_or_else(|status| status.code(), |()| Code::Ok));
        codes.take(4 * GREEDY_CALLS).collect::<Vec<_>>().await
    });

    let mut honest = service.decisions().await;
    for _ in 0..HONEST_CALLS {
        let answer = honest.decide(waiting_command()).await.unwrap().into_inner();
        let decision = answer.decision.unwrap();
        assert_eq!(decision.decision(), wire::Verdict::Block, "{decision:?}");
    }
    assert!(greedy.await.unwrap().contains(&Code::Ok));
}

/// What is asked for at once by one connection is answered in full where nobody else asks.
#[tokio::test(flavor = "multi_thread")]
async fn a_stream_of_what_takes_long_is_answered_in_order() {
    let service = Service::start(BASELINE, None).await;
    let mut client = service.decisions().await;
    let requests = stream::repeat_with(waiting_command).take(300);
    let answers = client.decide_stream(requests).await.unwrap().into_inner();
    let indexes: Vec<u64> = answers
        .map(|answer| {
            let answer = answer.unwrap();
            let result = answer.result.unwrap();
            let is_answer = matches!(result, wire::decide_stream_response::Result::Answer(_));
            assert!(is_answer, "{result:?}");
            answer.index
        })
        .collect()
        .await;
    assert_eq!(indexes, Vec::from_iter(0..300));
}

/// Calls that nobody waits for any more leave their places and threads to those who wait.
#[tokio::test(flavor = "multi_thread")]
async fn dropped_calls_hold_up_nobody() {
    let service = Service::start(BASELINE, None).await;
    let dropped: DecisionServiceClient<_> = service.decisions().await;
    let calls: FuturesUnordered<_> = (0..64)
        .map(|_| {
            let mut client = dropped.clone();
            async move { client.decide(big_plan()).await }
        })
        .collect();
    let mut calls = calls;
    assert!(calls.next().await.is_some());
    drop(calls);
    let mut same = dropped;
    assert!(same.decide(waiting_command()).await.is_ok());
}
