//! What git runs by itself is what a person put there: `tests/data/effects/git_hooks.txt`.

use cavra::action::establish;
use cavra::decision::Verdict;
use serde_json::json;

use crate::common;
use crate::effects::{ALL, ROOT, policy};

/// The rows: whether the action is allowed, its kind and its target.
fn rows() -> Vec<(bool, String, String)> {
    let path = common::repository("tests/data/effects/git_hooks.txt");
    let text = std::fs::read_to_string(path).unwrap();
    let mut is_allowed = false;
    let mut rows = Vec::new();
    for line in text.lines() {
        if line.starts_with('#') || line.is_empty() {
            continue;
        }
        if let Some(heading) = line.strip_prefix('[') {
            is_allowed = heading.starts_with("allowed: ");
            assert!(is_allowed || heading.starts_with("not allowed: "), "{line}");
            continue;
        }
        let (kind, target) = line.split_once(' ').unwrap();
        let target = match kind {
            "run" => target.replace("\\n", "\n"),
            _ => target.to_owned(),
        };
        rows.push((is_allowed, kind.to_owned(), target));
    }
    rows
}

#[test]
fn no_allowed_action_decides_what_git_runs() {
    let all = policy(ALL);
    let starter = common::policy("cavra-coding-agent");
    let (mut count, mut failures) = (0_usize, Vec::new());
    for (is_allowed, kind, target) in rows() {
        count += usize::from(!is_allowed);
        let (action_type, operation) = match kind.as_str() {
            "run" => ("execute_command", target.as_str()),
            "write" => ("write_file", "write"),
            other => panic!("`{other}` is no kind of action"),
        };
        let action = common::action(&json!({
            "action_type": action_type,
            "target": target,
            "requested_operation": operation,
            "cwd": ROOT,
            "workspace_root": ROOT,
        }));
        let facts = establish(&action).unwrap();
        for policy in [&all, &*starter] {
            let judgement = policy.judge(&action, &facts);
            if (judgement.decision == Verdict::Allow) != is_allowed {
                let found = judgement.decision;
                failures.push(format!("{kind} {target:?}: {found:?}"));
            }
        }
    }
    assert!(count >= 200, "only {count} ways");
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}
