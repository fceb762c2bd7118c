//! What entries say beside their patterns, in findings and in what an approval needs.

use crate::common::{action, inline};

use std::fmt::Write as _;

use cavra::action::establish;
use cavra::decision::{Judgement, Verdict};
use cavra::engine::Policy;
use cavra::engine::limits::MAX_APPROVAL_REQUIREMENTS;
use serde_json::json;

fn judge(policy: &str, rules: &[&str], line: &str) -> Judgement {
    let policy = Policy::compile(inline(policy, rules)).unwrap();
    let document = json!({ "action_type": "execute_command", "target": line });
    let action = action(&document);
    policy.judge(&action, &establish(&action).unwrap())
}

#[test]
fn a_finding_shows_what_its_entry_says() {
    let policy = "
metadata: { id: a }
commands:
  require_approval:
    - { pattern: push *, id: push, reason: ask the pipeline, controls: [C1, C2], severity: high }
";
    let judgement = judge(policy, &[], "push web");
    let deciding = judgement.deciding().unwrap();
    assert_eq!(deciding.entry_id.as_deref(), Some("push"));
    assert_eq!(deciding.controls.join(" "), "C1 C2");
    assert!(
        deciding.reason.ends_with(": ask the pipeline"),
        "{}",
        deciding.reason
    );
    assert_eq!(judgement.severity.as_str(), "high");
    let [requirement] = &judgement.approval_requirements[..] else {
        panic!("{judgement:?}");
    };
    assert_eq!(requirement.because[0].entry.as_deref(), Some("push"));
}

/// A long command can't push out what the pack says.
#[test]
fn the_reason_of_an_entry_is_never_cut() {
    let policy = format!(
        "{{metadata: {{id: a}}, commands: {{block: [{{pattern: 'push *', reason: '{}end'}}]}}}}",
        "word ".repeat(200)
    );
    let judgement = judge(&policy, &[], &format!("push {}", "\\\"x".repeat(4000)));
    let deciding = judgement.deciding().unwrap();
    assert_eq!(deciding.decision, Verdict::Block);
    assert!(deciding.reason.ends_with("word end"));
}

#[test]
fn more_requirements_than_are_listed_can_t_be_met() {
    let asked = |count: usize| {
        let mut policy = "{metadata: {id: a}, commands: {require_approval: [".to_owned();
        for number in 0..count {
            write!(policy, "{{pattern: 'p{number}', approvers: [G{number}]}}, ").unwrap();
        }
        let line: Vec<String> = (0..count).map(|number| format!("p{number}")).collect();
        judge(&(policy + "]}}"), &[], &line.join("; ")).approval_requirements
    };
    let most = asked(MAX_APPROVAL_REQUIREMENTS);
    assert_eq!(most.len(), MAX_APPROVAL_REQUIREMENTS);
    assert!(most.iter().all(|it| it.any_of.len() == 1));
    let more = asked(MAX_APPROVAL_REQUIREMENTS + 2);
    assert_eq!(more.len(), MAX_APPROVAL_REQUIREMENTS + 1);
    assert_eq!(more.iter().filter(|it| it.any_of.is_empty()).count(), 1);
}

#[test]
fn what_could_not_be_evaluated_can_t_be_approved() {
    let rule = "package cavra.pack.a
import rego.v1
findings contains {\"rule\": 7}
";
    let judgement = judge("{metadata: {id: a}}", &[rule], "frobnicate");
    assert_eq!(judgement.decision, Verdict::RequireApproval);
    let unmet = judgement.approval_requirements.iter();
    let unmet: Vec<_> = unmet.filter(|it| it.any_of.is_empty()).collect();
    let [unmet] = &unmet[..] else {
        panic!("{judgement:?}");
    };
    assert!(
        unmet.because[0].rule_id.starts_with("runtime.evaluation."),
        "{unmet:?}"
    );
}
