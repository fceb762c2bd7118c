//! The severity that is shown: by what an action does, and never a reason for another verdict.

use std::cmp::Reverse;

use cavra::action::establish;
use cavra::decision::{Judgement, Severity, Verdict};
use cavra::engine::Policy;
use cavra::policy::base_rule::{BaseRule, rule_order};
use proptest::prelude::*;

use crate::common;

const BASELINE: &str = "cavra-ai-agent-baseline";

fn judged(policy: &Policy, line: &str) -> Judgement {
    let action = common::action(&serde_json::json!({
        "action_type": "execute_command", "target": line, "requested_operation": line,
        "cwd": "/home/dev/repo", "workspace_root": "/home/dev/repo",
    }));
    let facts = establish(&action).unwrap_or_else(|error| panic!("{line}: {error}"));
    policy.judge(&action, &facts)
}

/// The lines of the table, each with its severity.
fn cases() -> Vec<(Severity, String)> {
    let path = common::repository("tests/data/effects/severity.txt");
    let text = std::fs::read_to_string(path).unwrap();
    let lines = text
        .lines()
        .filter(|it| !it.is_empty() && !it.starts_with('#'));
    let case = |line: &str| {
        let (severity, line) = line.split_once(' ').unwrap();
        (Severity::from_name(severity).unwrap(), line.to_owned())
    };
    lines.map(case).collect()
}

#[test]
fn an_ask_shows_what_the_line_does() {
    let policy = common::policy(BASELINE);
    let mut wrong = Vec::new();
    let cases = cases();
    for (severity, line) in &cases {
        let judgement = judged(&policy, line);
        let (verdict, shown) = (judgement.decision, judgement.severity);
        if verdict != Verdict::RequireApproval && line != "git push origin topic" {
            wrong.push(format!("{line}: {} is no ask", verdict.as_str()));
        } else if verdict == Verdict::RequireApproval && shown != *severity {
            let (shown, severity) = (shown.as_str(), severity.as_str());
            wrong.push(format!("{line}: {shown}, not {severity}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(cases.len() > 80, "only {} cases", cases.len());
}

#[test]
fn other_verdicts_keep_the_severity_of_their_rule() {
    let policy = common::policy(BASELINE);
    let coding = common::policy("cavra-coding-agent");
    let cases = [
        (&policy, "sudo cat .env", Verdict::Block, Severity::High),
        (
            &policy,
            "rm -rf / && git push origin main",
            Verdict::Block,
            Severity::High,
        ),
        (
            &policy,
            "terraform apply",
            Verdict::Block,
            Severity::Critical,
        ),
        (&coding, "cat README.md", Verdict::Allow, Severity::Low),
        (&coding, "touch a.txt", Verdict::Allow, Severity::Low),
        (&coding, "cargo test", Verdict::Allow, Severity::Low),
    ];
    for (policy, line, verdict, severity) in cases {
        let judgement = judged(policy, line);
        assert_eq!(
            (judgement.decision, judgement.severity),
            (verdict, severity),
            "{line}"
        );
    }
}

/// What decides is the first by verdict, by the severity of the rule and by the order of the rules.
fn decides_by_its_rule(judgement: &Judgement, line: &str) {
    let place = |finding: &cavra::decision::Finding| {
        let order = rule_order(&finding.rule_id);
        (Reverse((finding.decision, finding.severity)), order)
    };
    let first = judgement.deciding().unwrap();
    for finding in &judgement.findings {
        assert!(
            place(first) <= place(finding),
            "{line}: {}",
            finding.rule_id
        );
        let rule = BaseRule::from_id(&finding.rule_id).unwrap();
        let is_own = finding.severity == rule.severity() || rule == BaseRule::CommandsBlock;
        assert!(is_own, "{line}: {} has another severity", finding.rule_id);
    }
    assert!(judgement.severity.may_be_shown(first), "{line}");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, ..ProptestConfig::default() })]

    #[test]
    fn effects_never_change_which_rule_decides(
        picks in prop::collection::vec((any::<prop::sample::Index>(), 0..4_usize), 1..5),
        pack in prop::sample::select(vec![BASELINE, "cavra-coding-agent"]),
    ) {
        let policy = common::policy(pack);
        let cases = cases();
        let mut line = String::new();
        let mut worst = Severity::Low;
        for (pick, joint) in picks {
            let (_, part) = &cases[pick.index(cases.len())];
            let alone = judged(&policy, part);
            if alone.decision == Verdict::RequireApproval {
                worst = worst.max(alone.severity);
            }
            if !line.is_empty() {
                line.push_str([" && ", "; ", " | ", " || "][joint]);
            }
            line.push_str(part);
        }
        let judgement = judged(&policy, &line);
        decides_by_its_rule(&judgement, &line);
        // A line is as bad as the worst that it holds.
        if judgement.decision == Verdict::RequireApproval {
            prop_assert!(judgement.severity >= worst, "{}", line);
        }
    }
}
