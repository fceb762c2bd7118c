//! Padding around a blocked command costs the base rules steps, and changes no verdict: not on a
//! busy machine either, since nothing on the way to a verdict looks at a clock.

use crate::common;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

use cavra::action::Action;
use cavra::authority::{Ask, Authority};
use cavra::decision::{Judgement, Verdict};
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

fn judge(authority: &Authority, line: &str) -> Arc<Judgement> {
    let document =
        json!({"action_type": "execute_command", "target": line, "requested_operation": line});
    let action = Action::from_json(document.to_string().as_bytes()).unwrap();
    let answer = authority.decide(Arc::new(action), Ask::default());
    answer.unwrap().decision.judgement
}

#[test]
fn a_block_is_a_block_beside_any_padding_idle_and_busy() {
    let judge_all = || -> Vec<Arc<Judgement>> {
        // A new one each time: nothing is answered from memory.
        let authority = Authority::new(common::policy(BASELINE), None);
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
                    std::hint::spin_loop();
                }
            });
        }
        let starved = judge_all();
        busy.store(false, Ordering::Relaxed);
        starved
    });
    assert_eq!(idle, starved);
}
