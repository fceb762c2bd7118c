//! The worst actions that are known: each stays within its budget of CPU time on its whole way, from
//! the document to the answer and the record. A binary of its own, with the service's allocator;
//! `worst_memory` counts what that gives out.

#![expect(clippy::unwrap_used, clippy::expect_used, reason = "tests")]

mod cases;
#[path = "../../benches/worst/kind.rs"]
mod kind;
#[path = "../../benches/worst/way.rs"]
mod way;

use std::thread;
use std::time::Duration;

use cases::{Case, WAYS};
use kind::Place;
use mimalloc::MiMalloc;
use way::{Budget, Cost, MAX_ANSWER_BYTES, Memory, Way};

/// The service's own allocator.
#[global_allocator]
static ALLOCATOR: MiMalloc = MiMalloc;

/// How much slower an unoptimised build is, at most. The budget is about a release build; this
/// still finds what is quadratic.
const DEBUG_FACTOR: u32 = if cfg!(debug_assertions) { 40 } else { 1 };
/// How often an action is tried again that took more: what else the machine does adds to it.
const MORE_RUNS: usize = 10;
/// Bytes of the record and what it names: a subject, a judgement and the rest.
const MAX_RECORD_BYTES: usize = (64 + 256 + 64) * 1024;

/// What is over its budget, if anything is.
fn over(cost: &Cost, budget: Duration) -> Option<String> {
    let is_over = cost.cpu > budget
        || cost.answer_bytes > MAX_ANSWER_BYTES
        || cost.record_bytes > MAX_RECORD_BYTES;
    is_over.then(|| format!("{cost:?}; the budget is {budget:?}"))
}

/// Threads that try the cases: a debug build is slow, and its budget is wide enough for neighbours.
const THREADS: usize = if cfg!(debug_assertions) { 2 } else { 1 };

/// What is wrong with one case, if anything is.
fn try_case(way: &Way, place: Place, case: &Case) -> Option<String> {
    let document = case.document(place);
    let budget = Budget::of(&document).cpu * DEBUG_FACTOR;
    let mut cost = way.go(&document);
    for _ in 0..MORE_RUNS {
        if over(&cost, budget).is_some() {
            cost.cpu = cost.cpu.min(way.go(&document).cpu);
        }
    }
    println!("{} ({place:?}): {cost:?}", case.name);
    over(&cost, budget).map(|problem| format!("{} ({place:?}): {problem}", case.name))
}

#[test]
fn the_worst_actions_stay_within_their_budget_of_time() {
    let cases = cases::cases();
    let part = |number: usize| {
        let mut failures = Vec::new();
        for (pack, place) in WAYS {
            let way = Way::new(pack, Memory::UNCOUNTED);
            let own = cases.iter().skip(number).step_by(THREADS);
            failures.extend(own.filter_map(|case| try_case(&way, place, case)));
        }
        failures
    };
    let failures: Vec<String> = thread::scope(|scope| {
        let threads: Vec<_> = (0..THREADS)
            .map(|number| scope.spawn(move || part(number)))
            .collect();
        let results = threads.into_iter().map(|thread| thread.join().unwrap());
        results.flatten().collect()
    });
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}
