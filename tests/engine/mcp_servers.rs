//! Which servers an agent may call: `tests/data/mcp/servers.jsonl`.
//!
//! One case a line: the section `mcp` of a pack, a call, and the decision that must follow.

use std::sync::Arc;

use cavra::authority::{Ask, Authority};
use cavra::engine::Policy;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::common;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    note: String,
    mcp: Value,
    target: String,
    server: Option<String>,
    tool: Option<String>,
    want: String,
    rule_id: String,
    severity: String,
    says: String,
}

#[test]
fn every_list_of_servers_decides_as_it_says() {
    let text = std::fs::read_to_string(common::repository("tests/data/mcp/servers.jsonl")).unwrap();
    let mut count = 0_usize;
    for line in text.lines() {
        count += 1;
        let case: Case = serde_json::from_str(line).unwrap();
        let pack = json!({ "metadata": { "id": "own" }, "mcp": case.mcp });
        let policy = Policy::compile(common::inline(&pack.to_string(), &[])).unwrap();
        let mut document = json!({ "action_type": "mcp_tool_call", "target": case.target });
        for (field, value) in [("server", case.server), ("tool", case.tool)] {
            if let Some(value) = value {
                document[field] = value.into();
            }
        }
        let authority = Authority::new(Arc::new(policy), None);
        let action = common::action(&document);
        let decision = authority.decide(action, Ask::default()).unwrap().decision;
        let deciding = decision.judgement.deciding().unwrap();
        let found = (
            decision.verdict().as_str(),
            &*deciding.rule_id,
            deciding.severity.as_str(),
        );
        let want = (&*case.want, &*case.rule_id, &*case.severity);
        assert_eq!(found, want, "{}", case.note);
        let says = deciding.reason.contains(&case.says);
        assert!(says, "{}: {}", case.note, deciding.reason);
    }
    assert!(count >= 14, "only {count} cases");
}
