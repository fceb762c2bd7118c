//! A pack's own Rego: it can tighten, it can't loosen, and what fails needs approval.

use crate::common;

use std::sync::Arc;

use cavra::authority::{Ask, Authority};
use cavra::decision::{Decision, Outcome, Verdict};
use cavra::engine::Policy;
use serde_json::json;

const PACK: &str = "metadata: {id: own, title: Own, description: d, version: 1.0.0, inherits: cavra-ai-agent-baseline}\n";

/// A module of the pack `own` whose `findings` rule has this body.
fn module(rules: &str) -> String {
    format!("package cavra.pack.own\n\nimport rego.v1\n\n{rules}\n")
}

fn finding(rest: &str) -> String {
    module(&format!(
        r#"findings contains {{"rule": "own.rule", "decision": "block", "severity": "high", "reason": "r"}} if {rest}"#
    ))
}

fn decide(rules: &str, document: &serde_json::Value) -> Decision {
    let policy = Policy::compile(common::inline(PACK, &[rules])).unwrap_or_else(|e| panic!("{e}"));
    let authority = Authority::new(Arc::new(policy), None);
    authority
        .decide(common::action(document), Ask::default())
        .unwrap()
        .decision
}

fn read(path: &str) -> serde_json::Value {
    json!({"action_type": "read_file", "target": path, "requested_operation": "read"})
}

