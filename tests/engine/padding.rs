//! Padding changes no verdict: every line of `tests/data/padded.jsonl` decides as its command
//! does alone, by the same rule, on an idle machine and on a busy one.
//!
//! One case a line: `case_id`, `kind` (of padding), `command`, and the texts `before` and
//! `after` it: `text`, in which `#` is a number that counts up, over and over until it has so
//! many `bytes`, between `open` and `close`. `alone` is the command without padding, where it is
//! more than `command`. `want` is `not_block` for the benign twins: padding
//! may take the allow from a command, and must not block it.

use crate::common;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

use cavra::action::Action;
use cavra::action::establish::establish_counted;
use cavra::action::facts::{Facts, Unknown, UnknownKind};
use cavra::action::limits::{MAX_SKIM_WORK, MAX_WORK};
use cavra::decision::{Judgement, Verdict};
use cavra::engine::{Memo, Policy};
use proptest::prelude::*;
use serde::Deserialize;
use serde_json::json;

const BASELINE: &str = "cavra-ai-agent-baseline";

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    case_id: String,
    #[serde(rename = "kind")]
    _kind: String,
    #[serde(default)]
    before: Padding,
    command: String,
    #[serde(default)]
    after: Padding,
    /// The command without padding, where that is more than `command`.
    alone: Option<String>,
    want: Option<Want>,
}

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields)]
struct Padding {
    text: String,
    bytes: usize,
    #[serde(default)]
    open: String,
    #[serde(default)]
    close: String,
}

#[derive(Deserialize, PartialEq, Eq)]
#[serde(rename_all = "snake_case")]
enum Want {
    NotBlock,
}

impl Padding {
    fn build(&self) -> String {
        let mut text = self.open.clone();
        for number in 0_usize.. {
            let next = self.text.replace('#', &number.to_string());
            if next.is_empty() || text.len() + next.len() > self.bytes {
                break;
            }
            text.push_str(&next);
        }
        text + &self.close
    }
}

impl Case {
    fn line(&self) -> String {
        format!(
            "{}{}{}",
            self.before.build(),
            self.command,
            self.after.build()
        )
    }
}

fn cases() -> Vec<Case> {
    let text = std::fs::read_to_string(common::repository("tests/data/padded.jsonl")).unwrap();
    text.lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect()
}

fn action(line: &str) -> Arc<Action> {
    common::action(&json!({
        "action_type": "execute_command", "target": line, "requested_operation": line,
        "cwd": "/w", "workspace_root": "/w",
    }))
}

fn policy() -> Policy {
    let pack = common::library().effective(BASELINE).unwrap();
    Policy::compile(pack).unwrap().with_memo(Memo::Off)
}

fn judge(policy: &Policy, line: &str) -> (Facts, usize, Judgement) {
    let action = action(line);
    let (facts, work) = establish_counted(&action).unwrap();
    let judgement = policy.judge(&action, &facts);
    (facts, work, judgement)
}

/// What a decision says first.
fn verdict(judgement: &Judgement) -> (Verdict, String, Option<String>) {
    let rule = judgement.deciding().unwrap();
    let pattern = rule.pattern.as_ref().map(ToString::to_string);
    (judgement.decision, rule.rule_id.to_string(), pattern)
}

/// Runs `inner` beside a thread for each core that does nothing but compute.
fn busy<T>(inner: impl FnOnce() -> T) -> T {
    let stop = AtomicBool::new(false);
    let cores = thread::available_parallelism().map_or(2, usize::from);
    thread::scope(|scope| {
        for _ in 0..cores {
            scope.spawn(|| {
                while !stop.load(Ordering::Relaxed) {
                    std::hint::spin_loop();
                }
            });
        }
        let result = std::panic::catch_unwind(std::panic::AssertUnwindSafe(inner));
        stop.store(true, Ordering::Relaxed);
        result.unwrap_or_else(|panic| std::panic::resume_unwind(panic))
    })
}

/// What each case decides.
fn decided(policy: &Policy) -> Vec<Judgement> {
    let lines = cases().into_iter().map(|case| case.line());
    lines.map(|line| judge(policy, &line).2).collect()
}

