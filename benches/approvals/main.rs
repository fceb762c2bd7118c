//! What approvals cost: asking for one, using one, and deciding while many are remembered.
//!
//! ```text
//! cargo bench --bench approvals -- [PENDING] [USED]      # 100,000 and 1,000,000 by default
//! ```
//!
//! Each ratio is measured in turn, in one run. Requests and uses are recorded by the durable journal, as
//! a service does by default. A request is measured in a journal that is written within 50 milliseconds
//! too, where no wait for the disk hides what it costs. A use is not: it waits for the disk in each mode.

#![expect(clippy::unwrap_used, reason = "a benchmark fails by panicking")]

mod office;
#[path = "../support/mod.rs"]
mod support;

use std::time::Duration;

use cavra::decision::Verdict;
use cavra::journal::writer::Mode;
use futures::future::join_all;
use tokio::runtime::Runtime;

use office::{Desk, Office};

/// As in the program.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

const DEFAULT_PENDING: usize = 100_000;
const DEFAULT_USED: usize = 1_000_000;
/// Decisions of one measurement, and how many measurements there are.
const CALLS: u32 = 60;
const ROUNDS: usize = 40;
/// Requests that are made, answered and used together while a store is filled.
const TOGETHER: usize = 256;
/// The lax mode.
const WITHIN: Mode = Mode::WrittenWithin(Duration::from_millis(50));

fn main() {
    let mut numbers = std::env::args().skip(1).filter_map(|it| it.parse().ok());
    let pending = numbers.next().unwrap_or(DEFAULT_PENDING);
    let used = numbers.next().unwrap_or(DEFAULT_USED);
    let runtime = Runtime::new().unwrap();
    let office = Office::new();
    let desk = runtime.block_on(office.open(Mode::Durable));
    println!("durable: {}", asking(&runtime, &desk));
    println!("durable: {}", using(&runtime, &desk));
    let office = Office::new();
    let desk = runtime.block_on(office.open(WITHIN));
    println!("within 50 ms: {}", asking(&runtime, &desk));
    let [small, large] = [Office::new(), Office::new()];
    let empty = runtime.block_on(small.open(WITHIN));
    let full = runtime.block_on(large.open(WITHIN));
    let (pending, used) = runtime.block_on(fill(&full, pending, used));
    runtime.block_on(full.settle());
    let ratio = deciding(&runtime, &empty, &full);
    println!("decisions with {pending} pending and {used} used over an empty store: {ratio}");
}

/// Medians, and the second over the first.
struct Ratio {
    what: &'static str,
    wanted: &'static str,
    plain: Duration,
    other: Duration,
}

impl std::fmt::Display for Ratio {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self {
            what,
            wanted,
            plain,
            other,
        } = self;
        let ratio = other.as_secs_f64() / plain.as_secs_f64();
        write!(
            f,
            "{what}: {ratio:.3} ({other:?} over {plain:?}; wanted: {wanted})"
        )
    }
}

/// A decision that becomes a request, over the same that can't, since nobody is known to ask.
fn asking(runtime: &Runtime, desk: &Desk) -> Ratio {
    let mut number = 0;
    let mut plain = || {
        number += 1;
        let decision = runtime.block_on(desk.decide(None, &format!("plain-{number}")));
        assert_eq!(decision.approval_id(), None);
    };
    let mut other = 0;
    let mut request = || {
        other += 1;
        // Nobody may have too many.
        let uid = 10_000 + other / 500;
        let decision = runtime.block_on(desk.decide(Some(uid), &format!("request-{other}")));
        assert_eq!(decision.approval_id(), Some(decision.decision_id));
    };
    let medians = support::medians(ROUNDS, CALLS, &mut [&mut plain, &mut request]);
    ratio("a request over a plain decision", "under 1.05", &medians)
}

/// A decision that uses an approval, over a plain one.
fn using(runtime: &Runtime, desk: &Desk) -> Ratio {
    let count = (ROUNDS + 1) * usize::try_from(CALLS).unwrap();
    let session = |number: usize| format!("use-{number}");
    let approved = async {
        for number in 0..count {
            desk.approved(user(number), &session(number)).await;
        }
    };
    runtime.block_on(approved);
    let mut number = 0;
    let mut plain = || {
        number += 1;
        let decision = runtime.block_on(desk.decide(None, &format!("plain-use-{number}")));
        assert_eq!(decision.verdict(), Verdict::RequireApproval);
    };
    let mut other = 0;
    let mut used = || {
        let decision = runtime.block_on(desk.decide(Some(user(other)), &session(other)));
        assert!(decision.uses_approval());
        other += 1;
    };
    let medians = support::medians(ROUNDS, CALLS, &mut [&mut plain, &mut used]);
    ratio("a use over a plain decision", "under 1.20", &medians)
}

/// The usual mix of actions, asked for by somebody, beside a full store and an empty one. Above one, the
/// full one is faster.
fn deciding(runtime: &Runtime, empty: &Desk, full: &Desk) -> String {
    let mix = support::mix();
    let mut index = [0, 0];
    let [first, second] = &mut index;
    let next = |desk: &Desk, index: &mut usize| {
        let action = mix.get(*index % mix.len()).unwrap();
        *index += 1;
        drop(runtime.block_on(desk.judged(action.clone(), Some(5))));
    };
    let mut on_empty = || next(empty, first);
    let mut on_full = || next(full, second);
    let calls = u32::try_from(mix.len()).unwrap() * 4;
    let medians = support::medians(ROUNDS, calls, &mut [&mut on_empty, &mut on_full]);
    let [on_empty, on_full] = medians.as_slice() else {
        unreachable!("there are two contenders");
    };
    let speed = on_empty.as_secs_f64() / on_full.as_secs_f64();
    format!("{speed:.3} ({on_full:?} over {on_empty:?} a decision; wanted: at least 0.97)")
}

/// Fills a store: how many it remembers then. The places for the requests of the mix are left.
async fn fill(desk: &Desk, pending: usize, used: usize) -> (usize, usize) {
    for action in support::mix() {
        drop(desk.judged(action, Some(5)).await);
    }
    let mut number = 0;
    while number < used {
        let next = used.min(number + TOGETHER);
        let each = (number..next).map(|number| async move {
            let session = format!("used-{number}");
            desk.approved(user(number), &session).await;
            let decision = desk.decide(Some(user(number)), &session).await;
            assert!(decision.uses_approval());
        });
        join_all(each).await;
        number = next;
    }
    let mut waiting = desk.count(pending);
    let mut number = 0;
    while waiting < pending {
        let uid = 1_000_000 + u32::try_from(number / 500).unwrap();
        let decision = desk.decide(Some(uid), &format!("pending-{number}")).await;
        // The store is full a little earlier: the mix has some of the places.
        if decision.approval_id().is_none() {
            break;
        }
        (waiting, number) = (waiting + 1, number + 1);
    }
    (waiting, used)
}

/// Nobody has so many that they may ask for no more.
fn user(number: usize) -> u32 {
    100 + u32::try_from(number % 400).unwrap()
}

fn ratio(what: &'static str, wanted: &'static str, medians: &[Duration]) -> Ratio {
    let [plain, other] = medians else {
        unreachable!("there are two contenders");
    };
    Ratio {
        what,
        wanted,
        plain: *plain,
        other: *other,
    }
}
