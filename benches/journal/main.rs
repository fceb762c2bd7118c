//! What a journal costs as it grows: an append at each size, bytes on disk for each decision,
//! and how fast all of it is verified.
//!
//! ```text
//! cargo bench --bench journal -- [RECORDS]      # 1,000,000 by default
//! ```

#![expect(clippy::unwrap_used, reason = "a benchmark fails by panicking")]

#[path = "../support/mod.rs"]
mod support;

use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use cavra::action::Action;
use cavra::action::establish;
use cavra::authority::{Ask, Authority};
use cavra::engine::Memo;
use cavra::journal::record::{Decided, Entry, Latency, Recorder};
use cavra::journal::store::{Lock, Store};
use cavra::journal::verify::{Against, verify};
use cavra::keys::SigningKey;
use cavra::redaction::{Redaction, RedactionKey};
use jiff::Timestamp;
use serde_json::json;

/// As in the program.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Records of one commit, as under load.
const GROUP: u64 = 500;
/// Records between two checkpoints, as in a running authority.
const CHECKPOINT: u64 = 10_000;
/// Rounds of a verification; the fastest counts.
const ROUNDS: usize = 3;
const DEFAULT_RECORDS: u64 = 1_000_000;

struct Source {
    authority: Authority,
    recorder: Recorder,
    mix: Vec<Arc<Action>>,
}

impl Source {
    fn new() -> Self {
        let policy = support::policy("cavra-ai-agent-baseline", Memo::default());
        Self {
            authority: Authority::new(policy, None),
            recorder: Recorder::new(Redaction::none(), RedactionKey([1; 32])),
            mix: support::mix(),
        }
    }

    /// Every other decision is about something that was never asked before.
    fn entry(&self, number: u64) -> Entry {
        let action = match number % 2 {
            0 => {
                let index = usize::try_from(number / 2).unwrap() % self.mix.len();
                Arc::clone(self.mix.get(index).unwrap())
            }
            _ => unique(number),
        };
        let facts = establish(&action).unwrap();
        let answer = self.authority.decide(action, Ask::default()).unwrap();
        let decided = Decided {
            decision: &answer.decision,
            facts: &facts,
            candidate: None,
            latency: Latency::default(),
            approval: None,
            peer: None,
        };
        let same = |_: &_, _: &_| cavra::decision::Judgement::clone(&answer.decision.judgement);
        self.recorder.entry(&decided, same).unwrap()
    }
}

fn unique(number: u64) -> Arc<Action> {
    let document = json!({
        "action_type": "write_file", "target": format!("src/module-{number}/file.rs"),
        "requested_operation": "write", "agent_id": "agent-12", "session_id": "session-7f3a",
    });
    Arc::new(Action::from_json(document.to_string().as_bytes()).unwrap())
}

fn main() {
    let records = std::env::args()
        .skip(1)
        .find_map(|argument| argument.parse().ok())
        .unwrap_or(DEFAULT_RECORDS);
    let folder = tempfile::tempdir().unwrap();
    let key = SigningKey::generate("example.org/bench".parse().unwrap()).unwrap();
    fill(folder.path(), &key, records);
    let bytes = std::fs::metadata(folder.path().join("journal.db"))
        .unwrap()
        .len();
    println!("disk: {} bytes a decision", bytes / records);
    let fastest = (0..ROUNDS).map(|_| verified(folder.path(), &key)).min();
    let seconds = fastest.unwrap().as_secs_f64();
    #[expect(clippy::cast_precision_loss, reason = "a rate to be read")]
    let rate = records as f64 / seconds;
    println!("verify: {rate:.0} records/s, {seconds:.2} s");
}

/// Appends `records` decisions and says what a record cost on the way to each size.
fn fill(folder: &Path, key: &SigningKey, records: u64) {
    let source = Source::new();
    let lock = Lock::take(folder).unwrap();
    let mut store = Store::open(folder, &lock, key.verifying_key()).unwrap();
    let (mut spent, mut counted, mut report_at) = (Duration::ZERO, 0, 10_000);
    while store.tree().size() < records {
        let first = store.tree().size();
        let last = (first + GROUP).min(records);
        let entries: Vec<Entry> = (first..last).map(|number| source.entry(number)).collect();
        let start = Instant::now();
        store.append(&entries, key, Timestamp::now()).unwrap();
        spent += start.elapsed();
        counted += last - first;
        store.tend_log().unwrap();
        if store.tree().size() - store.checkpoint_size() >= CHECKPOINT || last == records {
            drop(store.add_checkpoint(key, Timestamp::now()).unwrap());
        }
        if last >= report_at || last == records {
            let each = spent / u32::try_from(counted).unwrap();
            println!("append: {each:?} a record up to {last}");
            (spent, counted, report_at) = (Duration::ZERO, 0, report_at * 10);
        }
    }
}

fn verified(folder: &Path, key: &SigningKey) -> Duration {
    let against = Against {
        key: key.verifying_key(),
        given: &[],
    };
    let start = Instant::now();
    let found = verify(folder, against, |_| {}).unwrap();
    assert!(found.intact, "{found:?}");
    start.elapsed()
}
