//! What a decision costs in process: by action type, by number of patterns, with a candidate,
//! on two threads; what establishing facts adds; and what compiling a pack costs. Ends with the ratios that the project
//! promises, measured in turn in the same run.

#![expect(clippy::unwrap_used, reason = "a benchmark")]

mod facts;
mod reference;
#[path = "../support/mod.rs"]
mod support;

use std::hint::black_box;
use std::sync::Arc;
use std::time::Duration;

use cavra::action::{Action, ActionType};
use cavra::authority::{Ask, Authority};
use cavra::engine::{Memo, Policy};
use criterion::{BenchmarkId, Criterion};
use reference::Reference;
use support::{medians, mix, policy, sized_pack};

/// As in the program.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

const BASELINE: &str = "cavra-ai-agent-baseline";

fn main() {
    let mut criterion = Criterion::default()
        .configure_from_args()
        .warm_up_time(Duration::from_millis(500))
        .measurement_time(Duration::from_secs(2));
    by_action_type(&mut criterion);
    by_patterns(&mut criterion);
    with_candidate(&mut criterion);
    with_own_rego(&mut criterion);
    compile(&mut criterion);
    facts::group(&mut criterion);
    criterion.final_summary();
    // Who profiles one benchmark wants nothing else to run.
    if !std::env::args().any(|argument| argument == "--profile-time") {
        ratios();
    }
}

fn authority(memo: Memo) -> Authority {
    Authority::new(policy(BASELINE, memo), None)
}

fn decide_all(authority: &Authority, actions: &[Arc<Action>], ask: Ask) {
    for action in actions {
        black_box(authority.decide(Arc::clone(action), ask).unwrap());
    }
}

fn by_action_type(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("action_type");
    for (name, memo) in [("memo_on", Memo::On), ("memo_off", Memo::Off)] {
        let authority = authority(memo);
        for kind in ActionType::ALL {
            let actions: Vec<_> = mix()
                .into_iter()
                .filter(|a| a.action_type() == kind)
                .collect();
            let mut next = actions.iter().cycle();
            group.bench_function(BenchmarkId::new(name, kind.as_str()), |bencher| {
                bencher.iter(|| {
                    let action = Arc::clone(next.next().unwrap());
                    authority.decide(action, Ask::default()).unwrap()
                });
            });
        }
    }
    group.finish();
}

fn by_patterns(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("patterns");
    let actions = mix();
    for (name, memo) in [("memo_on", Memo::On), ("memo_off", Memo::Off)] {
        for patterns in [30, 300, 3000] {
            let policy = Policy::compile(sized_pack(patterns))
                .unwrap()
                .with_memo(memo);
            let authority = Authority::new(Arc::new(policy), None);
            let mut next = actions.iter().cycle();
            group.bench_function(BenchmarkId::new(name, patterns), |bencher| {
                bencher.iter(|| {
                    let action = Arc::clone(next.next().unwrap());
                    authority.decide(action, Ask::default()).unwrap()
                });
            });
        }
    }
    group.finish();
}

fn with_candidate(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("candidate");
    let candidate = policy("cavra-banking-baseline", Memo::On);
    let authority = Authority::new(policy(BASELINE, Memo::On), Some(candidate));
    let actions = mix();
    for (name, compare) in [("off", false), ("on", true)] {
        let mut next = actions.iter().cycle();
        group.bench_function(name, |bencher| {
            bencher.iter(|| {
                let action = Arc::clone(next.next().unwrap());
                authority.decide(action, Ask::comparing(compare)).unwrap()
            });
        });
    }
    group.finish();
}

fn with_own_rego(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("own_rego");
    let actions = mix();
    for (name, memo) in [("memo_on", Memo::On), ("memo_off", Memo::Off)] {
        let authority = Authority::new(policy("cavra-agentic-delivery", memo), None);
        let mut next = actions.iter().cycle();
        group.bench_function(name, |bencher| {
            bencher.iter(|| {
                let action = Arc::clone(next.next().unwrap());
                authority.decide(action, Ask::default()).unwrap()
            });
        });
    }
    group.finish();
}

