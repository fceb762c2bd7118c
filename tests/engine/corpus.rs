//! The development corpus: every `want` must hold under the baseline pack.

use crate::common;

use std::path::PathBuf;
use std::sync::Arc;

use cavra::action::Action;
use cavra::authority::{Ask, Authority};
use cavra::decision::Verdict;

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

/// What one case's action is answered with, and the facts behind it.
fn answer(authority: &Authority, input: &serde_json::Value) -> (Option<Verdict>, String) {
    let answer = Action::from_json(input.to_string().as_bytes())
        .and_then(|action| authority.decide(Arc::new(action), Ask::default()));
    match answer {
        Ok(answer) => (
            Some(answer.decision.verdict()),
            serde_json::to_string(&answer.facts).unwrap(),
        ),
        Err(error) => (None, error.to_string()),
    }
}

/// Every `*.jsonl` file of the corpus, in the order of their names.
fn files() -> Vec<PathBuf> {
    let folder = common::repository("tests/data/corpus");
    let mut files: Vec<_> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|end| end == "jsonl"))
        .collect();
    files.sort();
    files
}

#[test]
fn every_case_holds() {
    let authority = Authority::new(common::policy("cavra-ai-agent-baseline"), None);
    let (mut cases, mut failures) = (0_usize, Vec::new());
    for path in files() {
        for line in std::fs::read_to_string(&path).unwrap().lines() {
            cases += 1;
            let case: serde_json::Value = serde_json::from_str(line).unwrap();
            let (verdict, facts) = answer(&authority, &case["input"]);
            if !holds(case["want"].as_str().unwrap(), verdict) {
                let (id, want, target) =
                    (&case["case_id"], &case["want"], &case["input"]["target"]);
                failures.push(format!(
                    "{id} wants {want}, got {verdict:?}: {target}\n    {facts:.600}"
                ));
            }
        }
    }
    assert!(cases >= 5_000, "only {cases} cases");
    assert!(
        failures.is_empty(),
        "{} of {cases} fail:\n{}",
        failures.len(),
        failures.join("\n")
    );
}
