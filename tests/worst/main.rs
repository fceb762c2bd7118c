//! The worst actions that are known: each stays within its budget of CPU time and memory on its
//! whole way, from the document to the answer and the record.
//!
//! `tests/data/worst/*.jsonl` describes them, one a line: a `head`, a `block` so often that its
//! `#`, the number, goes from 0 up to `repeat` or the text is as long as it may be, and a `tail`.
//! `cargo bench --bench worst` searches for others. A binary of its own, with one test: the
//! allocator counts the memory of all threads.

#![expect(clippy::unwrap_used, clippy::expect_used, reason = "tests")]

#[path = "../../benches/worst/way.rs"]
mod way;

use serde::Deserialize;
use serde_json::json;
use way::{Budget, Cost, MAX_ANSWER_BYTES, Way};

/// How much slower an unoptimised build is, at most. The budget is about a release build; this
/// still finds what is quadratic.
const DEBUG_FACTOR: u32 = if cfg!(debug_assertions) { 40 } else { 1 };
/// How often an action is tried again that took more.
const MORE_RUNS: usize = 3;
/// Bytes of the record and what it names: a subject, a judgement and the rest.
const MAX_RECORD_BYTES: usize = (64 + 256 + 64) * 1024;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    name: String,
    kind: Kind,
    #[serde(default)]
    head: String,
    block: String,
    repeat: usize,
    #[serde(default)]
    tail: String,
}

#[derive(Deserialize, Clone, Copy)]
#[serde(rename_all = "snake_case")]
enum Kind {
    Command,
    Read,
    Write,
    Git,
    /// The block is a value in a tool's definition.
    Definition,
    /// The block is one of the resource changes.
    Plan,
}

impl Case {
    fn document(&self) -> Vec<u8> {
        let (limit, between) = match self.kind {
            Kind::Command => (64 * 1024, ""),
            Kind::Read | Kind::Write | Kind::Git => (4096, ""),
            Kind::Definition => (255 * 1024, ","),
            Kind::Plan => (4 * 1024 * 1024 - 1024, ","),
        };
        let mut text = self.head.clone();
        for number in 0..self.repeat {
            let block = self.block.replace('#', &number.to_string());
            if text.len() + block.len() + between.len() + self.tail.len() > limit {
                break;
            }
            if number > 0 {
                text.push_str(between);
            }
            text.push_str(&block);
        }
        text.push_str(&self.tail);
        let of_text = |action: &str, operation: &str| {
            json!({"action_type": action, "target": text, "requested_operation": operation})
                .to_string()
        };
        let document = match self.kind {
            Kind::Command => of_text("execute_command", &text),
            Kind::Read => of_text("read_file", "read"),
            Kind::Write => of_text("write_file", "write"),
            Kind::Git => of_text("git_operation", "push"),
            Kind::Definition => format!(
                r#"{{"action_type":"mcp_tool_call","target":"s:t","mcp_tool":{{"name":"t","x":[{text}]}}}}"#
            ),
            Kind::Plan => format!(
                r#"{{"action_type":"execute_command","target":"terraform apply p","terraform_plan":{{"format_version":"1.2","planned_values":{{}},"resource_changes":[{text}]}}}}"#
            ),
        };
        document.into_bytes()
    }
}

fn cases() -> Vec<Case> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/worst");
    let mut files: Vec<_> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|end| end == "jsonl"))
        .collect();
    files.sort();
    let texts = files
        .iter()
        .map(|path| std::fs::read_to_string(path).unwrap());
    texts
        .flat_map(|text| {
            let lines = text.lines().filter(|line| !line.is_empty());
            lines
                .map(|line| serde_json::from_str(line).expect(line))
                .collect::<Vec<Case>>()
        })
        .collect()
}

/// What is over its budget, if anything is.
fn over(cost: &Cost, budget: Budget) -> Option<String> {
    let cpu = budget.cpu * DEBUG_FACTOR;
    let is_over = cost.cpu > cpu
        || cost.peak_bytes > budget.peak_bytes
        || cost.answer_bytes > MAX_ANSWER_BYTES
        || cost.record_bytes > MAX_RECORD_BYTES;
    is_over.then(|| {
        format!(
            "{cost:?}; the budget is {cpu:?} and {} bytes",
            budget.peak_bytes
        )
    })
}

#[test]
fn the_worst_actions_stay_within_their_budget() {
    let way = Way::new("cavra-ai-agent-baseline");
    let mut failures = Vec::new();
    let cases = cases();
    assert!(cases.len() >= 100, "only {} cases", cases.len());
    for case in cases {
        let document = case.document();
        let budget = Budget::of(&document);
        let mut cost = way.go(&document);
        // The least of a few: what else the machine does adds to it.
        for _ in 0..MORE_RUNS {
            if over(&cost, budget).is_some() {
                cost.cpu = cost.cpu.min(way.go(&document).cpu);
            }
        }
        println!("{}: {cost:?}", case.name);
        if let Some(problem) = over(&cost, budget) {
            failures.push(format!("{}: {problem}", case.name));
        }
    }
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}