fn compile(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("compile");
    for patterns in [30, 300, 3000] {
        let pack = sized_pack(patterns);
        group.bench_function(BenchmarkId::from_parameter(patterns), |bencher| {
            bencher.iter(|| Policy::compile(pack.clone()).unwrap());
        });
    }
    group.finish();
}

/// Whole decisions a microsecond with `threads` threads on one authority.
fn throughput(authority: &Authority, actions: &[Arc<Action>], threads: usize) {
    std::thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| decide_all(authority, actions, Ask::default()));
        }
    });
}

fn ratios() {
    let actions = mix();
    let count = u32::try_from(actions.len()).unwrap();
    let interpreter = Reference::new();
    let (on, off) = (authority(Memo::On), authority(Memo::Off));
    let times = medians(
        41,
        5,
        &mut [
            &mut || {
                actions
                    .iter()
                    .for_each(|action| drop(black_box(interpreter.decide(action))))
            },
            &mut || decide_all(&off, &actions, Ask::default()),
            &mut || decide_all(&on, &actions, Ask::default()),
        ],
    );
    let per_action: Vec<f64> = times
        .iter()
        .map(|time| time.as_secs_f64() * 1e9 / f64::from(count))
        .collect();
    let [reference, memo_off, memo_on] = per_action.as_slice() else {
        return;
    };
    println!("\nratios, medians of 41 rounds in turn over {count} mixed actions:");
    println!("  best interpreter variant   {reference:>8.0} ns");
    println!(
        "  memo off                   {memo_off:>8.0} ns   {:.2} times as fast (wanted: 1)",
        reference / memo_off
    );
    println!(
        "  memo on                    {memo_on:>8.0} ns   {:.2} times as fast (wanted: 8)",
        reference / memo_on
    );
    pattern_ratio(&actions);
    thread_ratio(&on, &actions);
    worker_ratio(&actions);
    facts::ratios();
}

fn pattern_ratio(actions: &[Arc<Action>]) {
    for (name, memo) in [("memo off", Memo::Off), ("memo on", Memo::On)] {
        let sized = |n| {
            Authority::new(
                Arc::new(Policy::compile(sized_pack(n)).unwrap().with_memo(memo)),
                None,
            )
        };
        let (small, large) = (sized(30), sized(3000));
        let times = medians(
            41,
            5,
            &mut [
                &mut || decide_all(&small, actions, Ask::default()),
                &mut || decide_all(&large, actions, Ask::default()),
            ],
        );
        if let [small, large] = times.as_slice() {
            let ratio = large.as_secs_f64() / small.as_secs_f64();
            println!(
                "  3,000 patterns against 30, {name}: {ratio:.2} times the time (wanted: at most 1.5)"
            );
        }
    }
}

/// What it costs that packs' own Rego is evaluated in another process.
fn worker_ratio(actions: &[Arc<Action>]) {
    for id in ["cavra-agentic-delivery", "cavra-mcp-enterprise"] {
        let here = Authority::new(policy(id, Memo::Off), None);
        let apart = Authority::new(support::policy_apart(id, Memo::Off), None);
        let times = medians(
            41,
            1,
            &mut [
                &mut || decide_all(&here, actions, Ask::default()),
                &mut || decide_all(&apart, actions, Ask::default()),
            ],
        );
        if let [here, apart] = times.as_slice() {
            let ratio = apart.as_secs_f64() / here.as_secs_f64();
            println!("  {id} in a worker, memo off: {ratio:.2} times the time (wanted: at most 2)");
        }
    }
}

fn thread_ratio(authority: &Authority, actions: &[Arc<Action>]) {
    let many: Vec<_> = (0..200).flat_map(|_| actions.iter().cloned()).collect();
    let times = medians(
        11,
        1,
        &mut [&mut || throughput(authority, &many, 1), &mut || {
            throughput(authority, &many, 2)
        }],
    );
    if let [one, two] = times.as_slice() {
        println!(
            "  two threads against one: {:.2} times the throughput",
            2.0 * one.as_secs_f64() / two.as_secs_f64()
        );
    }
}
