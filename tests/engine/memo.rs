//! What is remembered is what would have been evaluated.

use crate::common;

use std::sync::{Arc, LazyLock};

use cavra::action::Action;
use cavra::authority::{Ask, Authority};
use cavra::engine::Memo;
use proptest::prelude::*;
use serde_json::json;

const BASELINE: &str = "cavra-ai-agent-baseline";

fn authority(id: &str, memo: Memo) -> Authority {
    let pack = common::library().effective(id).unwrap();
    let policy = common::admission().compile(pack).unwrap();
    Authority::new(Arc::new(policy.with_memo(memo)), None)
}

/// Of each pack one that remembers and one that doesn't, for all cases: what one case left in
/// memory must serve the next.
static AUTHORITIES: LazyLock<Vec<(String, Authority, Authority)>> = LazyLock::new(|| {
    let packs = common::library();
    let ids = packs.ids().map(ToString::to_string);
    ids.map(|id| {
        (
            id.clone(),
            authority(&id, Memo::On),
            authority(&id, Memo::Off),
        )
    })
    .collect()
});

fn word() -> impl Strategy<Value = String> {
    prop_oneof![
        Just(".env".to_owned()),
        Just("main".to_owned()),
        Just("release/1".to_owned()),
        Just("infra/main.tf".to_owned()),
        Just("security/x".to_owned()),
        Just("src/lib.rs".to_owned()),
        Just("--force".to_owned()),
        "[a-z]{1,4}",
    ]
}

fn command() -> impl Strategy<Value = String> {
    let program = prop::sample::select(vec![
        "terraform apply",
        "terraform plan",
        "cat",
        "git push origin",
        "kubectl delete pod",
        "pytest",
        "cp",
        "ls",
        "sudo terraform destroy",
        "npm test",
        "gh pr review",
        "A=1 pytest",
        "$X",
        "cd infra &&",
    ]);
    let line = (program, prop::collection::vec(word(), 0..3));
    let line = line.prop_map(|(program, words)| format!("{program} {}", words.join(" ")));
    prop::collection::vec(line, 1..4).prop_map(|lines| lines.join("; "))
}

fn document() -> impl Strategy<Value = serde_json::Value> {
    let callers = prop::collection::vec(
        prop::option::of(prop::sample::select(vec!["alice", "bob"])),
        4,
    );
    let action = prop_oneof![
        word().prop_map(|path| json!({"action_type": "read_file", "target": path, "requested_operation": "read"})),
        word().prop_map(|path| json!({"action_type": "write_file", "target": path, "requested_operation": "write"})),
        command().prop_map(|line| json!({"action_type": "execute_command", "target": line, "requested_operation": line})),
        (prop::sample::select(vec!["push", "force_push", "fetch", "transmogrify"]), word()).prop_map(|(operation, branch)| {
            json!({"action_type": "git_operation", "target": format!("origin/{branch}"), "requested_operation": operation})
        }),
        word().prop_map(|server| json!({
            "action_type": "mcp_tool_call", "target": format!("{server}:read"), "requested_operation": "filesystem",
        })),
    ];
    (action, callers).prop_map(|(mut action, callers)| {
        let fields = ["actor", "agent_id", "session_id", "correlation_id"];
        for (field, caller) in fields.into_iter().zip(callers) {
            if let Some(caller) = caller {
                action[field] = caller.into();
            }
        }
        action
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn memo_on_equals_memo_off(documents in prop::collection::vec(document(), 1..8)) {
        for (id, on, off) in &*AUTHORITIES {
            // Twice, so that the second round is answered from memory.
            for document in documents.iter().chain(&documents) {
                let Ok(action) = Action::from_json(document.to_string().as_bytes()) else { continue };
                let action = Arc::new(action);
                let remembered = on.decide(Arc::clone(&action), Ask::default());
                let evaluated = off.decide(action, Ask::default());
                let judgement = |answer: Result<cavra::authority::Answer, _>| answer.map(|a| a.decision.judgement);
                prop_assert_eq!(judgement(remembered), judgement(evaluated), "{} {}", id, document);
            }
        }
    }
}

fn reads_log(actor: &str) -> Arc<Action> {
    let document = json!({
        "action_type": "execute_command", "target": "git log -3",
        "requested_operation": "git log -3", "actor": actor,
    });
    Arc::new(Action::from_json(document.to_string().as_bytes()).unwrap())
}

#[test]
fn a_remembered_judgement_belongs_to_who_asks_now() {
    let authority = authority(BASELINE, Memo::On);
    let first = authority
        .decide(reads_log("alice"), Ask::default())
        .unwrap();
    let second = authority.decide(reads_log("bob"), Ask::default()).unwrap();
    assert!(Arc::ptr_eq(&first.facts, &second.facts), "not remembered");
    assert_eq!(first.decision.judgement, second.decision.judgement);
    let actor = |answer: &cavra::authority::Answer| answer.decision.action.caller.actor.clone();
    assert_eq!(actor(&first).as_deref(), Some("alice"));
    assert_eq!(actor(&second).as_deref(), Some("bob"));
    assert_ne!(first.decision.decision_id, second.decision.decision_id);
}

#[test]
fn a_policy_that_comes_into_force_judges_what_another_judged() {
    let policy = |id: &str| {
        let pack = common::library().effective(id).unwrap();
        Arc::new(common::admission().compile(pack).unwrap())
    };
    let (strict, starter) = (policy(BASELINE), policy("cavra-coding-agent"));
    let compared = Ask::comparing(true);
    let authority = Authority::new(Arc::clone(&strict), Some(Arc::clone(&starter)));
    let before = authority.decide(reads_log("alice"), compared).unwrap();
    let candidate = before.candidate.unwrap().decision;
    assert_ne!(
        before.decision.judgement, candidate.judgement,
        "the case tells nothing"
    );
    let runtime = tokio::runtime::Builder::new_current_thread()
        .build()
        .unwrap();
    let by = cavra::journal::record::refusal::Author::Start;
    runtime
        .block_on(authority.replace(Arc::clone(&starter), Some(Arc::clone(&strict)), by))
        .unwrap();
    let after = authority.decide(reads_log("alice"), compared).unwrap();
    assert_eq!(after.decision.judgement, candidate.judgement);
    let other = after.candidate.unwrap().decision;
    assert_eq!(other.judgement, before.decision.judgement);
    assert_eq!(other.policy.id, strict.identity().id);
}
