//! Command lines from documentation: what people type all day is not blocked, and understood.

use crate::common;

use std::sync::Arc;

use cavra::action::Action;
use cavra::authority::{Ask, Authority};
use cavra::decision::{Decision, Verdict};
use regex::Regex;

/// A rule that tells which lines truly do what a rule of the pack blocks.
struct Exception {
    rule_id: String,
    lines: Regex,
    used: bool,
}

/// Every exception that is checked in, each with its reason.
fn exceptions() -> Vec<Exception> {
    let path = common::repository("tests/data/ordinary/exceptions.json");
    let list: Vec<serde_json::Value> =
        serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
    list.iter()
        .map(|exception| {
            assert!(!exception["why"].as_str().unwrap().is_empty());
            Exception {
                rule_id: exception["rule_id"].as_str().unwrap().to_owned(),
                lines: Regex::new(exception["lines"].as_str().unwrap()).unwrap(),
                used: false,
            }
        })
        .collect()
}

fn decide(authority: &Authority, line: &str) -> Decision {
    let document = serde_json::json!({
        "action_type": "execute_command", "target": line, "requested_operation": line,
    });
    let action = Action::from_json(document.to_string().as_bytes())
        .unwrap_or_else(|error| panic!("{line}: {error}"));
    let answer = authority.decide(Arc::new(action), Ask::default());
    answer
        .unwrap_or_else(|error| panic!("{line}: {error}"))
        .decision
}

#[test]
fn ordinary_command_lines_are_neither_blocked_nor_left_unparsed() {
    let authority = Authority::new(common::policy("cavra-ai-agent-baseline"), None);
    let path = common::repository("tests/data/ordinary/commands.txt");
    let text = std::fs::read_to_string(path).unwrap();
    let mut exceptions = exceptions();
    let (mut lines, mut unparsed, mut blocked) = (0_usize, Vec::new(), Vec::new());
    for line in text.lines() {
        lines += 1;
        let decision = decide(&authority, line);
        let findings = &decision.judgement.findings;
        if findings
            .iter()
            .any(|it| it.rule_id.starts_with("commands.unparsed."))
        {
            unparsed.push(line);
        }
        for finding in findings.iter().filter(|it| it.decision == Verdict::Block) {
            let excepted = exceptions
                .iter_mut()
                .filter(|it| it.rule_id == *finding.rule_id && it.lines.is_match(line));
            if excepted.map(|it| it.used = true).count() == 0 {
                blocked.push(format!("{}: {line}", finding.reason));
            }
        }
    }
    assert!(lines >= 5_000, "only {lines} lines");
    assert!(
        blocked.is_empty(),
        "{} false blocks:\n{}",
        blocked.len(),
        blocked.join("\n")
    );
    assert!(
        unparsed.len() * 100 < lines,
        "{} of {lines} are unparsed:\n{}",
        unparsed.len(),
        unparsed.join("\n")
    );
    for exception in &exceptions {
        assert!(
            exception.used,
            "no line needs the exception `{}`",
            exception.lines
        );
    }
}
