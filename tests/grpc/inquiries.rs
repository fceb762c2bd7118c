//! Who asks what would be decided leaves a trace, and can't ask without end.

use cavra::authority::Ask;
use cavra::grpc::server::JournalReads;
use cavra::grpc::wire::policy_ref::Policy;
use cavra::grpc::wire::{
    Caller, DryRunRequest, ExplainRequest, LintPolicyRequest, PolicyRef, lint_policy_request,
};
use cavra::journal::query::{Filter, JournalEntry, Query};
use futures::StreamExt as _;
use tonic::Code;

use crate::support::{BASELINE, Service, read, read_request};

/// Some more than one peer may ask at once.
const MANY: usize = 200;

fn explain(path: &str) -> ExplainRequest {
    let mut action = read_request(path).action.unwrap();
    action.caller = Some(Caller {
        agent_id: Some("agent-7".to_owned()),
        ..Caller::default()
    });
    ExplainRequest {
        action: Some(action),
        compare: false,
    }
}

async fn entries(service: &Service) -> Vec<JournalEntry> {
    let mut journal = service.client().await.journal();
    let found = journal.query(&Query::default()).await.unwrap();
    found.map(Result::unwrap).collect().await
}

fn lint() -> LintPolicyRequest {
    let pack = lint_policy_request::Pack::PolicyId(BASELINE.to_owned());
    LintPolicyRequest { pack: Some(pack) }
}

#[tokio::test(flavor = "multi_thread")]
async fn each_is_recorded_and_none_is_counted() {
    let folder = tempfile::tempdir().unwrap();
    let (data, socket) = (folder.path().join("data"), folder.path().join("admin.sock"));
    let service = Service::start_recorded(&data, Some(socket), JournalReads::Everybody).await;
    let mut client = service.policies().await;
    client.explain(explain(".env")).await.unwrap();
    client.explain(explain(".env")).await.unwrap();
    client.explain(explain("README.md")).await.unwrap();
    let policy = Some(PolicyRef {
        policy: Some(Policy::PolicyId(BASELINE.to_owned())),
    });
    client.dry_run(DryRunRequest { policy }).await.unwrap();
    let mut admin = service.admin_policies().await;
    admin.lint_policy(lint()).await.unwrap();
    let mut decider = service.client().await;
    decider.decide(read(".env"), Ask::default()).await.unwrap();

    let found = entries(&service).await;
    let kinds: Vec<&str> = found.iter().map(JournalEntry::kind).collect();
    let five = ["inquiry"; 5];
    assert_eq!(
        kinds,
        [&["policy_change"], &five[..], &["decision"]].concat()
    );
    let records = found.iter().map(|entry| entry.parts().record.get());
    let records: Vec<serde_json::Value> = records
        .map(|text| serde_json::from_str(text).unwrap())
        .collect();
    let field = |name: &str| -> Vec<&serde_json::Value> {
        records[1..6].iter().map(|record| &record[name]).collect()
    };
    let methods = ["explain", "explain", "explain", "dry_run", "lint_policy"];
    assert_eq!(field("method"), methods);
    assert_eq!(records[1]["asked_by"], "127.0.0.1");
    let admin = records[5]["asked_by"].as_str().unwrap();
    assert!(admin.starts_with("uid:"), "{admin}");
    let questions = field("question");
    assert_eq!(questions[0], questions[1], "the same question");
    assert_ne!(questions[1], questions[2], "another one");
    assert_eq!(records[1]["caller"]["agent_id"], "agent-7");
    assert!(!records[1].to_string().contains(".env"), "{}", records[1]);

    let mut journal = service.client().await.journal();
    let stats = journal.stats(&Filter::default()).await.unwrap();
    assert_eq!((stats.decisions, stats.events), (1, 1));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_peer_that_asks_too_often_is_refused_and_decisions_go_on() {
    let service = Service::start(BASELINE, None).await;
    let mut client = service.policies().await;
    let mut refused = Vec::new();
    for number in 0..MANY {
        let asked = client.explain(explain(&format!("file{number}"))).await;
        refused.extend(asked.err().map(|status| status.code()));
    }
    assert!(refused.len() >= MANY / 10, "only {} refused", refused.len());
    assert!(refused.len() < MANY, "all are refused");
    assert!(refused.iter().all(|code| *code == Code::ResourceExhausted));
    let mut decisions = service.decisions().await;
    decisions.decide(read_request(".env")).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_pack_is_linted_on_the_admin_socket_only() {
    let folder = tempfile::tempdir().unwrap();
    let socket = folder.path().join("admin.sock");
    let service = Service::start_with(BASELINE, None, Some(socket.clone())).await;
    let refused = service.policies().await.lint_policy(lint()).await;
    let refused = refused.unwrap_err();
    assert_eq!(refused.code(), Code::PermissionDenied);
    let named = socket.to_str().unwrap();
    assert!(refused.message().contains(named), "{refused}");
    let linted = service.admin_policies().await.lint_policy(lint()).await;
    assert!(linted.unwrap().into_inner().valid);
}
