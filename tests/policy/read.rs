//! Reading `policy.yaml`: what is read, what is refused, where, and under which digest.

use crate::support::{Expected, assert_issues, file, table};
use cavra::canonical::Digest;
use cavra::decision::Severity;
use cavra::policy::pack::{Mode, Pack};
use cavra::policy::read;
use cavra::policy::source::MAX_FILE_BYTES;
use proptest::prelude::*;
use serde::Deserialize;
use serde_json::{Map, Value};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Row {
    note: String,
    policy: String,
    issues: Vec<Expected>,
}

#[test]
fn every_issue_is_found_at_its_place() {
    for row in table::<Row>("read.yaml", 13) {
        let (pack, issues) = Pack::read(&file("policy.yaml", &row.policy));
        assert_issues(&row.note, &issues, &row.issues);
        let blocked = row.issues.iter().any(|issue| !issue.warning);
        assert_eq!(pack.is_none(), blocked, "{}", row.note);
    }
}

#[test]
fn a_complete_pack_is_read_whole() {
    let complete = table::<Row>("read.yaml", 13).swap_remove(0);
    let pack = Pack::read(&file("policy.yaml", &complete.policy))
        .0
        .unwrap();
    assert_eq!(pack.metadata.inherits, ["b", "c-2"]);
    assert_eq!(pack.metadata.mode, Some(Mode::Audit));
    assert_eq!(pack.filesystem.require_approval_write, ["iam/**"]);
    assert_eq!(pack.commands.harmless_variables, ["MY_*"]);
    assert_eq!(pack.git.require_human_reviewer, Some(false));
    assert_eq!(pack.mcp.risk_scoring["filesystem"], Severity::Critical);
    assert!(pack.mcp.tool_pins.contains_key("github:read"));
    assert_eq!(pack.approvals["default"].approvers, ["Owners"]);
    assert_eq!(pack.evidence.required_fields, ["session_id"]);
    assert_eq!(pack.compliance.maps_to, ["SOC 2 CC6.1"]);
    let promotion = pack.promotion.unwrap();
    assert_eq!(promotion.approvals_required, Some(2));
    assert_eq!(promotion.max_evidence_age_hours, Some(72));
    assert_eq!(promotion.thresholds.min_observation_hours, Some(48));
    let quick = promotion.when_nothing_loosened;
    assert_eq!(
        (quick.watch_hours, quick.rollback_rehearsed),
        (Some(1), Some(false))
    );
}

#[test]
fn one_parent_needs_no_list() {
    let one = Pack::read(&file("policy.yaml", "metadata: {id: a, inherits: b}")).0;
    assert_eq!(one.unwrap().metadata.inherits, ["b"]);
}

#[test]
fn a_file_over_the_limit_is_refused() {
    let text = format!("metadata: {{id: x}}\n#{}", "x".repeat(MAX_FILE_BYTES));
    let (pack, issues) = Pack::read(&file("policy.yaml", &text));
    assert!(pack.is_none());
    assert_eq!(issues[0].code, "file-too-large");
}

fn digest(text: &str) -> Digest {
    read::read(&file("policy.yaml", text))
        .policy_digest()
        .unwrap()
}

/// The check value of the contract.
#[test]
fn the_policy_digest_is_over_canonical_json() {
    assert_eq!(
        digest("metadata: {id: x}\n").to_string(),
        "sha256:f7633784f0e4fc9bd379c03b6ddd84cec9bf1d1f8b600cbf6c018f19899c8b80"
    );
}

fn sections() -> impl Strategy<Value = Vec<(String, Vec<String>)>> {
    let list = prop::collection::vec("[a-z*./ ]{1,8}", 0..4);
    prop::collection::btree_map("[a-z_]{1,8}", list, 1..5)
        .prop_map(|sections| sections.into_iter().collect())
}

fn block_style(sections: &[(String, Vec<String>)], comment: &str) -> String {
    let mut text = format!("# {comment}\n");
    for (name, list) in sections {
        let entries: Vec<String> = list.iter().map(|entry| format!("\"{entry}\"")).collect();
        let entries = entries.join(", ");
        text.push_str(&format!("\"{name}\":   [{entries}] # {comment}\n"));
    }
    text
}

fn as_json(sections: &[(String, Vec<String>)]) -> String {
    let object: Map<String, Value> = sections
        .iter()
        .map(|(name, list)| (name.clone(), list.clone().into()))
        .collect();
    Value::Object(object).to_string()
}

proptest! {
    #[test]
    fn the_digest_sees_content_not_spelling(sections in sections(), comment in "[a-z: ]{0,20}") {
        let mut turned = sections.clone();
        turned.reverse();
        let digest_of_one = digest(&block_style(&sections, &comment));
        prop_assert_eq!(digest_of_one, digest(&block_style(&turned, "another")));
        prop_assert_eq!(digest_of_one, digest(&as_json(&sections)));
    }

    #[test]
    fn the_digest_sees_every_entry(sections in sections(), entry in "[A-Z]{1,4}") {
        let mut more = sections.clone();
        more[0].1.push(entry);
        prop_assert_ne!(digest(&as_json(&sections)), digest(&as_json(&more)));
    }

    #[test]
    fn reading_never_fails_otherwise_than_with_issues(text in "(metadata|mcp|git|id|: |\n|  |- |\\{|\\}|[a-z\"']){0,40}") {
        let reading = read::read(&file("policy.yaml", &text));
        prop_assert_eq!(reading.node.is_none(), reading.policy_digest().is_none());
    }
}