#[test]
fn it_adds_findings() {
    let rules = finding(r#"{ some read in input.facts.reads; endswith(read.path, ".rs") }"#);
    let decision = decide(&rules, &read("src/lib.rs"));
    assert_eq!(decision.verdict(), Verdict::Block);
    let deciding = decision.judgement.deciding().unwrap();
    assert_eq!((&*deciding.rule_id, &*deciding.origin), ("own.rule", "own"));
    assert_eq!(decide(&rules, &read("README.md")).verdict(), Verdict::Allow);
}

#[test]
fn it_cannot_loosen() {
    let rules = module(
        r#"findings contains {"rule": "own.allow", "decision": "allow", "severity": "critical", "reason": "r"}"#,
    );
    let decision = decide(&rules, &read(".env"));
    assert_eq!(decision.verdict(), Verdict::Block);
    assert_eq!(decision.judgement.findings.len(), 2);
}

#[test]
fn what_fails_needs_approval_under_a_rule_id_of_its_own() {
    let cases = [
        (
            finding("{ 1 / 0 > 1 }"),
            "runtime.evaluation.require_approval_failed",
        ),
        (
            finding(
                "{ count([1 | some a in r; some b in r; some c in r; some d in r; a + b + c + d > 1e9]) > 0 }\n\nr := [count(x) | some x in split(sprintf(\"%0200d\", [0]), \"\")]\n",
            ),
            "runtime.evaluation.require_approval_timed_out",
        ),
        (
            finding(
                "{ f(r) > 0 }\n\nf(x) := count([1 | some a in x; some b in x; some c in x; some d in x; a + b + c + d > 1e9])\n\nr := [count(x) | some x in split(sprintf(\"%0200d\", [0]), \"\")]\n",
            ),
            "runtime.evaluation.require_approval_timed_out",
        ),
        (
            module("findings contains 1"),
            "runtime.evaluation.require_approval_malformed",
        ),
        (
            module("findings := 1"),
            "runtime.evaluation.require_approval_malformed",
        ),
        (
            module("findings := {1} if { input.action.target == \"never\" }"),
            "runtime.evaluation.require_approval_malformed",
        ),
        (
            module(
                r#"findings contains {"rule": "filesystem.read.allow", "decision": "allow", "severity": "low", "reason": "r"}"#,
            ),
            "runtime.evaluation.require_approval_malformed",
        ),
        (
            module(
                r#"findings contains {"rule": "own.rule", "decision": "permit", "severity": "low", "reason": "r"}"#,
            ),
            "runtime.evaluation.require_approval_malformed",
        ),
        (
            module(
                r#"findings contains {"rule": "own.rule", "decision": "allow", "severity": "low", "reason": "r", "extra": 1}"#,
            ),
            "runtime.evaluation.require_approval_malformed",
        ),
    ];
    for (rules, rule_id) in cases {
        let decision = decide(&rules, &read("README.md"));
        let deciding = decision.judgement.deciding().unwrap();
        assert_eq!(&*deciding.rule_id, rule_id, "{rules}\n{deciding:?}");
        assert_eq!(decision.verdict(), Verdict::RequireApproval);
        assert_eq!(decision.judgement.outcome, Outcome::NotEvaluated);
        let blocked = decide(&rules, &read(".env"));
        assert_eq!(
            blocked.verdict(),
            Verdict::Block,
            "the base findings stand: {rules}"
        );
    }
}

#[test]
fn a_malformed_finding_takes_no_other_with_it() {
    let rules = module(
        r#"findings contains {"rule": "own.rule", "decision": "block", "severity": "low", "reason": concat("", [x | some i in split("a,a,a,a,a,a,a,a", ","); x := sprintf("%01000s", [i])])}

findings contains {"rule": "own.rule"}"#,
    );
    let decision = decide(&rules, &read("README.md"));
    assert_eq!(decision.verdict(), Verdict::Block);
    let rules: Vec<&str> = decision
        .judgement
        .findings
        .iter()
        .map(|f| &*f.rule_id)
        .collect();
    assert!(
        rules.contains(&"runtime.evaluation.require_approval_malformed"),
        "{rules:?}"
    );
}

#[test]
fn it_sees_the_effective_pack_as_data() {
    let rules = finding(
        r#"{ "terraform apply*" in data.policy.commands.block; data.policy.metadata.id == "own" }"#,
    );
    assert_eq!(decide(&rules, &read("README.md")).verdict(), Verdict::Block);
}

#[test]
fn what_is_barred_does_not_compile_and_says_where() {
    let chain: String = (0..100)
        .map(|n| format!("r{n} := r{}\n", n + 1))
        .chain(["r100 := 1\n".to_owned()])
        .collect();
    let cases = [
        (
            finding("{ time.now_ns() > 0 }"),
            "rules/0.rego:5: `time.now_ns` may not be called",
        ),
        (
            finding("{ not http.send({}) }"),
            "`http.send` may not be called",
        ),
        (
            finding("{ x := rand.intn(\"a\", 5); x > 1 }"),
            "`rand.intn` may not be called",
        ),
        (
            finding("{ opa.runtime().env.HOME }"),
            "`opa.runtime` may not be called",
        ),
        (finding("{ print(\"x\") }"), "`print` may not be called"),
        (
            finding("{ count(numbers.range(1, 30000000)) > 1 }"),
            "`numbers.range` may not be called",
        ),
        (finding("{ f(1) }\n\nf(x) := f(x)"), "calls itself"),
        (finding("{ a }\n\na if b\n\nb if a"), "calls itself"),
        (finding(&format!("{{ r0 }}\n\n{chain}")), "the limit is 64"),
        (finding("{ data.cavra.pack.own.findings }"), "calls itself"),
        (
            "package cavra.base.commands\n\nimport rego.v1\n\nfindings contains 1".to_owned(),
            "the package must be `cavra.pack.own`",
        ),
        (
            module("other := 1"),
            "no module of `cavra.pack.own` defines `findings`",
        ),
        (module("findings contains 1 if {"), "rules/0.rego:"),
        (
            "package cavra.pack.own\n\nfindings[1] { true }\n".to_owned(),
            "rules/0.rego:3",
        ),
    ];
    for (rules, message) in cases {
        let Err(error) = Policy::compile(common::inline(PACK, &[&rules])) else {
            panic!("compiles: {rules}");
        };
        assert!(
            error.to_string().contains(message),
            "want {message}, got {error}\n{rules}"
        );
    }
}

#[test]
fn fields_that_no_rule_reads_do_not_change_what_it_says() {
    let rules = finding(r#"{ input.action.actor == "mallory" }"#);
    let policy = Policy::compile(common::inline(PACK, &[&rules])).unwrap();
    let authority = Authority::new(Arc::new(policy), None);
    for (actor, verdict) in [
        ("alice", Verdict::Allow),
        ("mallory", Verdict::Block),
        ("alice", Verdict::Allow),
    ] {
        for correlation in ["a", "b"] {
            let document = json!({
                "action_type": "read_file", "target": "README.md", "requested_operation": "read", "actor": actor, "correlation_id": correlation,
            });
            let answer = authority
                .decide(common::action(&document), Ask::default())
                .unwrap();
            assert_eq!(answer.decision.verdict(), verdict, "{actor}");
        }
    }
}
