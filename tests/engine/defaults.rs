//! What nobody in a lineage sets protects all the same: `tests/data/defaults.jsonl`.
//!
//! One case a line: packs by id as YAML, the one that decides, an action, and the decision
//! that must follow. `oracle` says why.

use crate::common;

use std::collections::BTreeMap;
use std::sync::Arc;

use cavra::authority::{Ask, Authority};
use cavra::engine::Policy;
use cavra::policy::effective::{FindError, resolve};
use cavra::policy::source::{PackSource, SourceFile};
use serde::Deserialize;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    case_id: String,
    oracle: String,
    packs: BTreeMap<String, String>,
    resolve: String,
    input: serde_json::Value,
    want: String,
    approver: Option<String>,
}

fn source(id: &str, text: &str) -> PackSource {
    PackSource {
        origin: id.to_owned(),
        policy: SourceFile {
            path: "policy.yaml".to_owned(),
            text: text.to_owned(),
        },
        rules: Vec::new(),
        cases: Vec::new(),
    }
}

#[test]
fn every_default_protects() {
    let text = std::fs::read_to_string(common::repository("tests/data/defaults.jsonl")).unwrap();
    let (mut count, mut failures) = (0_usize, Vec::new());
    for line in text.lines() {
        count += 1;
        let case: Case = serde_json::from_str(line).unwrap();
        let mut find = |id: &str| match case.packs.get(id) {
            Some(text) => Ok(source(id, text)),
            None => Err(FindError::NotFound),
        };
        let effective = resolve(&case.resolve, &mut find).unwrap();
        let policy = Policy::compile(effective).unwrap();
        let authority = Authority::new(Arc::new(policy), None);
        let action = common::action(&case.input);
        let decision = authority.decide(action, Ask::default()).unwrap().decision;
        let deciding = decision.judgement.deciding().unwrap();
        let groups: Vec<&str> = deciding.approver_groups.iter().map(|g| &**g).collect();
        let approved = case
            .approver
            .as_deref()
            .is_none_or(|group| groups == [group]);
        if decision.verdict().as_str() != case.want || !approved {
            failures.push(format!(
                "{} ({}): {} by {} of {groups:?}",
                case.case_id,
                case.oracle,
                decision.verdict().as_str(),
                deciding.rule_id,
            ));
        }
    }
    assert!(count >= 30, "only {count} cases");
    assert!(
        failures.is_empty(),
        "{} of {count} fail:\n{}",
        failures.len(),
        failures.join("\n")
    );
}
