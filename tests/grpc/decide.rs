//! Decisions, one by one and in streams.

use std::sync::Arc;

use cavra::action::{McpToolCall, Request, WorkspaceRoot};
use cavra::authority::Ask;
use cavra::decision::{Severity, Verdict};
use futures::{StreamExt as _, stream};

use crate::support::{BASELINE, OTHER, Service, action, library, policy, read};

#[tokio::test(flavor = "multi_thread")]
async fn the_required_cases_get_their_verdicts() {
    let service = Service::start(BASELINE, None).await;
    let mut client = service.client().await;
    for case in cavra::policy::cases::required_cases() {
        let action = Arc::new(case.action.clone());
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
    let compare = Ask::comparing(true);
    let mut call = (*action(Request::McpToolCall(McpToolCall {
        target: "unknown-filesystem:read_file".to_owned(),
        server: Some("unknown-filesystem".to_owned()),
        tool: Some("read_file".to_owned()),
        capability: Some("filesystem".to_owned()),
        operation: Some("filesystem".to_owned()),
        definition: Some(r#"{"name": "read_file", "inputSchema": {}}"#.into()),
        arguments: Some(r#"{"path" : "a",  "x": 1.50}"#.into()),
    })))
    .clone();
    call.place.workspace_root = Some("/w/a".to_owned());
    call.place.workspace_roots = ["/w/b", "/w/c"]
        .map(|root| WorkspaceRoot::claimed(root.to_owned()))
        .into();
    call.caller.session_id = Some("s-1".to_owned());
    call.caller.agent_id = Some("a-1".to_owned());
    call.caller.actor = Some("dev@example.com".to_owned());
    call.caller.correlation_id = Some("c-1".to_owned());
    let actions = [
        Arc::new(call),
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
    assert_eq!(answer.decision.judgement.severity, Severity::Critical);
}

/// Packs with Rego of their own take another way through the service than those without.
#[tokio::test(flavor = "multi_thread")]
async fn every_shipped_pack_decides_as_it_does_in_process() {
    let ids: Vec<String> = library().ids().map(str::to_owned).collect();
    assert!(ids.iter().any(|id| policy(id).has_own_rego()));
    assert!(ids.iter().any(|id| !policy(id).has_own_rego()));
    for id in ids {
        let service = Service::start(&id, Some(BASELINE)).await;
        let compare = Ask::comparing(true);
        let cases = policy(&id).pack().cases.clone();
        let actions: Vec<_> = cases
            .into_iter()
            .map(|case| Arc::new(case.action))
            .collect();
        let mut client = service.client().await;
        let asked = client
            .decide_stream(stream::iter(actions.clone()), compare)
            .await;
        let mut answers = asked.unwrap();
        for action in actions {
            let here = service.authority.decide(Arc::clone(&action), compare);
            let streamed = answers.next().await.unwrap();
            let there = client.decide(action, compare).await;
            match here {
                Ok(here) => {
                    let judgement = here.decision.judgement;
                    assert_eq!(there.unwrap().decision.judgement, judgement, "{id}");
                    let streamed = streamed.unwrap();
                    assert_eq!(streamed.decision.judgement, judgement, "{id}");
                    let candidate = streamed.candidate.unwrap();
                    assert_eq!(candidate.change, here.candidate.unwrap().change, "{id}");
                }
                Err(error) => {
                    assert!(there.is_err(), "{id}: {error}");
                    assert!(streamed.is_err(), "{id}: {error}");
                }
            }
        }
        assert!(answers.next().await.is_none());
    }
}
