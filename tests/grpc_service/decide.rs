//! Decisions, one by one and in streams.

use cavra::action::{McpToolCall, Request};
use cavra::authority::Ask;
use cavra::policy::verdict::{Severity, Verdict};
use futures::{StreamExt as _, stream};

use crate::support::{BASELINE, OTHER, Service, action, read};

#[tokio::test(flavor = "multi_thread")]
async fn the_required_cases_get_their_verdicts() {
    let service = Service::start(BASELINE, None).await;
    let mut client = service.client().await;
    for case in cavra::policy::cases::required_cases() {
        let action = std::sync::Arc::new(case.action.clone());
        let answer = client.decide(action, Ask::default()).await.unwrap();
        assert_eq!(
            answer.decision.verdict(),
            case.expect.decision,
            "{}",
            case.case_id
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_decision_crosses_the_wire_whole() {
    let service = Service::start(BASELINE, Some(OTHER)).await;
    let mut client = service.client().await;
    let compare = Ask { compare: true };
    let mut call = (*action(Request::McpToolCall(McpToolCall {
        target: "unknown-filesystem:read_file".to_owned(),
        server: Some("unknown-filesystem".to_owned()),
        tool: Some("read_file".to_owned()),
        capability: Some("filesystem".to_owned()),
        operation: Some("filesystem".to_owned()),
        definition: Some(r#"{"name": "read_file", "inputSchema": {}}"#.into()),
    })))
    .clone();
    call.caller.session_id = Some("s-1".to_owned());
    call.caller.agent_id = Some("a-1".to_owned());
    call.caller.actor = Some("dev@example.com".to_owned());
    call.caller.correlation_id = Some("c-1".to_owned());
    let actions = [
        std::sync::Arc::new(call),
        action(Request::GitOperation {
            operation: "push".to_owned(),
            target: "origin/main".to_owned(),
        }),
        action(Request::GitOperation {
            operation: "push_force".to_owned(),
            target: "origin/main".to_owned(),
        }),
        action(Request::ExecuteCommand {
            command_line: "terraform apply -auto-approve".to_owned(),
        }),
        action(Request::WriteFile {
            path: "policies/x/policy.yaml".to_owned(),
        }),
    ];
    for action in actions {
        let here = service.authority.decide(action.clone(), compare).unwrap();
        let there = client.decide(action.clone(), compare).await.unwrap();
        let mut expected = here.decision.clone();
        expected.decision_id = there.decision.decision_id;
        expected.timestamp = there.decision.timestamp;
        assert_eq!(there.decision, expected);
        let (here, there) = (here.candidate.unwrap(), there.candidate.unwrap());
        assert_eq!(there.change, here.change);
        assert_eq!(there.decision.judgement, here.decision.judgement);
        assert_eq!(there.decision.policy, here.decision.policy);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stream_answers_in_order() {
    let service = Service::start(BASELINE, None).await;
    let mut client = service.client().await;
    let paths: Vec<String> = (0..5000)
        .map(|n| {
            if n % 3 == 0 {
                ".env".to_owned()
            } else {
                format!("src/{n}.rs")
            }
        })
        .collect();
    let actions: Vec<_> = paths.iter().map(|path| read(path)).collect();
    let mut answers = client
        .decide_stream(stream::iter(actions), Ask::default())
        .await
        .unwrap();
    for path in &paths {
        let answer = answers.next().await.unwrap().unwrap();
        let expected = if path == ".env" {
            Verdict::Block
        } else {
            Verdict::Allow
        };
        assert_eq!(answer.decision.action.target(), path);
        assert_eq!(answer.decision.verdict(), expected, "{path}");
    }
    assert!(answers.next().await.is_none());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_blocked_apply_is_critical() {
    let service = Service::start(BASELINE, None).await;
    let action = action(Request::ExecuteCommand {
        command_line: "terraform apply -auto-approve".to_owned(),
    });
    let answer = service
        .client()
        .await
        .decide(action, Ask::default())
        .await
        .unwrap();
    assert_eq!(answer.decision.judgement.severity(), Severity::Critical);
}
