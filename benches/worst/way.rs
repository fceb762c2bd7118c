//! The whole way of one action, from its document to its answer and its record, and what it
//! costs: CPU time of the thread, and the peak of what the allocator gave out.

#![allow(
    dead_code,
    unreachable_pub,
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "support of a benchmark and of a test; each uses a part of it"
)]

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use cavra::action::Action;
use cavra::authority::{Ask, Authority};
use cavra::engine::{Memo, Policy};
use cavra::journal::record::{Decided, Latency, Recorder};
use cavra::library::Library;
use cavra::redaction::{Redaction, RedactionKey};
use rustix::time::{ClockId, clock_gettime};

/// How to read the allocator. To count what it gives out takes a fifth of the CPU time of an action,
/// which the service doesn't spend: a binary counts either memory or CPU time exactly.
#[derive(Clone, Copy)]
pub struct Memory {
    /// Forgets the peak.
    pub reset: fn(),
    /// The most bytes that were given out at a time since then.
    pub peak: fn() -> usize,
}

impl Memory {
    /// The allocator doesn't count.
    pub const UNCOUNTED: Self = Self {
        reset: || (),
        peak: || 0,
    };
}

/// CPU time of an action without a plan.
pub const MAX_CPU: Duration = Duration::from_millis(50);
/// CPU time that each MiB of a plan adds.
pub const MAX_CPU_PER_PLAN_MIB: Duration = Duration::from_millis(25);
/// Bytes of memory of an action without a plan.
pub const MAX_PEAK_BYTES: usize = 64 << 20;
/// Bytes of memory that each MiB of a plan adds.
pub const MAX_PEAK_BYTES_PER_PLAN_MIB: usize = 32 << 20;
/// Bytes of a decision as JSON, and of all that is recorded of it.
pub const MAX_ANSWER_BYTES: usize = 1 << 20;

/// What one action cost.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cost {
    pub cpu: Duration,
    pub peak_bytes: usize,
    pub answer_bytes: usize,
    pub record_bytes: usize,
    pub facts_cpu: Duration,
    pub record_cpu: Duration,
    /// The verdict and the rule, or why there is no decision.
    pub outcome: String,
}

/// What one action may cost.
#[derive(Debug, Clone, Copy)]
pub struct Budget {
    pub cpu: Duration,
    pub peak_bytes: usize,
}

impl Budget {
    /// Of a document: a plan's bytes add to it.
    pub fn of(document: &[u8]) -> Self {
        let plan = Action::from_json(document)
            .ok()
            .and_then(|it| it.terraform_plan);
        let plan = plan.map_or(0, |plan| plan.len());
        let per_mib = |each: usize| each * plan / (1 << 20);
        let micros = usize::try_from(MAX_CPU_PER_PLAN_MIB.as_micros()).unwrap();
        Self {
            cpu: MAX_CPU + Duration::from_micros(per_mib(micros) as u64),
            peak_bytes: MAX_PEAK_BYTES + per_mib(MAX_PEAK_BYTES_PER_PLAN_MIB),
        }
    }
}

/// A policy that decides, and what records its decisions.
pub struct Way {
    policy: Arc<Policy>,
    authority: Authority,
    recorder: Recorder,
    memory: Memory,
}

impl Way {
    /// By a shipped pack. Nothing is answered from memory: the first action of its kind counts.
    pub fn new(pack: &str, memory: Memory) -> Self {
        let packs = Path::new(env!("CARGO_MANIFEST_DIR")).join("policy-packs");
        let pack = Library::open(&[packs]).unwrap().effective(pack).unwrap();
        let policy = Arc::new(Policy::compile(pack).unwrap().with_memo(Memo::Off));
        let way = Self {
            authority: Authority::new(Arc::clone(&policy), None),
            recorder: Recorder::new(Redaction::built_in().unwrap(), RedactionKey([7; 32])),
            policy,
            memory,
        };
        // Tables and automata that are made once are nobody's cost.
        let first = br#"{"action_type":"execute_command","target":"A_TOKEN=x1y2z3w4 cat .env | python3 -c 'print(1)'; terraform apply"}"#;
        way.go(first);
        way
    }

    /// Goes it with one document.
    pub fn go(&self, document: &[u8]) -> Cost {
        (self.memory.reset)();
        let start = cpu_time();
        let mut cost = self.answer(document, start);
        cost.cpu = cpu_time() - start;
        cost.peak_bytes = (self.memory.peak)();
        cost
    }

    fn answer(&self, document: &[u8], start: Duration) -> Cost {
        let mut cost = Cost {
            cpu: Duration::ZERO,
            peak_bytes: 0,
            answer_bytes: 0,
            record_bytes: 0,
            facts_cpu: Duration::ZERO,
            record_cpu: Duration::ZERO,
            outcome: String::new(),
        };
        let text = std::str::from_utf8(document).unwrap();
        let action = match Action::from_short_json(text) {
            Ok(action) => Arc::new(action),
            Err(error) => {
                cost.outcome = error.to_string();
                return cost;
            }
        };
        let answer = match self.authority.decide(action, Ask::default()) {
            Ok(answer) => answer,
            Err(error) => {
                cost.outcome = error.to_string();
                return cost;
            }
        };
        cost.facts_cpu = cpu_time() - start;
        let recording = cpu_time();
        let decided = Decided {
            decision: &answer.decision,
            facts: &answer.facts,
            candidate: None,
            latency: Latency::default(),
            approval: None,
            peer: None,
        };
        let entry = self
            .recorder
            .entry(&decided, |action, facts| self.policy.judge(action, facts))
            .unwrap();
        cost.record_cpu = cpu_time() - recording;
        let contents = entry.contents().map(|(_, content)| content.bytes.len());
        cost.record_bytes = entry.record.len() + contents.sum::<usize>();
        let shown = serde_json::to_vec_pretty(&answer.decision).unwrap();
        cost.answer_bytes = shown.len();
        let deciding = answer.decision.judgement.deciding().unwrap();
        cost.outcome = format!(
            "{} by {}",
            answer.decision.verdict().as_str(),
            deciding.rule_id
        );
        cost
    }
}

/// CPU time of this thread (`clock_gettime(2)`).
pub fn cpu_time() -> Duration {
    let time = clock_gettime(ClockId::ThreadCPUTime);
    Duration::new(
        time.tv_sec.try_into().unwrap(),
        time.tv_nsec.try_into().unwrap(),
    )
}
