//! The development corpus: every `want` must hold under the baseline pack.

#![expect(clippy::unwrap_used, clippy::panic, reason = "tests")]

mod common;

use std::sync::Arc;

use cavra::action::Action;
use cavra::authority::{Ask, Authority};
use cavra::policy::verdict::Verdict;

fn holds(want: &str, verdict: Option<Verdict>) -> bool {
    let (block, approval) = (Some(Verdict::Block), Some(Verdict::RequireApproval));
    match want {
        "block" => verdict == block,
        "require_approval" => verdict == approval,
        "allow" => verdict == Some(Verdict::Allow),
        // An error is no allow.
        "not_allow" => verdict != Some(Verdict::Allow),
        "not_block" => verdict.is_some() && verdict != block,
        other => panic!("unknown want `{other}`"),
    }
}

#[test]
fn every_case_holds() {
    let path = common::repository("tests/data/corpus/actions.jsonl");
    let authority = Authority::new(common::policy("cavra-ai-agent-baseline"), None);
    let text = std::fs::read_to_string(&path).unwrap();
    let mut failures = Vec::new();
    for line in text.lines() {
        let case: serde_json::Value = serde_json::from_str(line).unwrap();
        let answer = Action::from_json(case["input"].to_string().as_bytes())
            .and_then(|action| authority.decide(Arc::new(action), Ask::default()));
        let verdict = answer.as_ref().ok().map(|answer| answer.decision.verdict());
        if !holds(case["want"].as_str().unwrap(), verdict) {
            let facts = answer.map(|answer| serde_json::to_string(&answer.facts).unwrap());
            failures.push(format!(
                "{} {}: got {verdict:?}\n    {facts:?}",
                case["case_id"], case["want"]
            ));
        }
    }
    assert!(
        failures.is_empty(),
        "{} of {} fail:\n{}",
        failures.len(),
        text.lines().count(),
        failures.join("\n")
    );
}
