//! Laws of what runs again, or beside something else: it is judged no laxer than the order in which its commands do
//! the most.

use std::sync::Arc;

use cavra::action::{Action, Request};
use cavra::authority::{Ask, Authority};
use cavra::decision::Verdict;

use crate::common;

const PACK: &str = "cavra-coding-agent";

/// Commands that are allowed alone.
const FIRST: &[&str] = &[
    "git diff --cached",
    "git diff HEAD",
    "git show",
    "npm test",
    "pytest",
    "ls",
    "cat README.md",
];
/// Commands that change what others do.
const SECOND: &[&str] = &[
    "export NODE_OPTIONS=-r=./x.js",
    "export PATH=.",
    "declare -x PYTEST_ADDOPTS=-q",
    "alias ls=./x",
    "git add -A",
    "git add . && git commit -qm x",
    "cp a.txt b.txt",
    "true",
];
const LOOPS: &[&str] = &[
    "while :; do A; B; done",
    "until false; do A; B; done",
    "while A; do B; done",
    "for ((;;)); do A; B; done",
    "for i in *; do A; B; done",
    "for i in a b; do A; B; done",
    "for i in {1..100}; do A; B; done",
    "for i in \"$@\"; do A; B; done",
    "while read -r l; do A; B; done < list.txt",
    "select i in a b; do A; B; done",
    "while :; do while A; do B; done; done",
    "while :; do (A); B; done",
    "while :; do if A; then B; fi; done",
    "f() { A; B; }; f; f",
];
const BESIDE: &[&str] = &[
    "A & B",
    "(sleep 1; A) & B; wait",
    "{ sleep 1; A; } | (B)",
    "{ sleep 1; A; } |& (B)",
    "coproc { sleep 1; A; }; B",
    "cat <(sleep 1; A); B",
    "(A &); B",
    "f() { A; }; f & B",
    "if true; then A & fi; B",
];
/// Changes that processes see which run already.
const SHARED: &[&str] = &[
    "git add -A",
    "git add . && git commit -qm x",
    "cp a.txt b.txt",
];

fn verdict(authority: &Authority, line: &str) -> Verdict {
    let mut action = Action::from_json(
        br#"{"action_type":"execute_command","target":"ls","cwd":"/srv/a","workspace_root":"/srv/a"}"#,
    )
    .unwrap();
    action.request = Request::ExecuteCommand {
        command_line: line.to_owned(),
    };
    let answer = authority.decide(Arc::new(action), Ask::default());
    answer.unwrap().decision.verdict()
}

/// Lines that are judged laxer than the line beside them.
fn laxer(forms: &[&str], seconds: &[&str], order: impl Fn(&str, &str) -> String) -> Vec<String> {
    let authority = Authority::new(common::policy(PACK), None);
    let mut found = Vec::new();
    for first in FIRST {
        for second in seconds {
            let plain = order(first, second);
            let least = verdict(&authority, &plain);
            for form in forms {
                let line = form.replace('A', "\u{1}").replace('B', second);
                let line = line.replace('\u{1}', first);
                let own = verdict(&authority, &line);
                if own < least {
                    found.push(format!("{line}: {own:?}, and {plain}: {least:?}"));
                }
            }
        }
    }
    found
}

#[test]
fn a_loop_is_judged_no_laxer_than_two_of_its_rounds() {
    let found = laxer(LOOPS, SECOND, |a, b| format!("{a}; {b}; {a}; {b}"));
    assert!(found.is_empty(), "{}", found.join("\n"));
}

#[test]
fn what_runs_at_the_same_time_is_judged_no_laxer_than_one_after_the_other() {
    let found = laxer(BESIDE, SHARED, |a, b| format!("{b}; {a}"));
    assert!(found.is_empty(), "{}", found.join("\n"));
}

#[test]
fn what_has_ended_sees_nothing_of_what_follows() {
    let authority = Authority::new(common::policy(PACK), None);
    for line in [
        "git diff HEAD | head; git add -A",
        "(git diff HEAD); git add -A",
        "x=$(git diff --cached --stat); git add -A",
        "while read -r l; do git diff --cached; done < list.txt; git add -A",
        "sleep 1 & git diff --cached; git add -A",
        "bash -c 'git diff HEAD'; git add -A",
    ] {
        assert_eq!(verdict(&authority, line), Verdict::Allow, "{line}");
    }
}
