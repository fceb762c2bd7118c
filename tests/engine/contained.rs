//! A pack's own Rego that does harm on certain data only: admission can't find that out, and the
//! process that evaluates it is lost instead of this one.

use crate::common;

use std::fs;
use std::sync::Arc;

use cavra::action::Action;
use cavra::authority::admission::AdmissionError;
use cavra::authority::{Ask, Authority};
use cavra::decision::{Decision, Outcome, Verdict};
use serde_json::{Value, json};

const PACK: &str = "metadata: {id: own, title: Own, description: d, version: 1.0.0, inherits: cavra-ai-agent-baseline}\n";

/// A rule that does `body` for one correlation id, and one that blocks a path.
fn rules(body: &str) -> String {
    format!(
        r#"package cavra.pack.own

import rego.v1

findings contains {{"rule": "own.path", "decision": "block", "severity": "high", "reason": "r"}} if {{
	some read in input.facts.reads
	read.path == "own/secret"
}}

findings contains {{"rule": "own.boom", "decision": "allow", "severity": "low", "reason": "r"}} if {{
	input.action.correlation_id == "boom"
	{body}
}}
"#
    )
}

/// Ten to the power of `digits` letters, as `text`.
fn letters(digits: usize) -> String {
    let more = |n| format!("t{n} := replace(t{}, \"a\", \"aaaaaaaaaa\")\n\t", n - 1);
    let steps: String = (1..=digits).map(more).collect();
    format!("t0 := \"a\"\n\t{steps}text := t{digits}\n\t")
}

fn admitted(rules: &str) -> Authority {
    let policy = common::admission().admit(common::inline(PACK, &[rules]));
    Authority::new(policy.unwrap_or_else(|error| panic!("{error}")), None)
}

fn read(path: &str, correlation_id: &str) -> Value {
    json!({
        "action_type": "read_file", "target": path, "requested_operation": "read",
        "correlation_id": correlation_id,
    })
}

fn decide(authority: &Authority, document: &Value) -> Decision {
    let answer = authority.decide(common::action(document), Ask::default());
    answer.unwrap().decision
}

/// What harms on `boom` costs its own evaluation, every time, and nothing else.
fn is_contained(rules: &str, rule_id: &str) {
    let authority = admitted(rules);
    for _ in 0..3 {
        let harmed = decide(&authority, &read("README.md", "boom"));
        let deciding = harmed.judgement.deciding().unwrap();
        assert_eq!(&*deciding.rule_id, rule_id, "{deciding:?}");
        assert_eq!(harmed.verdict(), Verdict::RequireApproval);
        assert_eq!(harmed.judgement.outcome, Outcome::NotEvaluated);
        let blocked = decide(&authority, &read(".env", "boom"));
        assert_eq!(blocked.verdict(), Verdict::Block, "the base rules' block");
        let own = decide(&authority, &read("own/secret", "calm"));
        let found = &own.judgement.findings;
        assert_eq!(own.verdict(), Verdict::Block, "{found:?}");
        let allowed = decide(&authority, &read("README.md", "calm"));
        assert_eq!(allowed.verdict(), Verdict::Allow);
    }
}

#[test]
fn memory_that_one_builtin_takes_is_not_this_process_s() {
    let before = peak_kib();
    let body = letters(9) + "count(text) > 0";
    is_contained(&rules(&body), "runtime.evaluation.require_approval_failed");
    let grown = peak_kib().saturating_sub(before);
    // The text alone is a gigabyte.
    assert!(grown < 256 * 1024, "{grown} KiB more");
}

#[test]
fn time_that_one_builtin_takes_ends() {
    let body = letters(5)
        + "letters := split(text, \"\")\n\tothers := split(replace(text, \"a\", \"b\"), \"\")\n\t"
        + "not strings.any_prefix_match(letters, others)";
    let rules = rules(&body);
    is_contained(&rules, "runtime.evaluation.require_approval_timed_out");
}

#[test]
fn steps_are_counted_and_end_at_the_same_one() {
    let body = "n := numbers\n\tsome a in n\n\tsome b in n\n\tsome c in n\n\ta + b + c < 0\n}\n\n\
                numbers := [i | some i, _ in split(sprintf(\"%0200d\", [0]), \"\")]\n\nnever if {\n\tfalse";
    let rules = rules(body);
    is_contained(&rules, "runtime.evaluation.require_approval_timed_out");
}

#[test]
fn rules_that_many_facts_overwhelm_are_not_admitted() {
    let rules = r#"package cavra.pack.own

import rego.v1

findings contains {"rule": "own.three", "decision": "block", "severity": "high", "reason": "r"} if {
	some a in input.facts.commands
	some b in input.facts.commands
	some c in input.facts.commands
	a.form == b.form
	b.form != c.form
}
"#;
    let refused = common::admission().admit(common::inline(PACK, &[rules]));
    let Err(AdmissionError::Refused { problems, .. }) = refused else {
        panic!("admitted");
    };
    let problems = problems.join("\n");
    assert!(problems.contains("more steps than they may"), "{problems}");
    assert!(problems.len() < 4096, "{problems}");
}

#[test]
fn workers_say_what_this_process_would() {
    let documents = [
        json!({"action_type": "execute_command", "target": "gh pr merge 7", "requested_operation": "gh pr merge 7"}),
        json!({"action_type": "execute_command", "target": "git push --force origin feature/x", "requested_operation": "git push --force origin feature/x"}),
        json!({"action_type": "mcp_tool_call", "target": "github:delete_repository", "requested_operation": "delete"}),
        json!({"action_type": "write_file", "target": "infra/prod/main.tf", "requested_operation": "write", "actor": "bob"}),
        json!({"action_type": "execute_command", "target": "terraform state rm aws_s3_bucket.x", "requested_operation": "terraform state rm aws_s3_bucket.x"}),
    ];
    let library = common::library();
    for id in library.ids() {
        let here = Authority::new(common::policy(id), None);
        let apart = common::admission().admit(library.effective(id).unwrap());
        let apart = Authority::new(apart.unwrap_or_else(|error| panic!("{id}: {error}")), None);
        for document in &documents {
            let (here, apart) = (decide(&here, document), decide(&apart, document));
            assert_eq!(here.judgement, apart.judgement, "{id}: {document}");
        }
    }
}

/// The most memory that this process has held.
fn peak_kib() -> u64 {
    let status = fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let kib = line.unwrap().trim().trim_end_matches(" kB");
    kib.parse().unwrap()
}

#[test]
fn many_at_once_get_the_answer_that_one_gets() {
    let authority = Arc::new(admitted(&rules("false")));
    std::thread::scope(|scope| {
        for thread in 0..8 {
            let authority = Arc::clone(&authority);
            scope.spawn(move || {
                for number in 0..20 {
                    let id = format!("{thread}-{number}");
                    let document = read("own/secret", &id);
                    let action = Action::from_json(document.to_string().as_bytes()).unwrap();
                    let answer = authority.decide(Arc::new(action), Ask::default()).unwrap();
                    assert_eq!(answer.decision.verdict(), Verdict::Block);
                }
            });
        }
    });
}
