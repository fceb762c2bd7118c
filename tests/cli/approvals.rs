//! What an approval is good for: the table of refusals, and requirements that all must be met.

use std::fs;
use std::time::Duration;

use cavra::authority::Authority;
use cavra::decision::Verdict;
use cavra::journal::writer::Mode;
use serde::Deserialize;
use serde_json::{Value, json};

use super::approvals_desk::{Asked, COMMAND, Given, authority, block_on, desk, replace};
use super::desk::Desk;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Row {
    note: String,
    #[serde(default)]
    asks: Value,
    answers: Vec<Given>,
    /// How often it is used before.
    #[serde(default)]
    uses: usize,
    #[serde(default)]
    wait_ms: u64,
    /// How the last question differs from the first.
    #[serde(default)]
    then: Value,
    /// What the last answer says of approvals; nothing if it is empty.
    says: String,
}

fn asked(changes: &Value, first: &Asked) -> Asked {
    let mut all = json!({
        "command": first.command, "session": first.session, "actor": first.actor,
        "uid": first.uid, "plan": first.plan, "policy": first.policy,
    });
    for (name, value) in changes.as_object().into_iter().flatten() {
        all[name] = value.clone();
    }
    serde_json::from_value(all).unwrap()
}

#[test]
fn what_an_approval_is_not_good_for() {
    let table = fs::read_to_string("tests/data/approvals/refused.json").unwrap();
    let rows: Vec<Row> = serde_json::from_str(&table).unwrap();
    assert!(rows.len() >= 25, "only {} rows", rows.len());
    let desk = desk();
    block_on(async {
        let authority = authority(&desk, Mode::Durable).await;
        for (index, row) in rows.into_iter().enumerate() {
            row_holds(&desk, &authority, index, row).await;
        }
    });
}

async fn row_holds(desk: &Desk, authority: &Authority, index: usize, row: Row) {
    let note = &row.note;
    replace(desk, authority, "mine").await;
    // Each row has a session of its own, and a command: a denial holds in every session.
    let first = Asked {
        session: format!("session-{index}"),
        command: format!("{COMMAND} {index}"),
        ..Asked::default()
    };
    let first = asked(&row.asks, &first);
    let decision = first.decide(authority).await;
    assert_eq!(decision.verdict(), Verdict::RequireApproval, "{note}");
    for given in &row.answers {
        let id = decision.approval_id();
        let id = id.unwrap_or_else(|| panic!("{note}: there is no id"));
        match (given.give(desk, authority, id).await, &given.refused) {
            (Ok(()), None) => {}
            (Err(error), Some(says)) => {
                assert!(error.to_string().contains(says), "{note}: {error}");
            }
            (result, refused) => panic!("{note}: {result:?}, expected {refused:?}"),
        }
    }
    for _ in 0..row.uses {
        let used = first.decide(authority).await;
        assert_eq!(used.verdict(), Verdict::AllowWithAttestation, "{note}");
        assert_eq!(used.rule_id(), "approvals.used", "{note}");
        assert_eq!(used.approval_id(), decision.approval_id(), "{note}");
        // The judgement stays as it was judged.
        assert_eq!(used.judgement.decision, Verdict::RequireApproval, "{note}");
    }
    tokio::time::sleep(Duration::from_millis(row.wait_ms)).await;
    let then = asked(&row.then, &first);
    if let Some(pack) = &then.policy {
        replace(desk, authority, pack).await;
    }
    let last = then.decide(authority).await;
    assert_eq!(last.verdict(), Verdict::RequireApproval, "{note}");
    let said = last.approval_note().unwrap_or_default();
    assert!(said.contains(&row.says), "{note}: {said}");
    assert!(!row.says.is_empty() || said.is_empty(), "{note}: {said}");
    assert!(last.reason().ends_with(said), "{note}");
}

/// Every group that must approve has to; who is in a group of each meets both.
#[test]
fn every_requirement_is_met_before_a_use() {
    let desk = desk();
    block_on(async {
        let authority = authority(&desk, Mode::Durable).await;
        let asked = Asked {
            command: "deployctl push web && grantctl root".to_owned(),
            ..Asked::default()
        };
        let id = asked.decide(&authority).await.approval_id().unwrap();
        for who in ["bo", "eve"] {
            let waiting = asked.decide(&authority).await;
            assert_eq!(waiting.verdict(), Verdict::RequireApproval);
            assert_eq!(waiting.approval_id(), Some(id));
            Given::by(who).give(&desk, &authority, id).await.unwrap();
        }
        let used = asked.decide(&authority).await;
        assert_eq!(used.verdict(), Verdict::AllowWithAttestation);
        let note = used.approval_note().unwrap();
        assert_eq!(
            note,
            "approved by bo (Repository Owners), eve (Platform Security)"
        );
        assert!(used.evidence_refs().contains(&format!("approval:{id}")));
    });
}
