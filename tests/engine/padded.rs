<<<<<<< HEAD
//! Padding around a blocked command costs the base rules steps, and changes no verdict: not on a
//! busy machine either, since nothing on the way to a verdict looks at a clock.
=======
//! Padding changes no verdict: every line of `tests/data/padded.jsonl` decides as its command
//! does alone, by the same rule, on an idle machine and on a busy one.
//!
//! One case a line: `case_id`, `kind` (of padding), `command`, and what stands `before` and
//! `after` it: `text`, in which `#` is a number that counts up, over and over until it has so
//! many `bytes`, between `open` and `close`. `want` is `not_block` for the benign twins: padding
//! may take the allow from a command, and must not block it.
>>>>>>> c6970dc (fix(facts): a block stays a block behind padding; work is counted)

use crate::common;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

use cavra::action::Action;
<<<<<<< HEAD
use cavra::authority::{Ask, Authority};
use cavra::policy::decision::Judgement;
use cavra::policy::verdict::Verdict;
use serde_json::json;

const BASELINE: &str = "cavra-ai-agent-baseline";
/// Threads that keep processors busy.
const SPINNING: usize = 8;

/// A line of at least `bytes` that goes on with word after word.
fn padded(start: &str, bytes: usize, word: impl Fn(usize) -> String) -> String {
    let mut line = start.to_owned();
    for number in 0.. {
        if line.len() >= bytes {
            break;
        }
        line.push_str(&word(number));
    }
    line
}

fn lines() -> Vec<(String, &'static str)> {
    let kib = 1024;
    vec![
        (
            padded("cat .env", 36 * kib, |n| format!(" f{n}")),
            "filesystem.read.block",
        ),
        (
            padded("cat", 36 * kib, |n| format!(" f{n}")) + " .env",
            "filesystem.read.block",
        ),
        (
            padded("cat", 60 * kib, |_| " .env".to_owned()),
            "filesystem.read.block",
        ),
        (
            padded("terraform apply", 36 * kib, |n| format!("; ls d{n}")),
            "commands.block",
        ),
        (
            padded("rm main.tf", 36 * kib, |n| format!(" .env{n}")),
            "filesystem.write.block",
        ),
    ]
}

fn judge(authority: &Authority, line: &str) -> Judgement {
    let document =
        json!({"action_type": "execute_command", "target": line, "requested_operation": line});
    let action = Action::from_json(document.to_string().as_bytes()).unwrap();
    let answer = authority.decide(Arc::new(action), Ask::default());
    answer.unwrap().decision.judgement
}

#[test]
fn a_block_is_a_block_beside_any_padding_idle_and_busy() {
    let authority = Authority::new(common::policy(BASELINE), None);
    let judge_all = || -> Vec<Judgement> {
        let judgements = lines().into_iter().map(|(line, rule)| {
            let judgement = judge(&authority, &line);
            let deciding = judgement.deciding().unwrap();
            let start = &line[..line.len().min(40)];
            assert_eq!(judgement.decision, Verdict::Block, "{start}: {deciding:?}");
            assert_eq!(&*deciding.rule_id, rule, "{start}");
            judgement
        });
        judgements.collect()
    };
    let idle = judge_all();
    let busy = AtomicBool::new(true);
    let starved = thread::scope(|scope| {
        for _ in 0..SPINNING {
            scope.spawn(|| {
                while busy.load(Ordering::Relaxed) {
=======
use cavra::action::facts::{Facts, UnknownKind, establish_counted};
use cavra::engine::{Memo, Policy};
use cavra::policy::decision::Judgement;
use cavra::policy::verdict::Verdict;
use proptest::prelude::*;
use serde::Deserialize;
use serde_json::json;

const BASELINE: &str = "cavra-ai-agent-baseline";
/// Threads that do nothing but compute, for each core of the machine.
const RIVALS: usize = 4;

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
            if text.len() + next.len() > self.bytes {
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

/// Runs `inner` beside threads that keep every core busy.
fn busy<T>(inner: impl FnOnce() -> T) -> T {
    let stop = AtomicBool::new(false);
    let cores = thread::available_parallelism().map_or(2, usize::from);
    thread::scope(|scope| {
        for _ in 0..cores * RIVALS {
            scope.spawn(|| {
                while !stop.load(Ordering::Relaxed) {
>>>>>>> c6970dc (fix(facts): a block stays a block behind padding; work is counted)
                    std::hint::spin_loop();
                }
            });
        }
<<<<<<< HEAD
        let starved = judge_all();
        busy.store(false, Ordering::Relaxed);
        starved
    });
    assert_eq!(idle, starved);
=======
        let result = std::panic::catch_unwind(std::panic::AssertUnwindSafe(inner));
        stop.store(true, Ordering::Relaxed);
        result.unwrap_or_else(|panic| std::panic::resume_unwind(panic))
    })
}

fn misses(policy: &Policy) -> Vec<String> {
    let mut misses = Vec::new();
    for case in cases() {
        let line = case.line();
        assert!(line.len() <= 64 * 1024, "{}: too long", case.case_id);
        let (facts, _, padded) = judge(policy, &line);
        let found = verdict(&padded);
        if case.want == Some(Want::NotBlock) {
            if found.0 == Verdict::Block {
                misses.push(format!("{}: {found:?}", case.case_id));
            }
            continue;
        }
        let alone = verdict(&judge(policy, &case.command).2);
        assert_eq!(
            alone.0,
            Verdict::Block,
            "{}: not blocked alone",
            case.case_id
        );
        let unparsed = facts
            .unknowns
            .iter()
            .any(|unknown| unknown.kind == UnknownKind::Unparsed);
        if found != alone {
            misses.push(format!(
                "{}: {found:?}, alone {alone:?}; unparsed: {unparsed}",
                case.case_id
            ));
        }
    }
    misses
}

#[test]
fn a_block_stays_a_block_behind_padding() {
    let policy = policy();
    let idle = misses(&policy);
    assert!(idle.is_empty(), "idle:\n{}", idle.join("\n"));
    let busy = busy(|| misses(&policy));
    assert!(busy.is_empty(), "busy:\n{}", busy.join("\n"));
}

#[test]
fn half_of_the_padding_stands_in_front() {
    let cases = cases();
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
    let repeated = (piece, 1_usize..400).prop_map(|(piece, times)| piece.repeat(times));
    prop::collection::vec(repeated, 1..6).prop_map(|parts| {
        let mut line = parts.concat();
        line.truncate(64 * 1024);
        line
    })
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 24,
        failure_persistence: None,
        ..ProptestConfig::default()
    })]

    #[test]
    fn the_same_line_decides_the_same_under_any_load(lines in prop::collection::vec(line(), 1..4)) {
        let policy = policy();
        let judge_all = || -> Vec<_> { lines.iter().map(|line| judge(&policy, line)).collect() };
        let idle = judge_all();
        prop_assert!(idle == busy(judge_all));
    }
>>>>>>> c6970dc (fix(facts): a block stays a block behind padding; work is counted)
}
