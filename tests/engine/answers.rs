//! What an answer holds is bounded, however much an action makes rules find.

use std::collections::BTreeSet;
use std::sync::Arc;

use cavra::authority::{Ask, Authority};
use cavra::decision::{Decision, Verdict};
use cavra::engine::Policy;
use cavra::engine::limits::{MAX_FINDINGS_BYTES, MAX_FINDINGS_PER_RULE, MAX_REASON_BYTES};
use serde_json::json;

use crate::common;

const BASELINE: &str = "cavra-ai-agent-baseline";
/// Bytes of JSON of a decision.
const MAX_DECISION_BYTES: usize = 1024 * 1024;

fn decide(policy: &Arc<Policy>, line: &str) -> Decision {
    let action = common::action(&json!({
        "action_type": "execute_command", "target": line, "requested_operation": line,
    }));
    let authority = Authority::new(Arc::clone(policy), None);
    let answer = authority.decide(action, Ask::default()).unwrap();
    answer.decision
}

fn rules(decision: &Decision) -> BTreeSet<&str> {
    let findings = decision.judgement.findings.iter();
    findings.map(|it| it.rule_id.as_ref()).collect()
}

fn assert_bounded(decision: &Decision) {
    let findings = &decision.judgement.findings;
    let listed = serde_json::to_vec_pretty(findings).unwrap();
    assert!(listed.len() <= 2 * MAX_FINDINGS_BYTES, "{}", listed.len());
    let whole = serde_json::to_vec_pretty(decision).unwrap();
    assert!(whole.len() <= MAX_DECISION_BYTES, "{}", whole.len());
    for finding in findings {
        assert!(finding.reason.len() <= MAX_REASON_BYTES);
    }
}

/// `count` different files.
fn files(count: usize) -> String {
    let names: Vec<String> = (0..count).map(|index| format!("f{index}")).collect();
    names.join(" ")
}

#[test]
fn every_rule_is_listed_and_what_is_not_is_counted() {
    let policy = common::policy(BASELINE);
    for (before, after) in [(0, 900), (900, 0), (450, 450)] {
        let line = format!(
            "cat {} .env {}; git push origin main; terraform apply",
            files(before),
            files(after)
        );
        let decision = decide(&policy, &line);
        assert_bounded(&decision);
        let few = decide(
            &policy,
            "cat f0 .env; git push origin main; terraform apply",
        );
        assert_eq!(rules(&decision), rules(&few));
        assert_eq!(few.judgement.matched_rules_left_out, 0);
        assert_eq!(
            decision.judgement.deciding().unwrap().rule_id,
            few.judgement.deciding().unwrap().rule_id
        );
        let of_allow = decision
            .judgement
            .findings
            .iter()
            .filter(|it| &*it.rule_id == "filesystem.read.allow");
        assert_eq!(of_allow.count(), MAX_FINDINGS_PER_RULE);
        assert_eq!(
            decision.judgement.matched_rules_left_out,
            900 - MAX_FINDINGS_PER_RULE
        );
    }
}

#[test]
fn a_long_text_is_cut_with_a_mark_that_says_how_much() {
    let policy = common::policy(BASELINE);
    for filler in ["x", "\u{1}", "\\\\", "€"] {
        let word = filler.repeat(60_000 / filler.len());
        let decision = decide(&policy, &format!("terraform apply '{word}'"));
        assert_bounded(&decision);
        assert_eq!(decision.verdict(), Verdict::Block);
        let deciding = decision.judgement.deciding().unwrap();
        let on = deciding.matched_on.as_deref().unwrap();
        let (head, mark) = on.rsplit_once("… [").unwrap();
        let left_out: usize = mark
            .strip_suffix(" bytes left out]")
            .unwrap()
            .parse()
            .unwrap();
        let whole = format!("terraform apply {word}");
        assert!(whole.starts_with(head));
        assert_eq!(head.len() + left_out, whole.len());
        assert!(
            deciding.reason.contains("bytes left out]"),
            "{}",
            deciding.reason
        );
    }
}

#[test]
fn findings_of_a_pack_are_bounded_and_the_strictest_is_listed() {
    let part = "w".repeat(700);
    let numbers: Vec<String> = (0..250).map(|n| n.to_string()).collect();
    let numbers = numbers.join(",\n");
    let rego = format!(
        r#"package cavra.pack.wordy

import rego.v1

long := "{part}"

numbers := [{numbers}]

findings contains {{
    "rule": concat("_", ["wordy.rule", format_int(n, 10)]), "decision": "warn",
    "severity": "low", "reason": long, "matched_on": long,
}} if {{
    some n in numbers
}}

findings contains {{
    "rule": "wordy.zone", "decision": "block", "severity": "critical", "reason": long,
}}
"#
    );
    let pack = common::inline("metadata: {id: wordy}", &[&rego]);
    let policy = Arc::new(Policy::compile(pack).unwrap());
    let decision = decide(&policy, "make");
    assert_bounded(&decision);
    let deciding = decision.judgement.deciding().unwrap();
    assert_eq!(&*deciding.rule_id, "wordy.zone");
    let left_out = decision.judgement.matched_rules_left_out;
    assert!(left_out > 0);
    // Beside the pack's there is the base rule that no list names the command.
    assert_eq!(decision.judgement.findings.len() + left_out, 252);
}

#[test]
fn the_same_action_gives_the_same_findings() {
    let policy = common::policy(BASELINE);
    let line = format!("cat {}; rm {}", files(500), files(700));
    let first = decide(&policy, &line);
    assert!(first.judgement.matched_rules_left_out > 0);
    assert_eq!(decide(&policy, &line).judgement, first.judgement);
}
