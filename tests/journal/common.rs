//! What the tests of the journal share.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use cavra::action::Action;
use cavra::action::establish;
use cavra::action::facts::Facts;
use cavra::authority::{Answer, Ask, Authority};
use cavra::engine::Policy;
use cavra::journal::record::{Decided, DecisionRecord, Entry, Latency, Record, Recorder};
use cavra::library::Library;
use cavra::redaction::{Redaction, RedactionKey};
use serde_json::{Value, json};

pub(crate) const KEY: RedactionKey = RedactionKey([7; 32]);

/// The text of a file in the repository.
pub(crate) fn read(path: &str) -> String {
    std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(path)).unwrap()
}

/// A shipped pack, compiled.
pub(crate) fn policy(id: &str) -> Arc<Policy> {
    let packs = Path::new(env!("CARGO_MANIFEST_DIR")).join("policy-packs");
    let library = Library::open(&[packs]).unwrap();
    Arc::new(Policy::compile(library.effective(id).unwrap()).unwrap())
}

/// The baseline, with a candidate beside it.
pub(crate) fn authority() -> Authority {
    Authority::new(
        policy("cavra-ai-agent-baseline"),
        Some(policy("cavra-ai-agent-baseline")),
    )
}

pub(crate) fn built_in() -> Recorder {
    Recorder::new(Redaction::built_in().unwrap(), KEY)
}

pub(crate) fn action(document: &Value) -> Arc<Action> {
    Arc::new(Action::from_json(document.to_string().as_bytes()).unwrap())
}

pub(crate) fn command(line: &str) -> Arc<Action> {
    action(&json!({
        "action_type": "execute_command", "target": line, "requested_operation": line,
    }))
}

/// Every action of the corpora, and of the ordinary commands.
pub(crate) fn corpora() -> Vec<Arc<Action>> {
    let documents =
        ["actions", "semantics"].map(|it| read(&format!("tests/data/corpus/{it}.jsonl")));
    let lines = documents.iter().flat_map(|text| text.lines());
    // Some are malformed on purpose.
    let mut all: Vec<_> = lines
        .filter_map(|line| {
            let line: Value = serde_json::from_str(line).unwrap();
            let action = Action::from_json(line["input"].to_string().as_bytes()).ok()?;
            establish(&action).is_ok().then(|| Arc::new(action))
        })
        .collect();
    assert!(all.len() > 4000, "{}", all.len());
    let ordinary = read("tests/data/ordinary/commands.txt");
    all.extend(
        ordinary
            .lines()
            .filter(|line| !line.is_empty())
            .map(command),
    );
    all
}

pub(crate) fn answer(authority: &Authority, action: &Arc<Action>) -> Answer {
    let ask = Ask::comparing(true);
    authority.decide(Arc::clone(action), ask).unwrap()
}

pub(crate) fn judge(
    authority: &Authority,
) -> impl Fn(&Action, &Facts) -> cavra::decision::Judgement {
    let policy = Arc::clone(&authority.slot().active);
    move |action, facts| policy.judge(action, facts)
}

pub(crate) fn entry(recorder: &Recorder, authority: &Authority, answer: &Answer) -> Entry {
    let decided = Decided {
        decision: &answer.decision,
        facts: &answer.facts,
        candidate: answer
            .candidate
            .as_ref()
            .map(|it| (&it.decision, it.change)),
        latency: Latency::new(Duration::from_micros(9), Duration::MAX, None),
        approval: None,
        peer: None,
    };
    recorder.entry(&decided, judge(authority)).unwrap()
}

/// What is recorded of `action`.
pub(crate) fn record(recorder: &Recorder, authority: &Authority, action: &Arc<Action>) -> Entry {
    entry(recorder, authority, &answer(authority, action))
}

pub(crate) fn decision(entry: &Entry) -> DecisionRecord {
    match Record::from_bytes(&entry.record).unwrap() {
        Record::Decision(record) => *record,
        other => panic!("{other:?}"),
    }
}

/// Record and contents, one text.
pub(crate) fn whole(entry: &Entry) -> String {
    let mut all = String::from_utf8(entry.record.to_vec()).unwrap();
    for (_, content) in entry.contents() {
        all.push('\n');
        all.push_str(std::str::from_utf8(&content.bytes).unwrap());
    }
    all
}