#[test]
fn a_block_stays_a_block_behind_padding() {
    let policy = policy();
    let idle = decided(&policy);
    let mut misses = Vec::new();
    assert!(idle.len() >= 40, "only {} cases", idle.len());
    for (case, padded) in cases().iter().zip(&idle) {
        let found = verdict(padded);
        let alone = case.alone.as_ref().unwrap_or(&case.command);
        let alone = verdict(&judge(&policy, alone).2);
        let holds = match case.want {
            Some(Want::NotBlock) => found.0 != Verdict::Block,
            None => found.0 == Verdict::Block && found == alone,
        };
        if !holds {
            let rules = padded.findings.iter().map(|finding| &finding.rule_id);
            let rules: std::collections::BTreeSet<_> = rules.collect();
            misses.push(format!(
                "{}: {found:?}, alone {alone:?}: {rules:?}",
                case.case_id
            ));
        }
    }
    assert!(misses.is_empty(), "{}", misses.join("\n"));
    assert!(
        idle == busy(|| decided(&policy)),
        "a busy machine decides otherwise"
    );
}

#[test]
fn what_is_not_followed_is_said_beside_the_block() {
    let policy = policy();
    let line = format!(
        "terraform apply; {}",
        "find . -exec rm {} \\; ".repeat(2_900)
    );
    let (facts, work, judgement) = judge(&policy, &line);
    let unparsed = |unknown: &Unknown| unknown.kind == UnknownKind::Unparsed;
    assert!(facts.unknowns.iter().any(unparsed));
    assert!(
        work <= MAX_WORK + MAX_SKIM_WORK + 7_000 * line.len(),
        "{work}"
    );
    let rules: Vec<&str> = judgement.findings.iter().map(|it| &*it.rule_id).collect();
    assert!(rules.contains(&"commands.block"), "{rules:?}");
    assert!(
        rules.contains(&"commands.unparsed.require_approval"),
        "{rules:?}"
    );
}

#[test]
fn half_of_the_padding_stands_in_front() {
    let cases = cases();
    assert!(cases.iter().all(|case| case.line().len() <= 64 * 1024));
    let blocked = cases.iter().filter(|case| case.want.is_none());
    let (before, after): (Vec<_>, Vec<_>) = blocked.partition(|case| case.before.bytes > 0);
    assert!(before.len() >= 10 && after.len() >= 10 && before.len() + after.len() >= 20);
}

/// Lines of pieces that are short, repeated or many.
fn line() -> impl Strategy<Value = String> {
    let piece = prop::sample::select(vec![
        "ls;",
        "cat .env;",
        "terraform apply;",
        "sudo a b;",
        "if a; then b; fi;",
        "(",
        ")",
        "$(x) ",
        "\"",
        "{a,b}{c,d} ",
        "find . -name x -exec rm {} \\;;",
        "A=1;",
        "\n",
        "cat *.e*;",
        "rm -r d/$X;",
    ]);
    let repeated = (piece, 1_usize..200).prop_map(|(piece, times)| piece.repeat(times));
    prop::collection::vec(repeated, 1..6).prop_map(|parts| {
        let mut line = parts.concat();
        line.truncate(64 * 1024);
        line
    })
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 8,
        failure_persistence: None,
        ..ProptestConfig::default()
    })]

    #[test]
    fn the_same_line_decides_the_same_under_any_load(lines in prop::collection::vec(line(), 1..4)) {
        let policy = policy();
        let judge_all = || -> Vec<_> { lines.iter().map(|line| judge(&policy, line)).collect() };
        let (idle, busy) = (judge_all(), busy(judge_all));
        for ((line, idle), busy) in lines.iter().zip(idle).zip(busy) {
            prop_assert!(idle.0 == busy.0, "other facts: {line:?}");
            prop_assert_eq!(idle.1, busy.1, "other work: {:?}", line);
            prop_assert!(idle.2 == busy.2, "another judgement: {line:?}");
        }
    }
}
