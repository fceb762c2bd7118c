//! The worst actions that are known: each stays within its budget of memory on its whole way, from
//! the document to the answer and the record. A binary of its own, with one test: the allocator
//! counts the memory of all threads.

#![expect(clippy::unwrap_used, clippy::expect_used, reason = "tests")]

#[path = "../worst/cases.rs"]
mod cases;
#[path = "../../benches/worst/kind.rs"]
mod kind;
#[path = "../../benches/worst/way.rs"]
mod way;

use mimalloc::MiMalloc;
use peakmem_alloc::{PeakMemAlloc, PeakMemAllocTrait as _};
use way::{Budget, Memory, Way};

/// The service's own allocator, counted.
#[global_allocator]
static ALLOCATOR: PeakMemAlloc<MiMalloc> = PeakMemAlloc::new(MiMalloc);

const MEMORY: Memory = Memory {
    reset: || ALLOCATOR.reset_peak_memory(),
    peak: || ALLOCATOR.get_peak_memory(),
};

#[test]
fn the_worst_actions_stay_within_their_budget_of_memory() {
    let mut failures = Vec::new();
    for (pack, place) in cases::WAYS {
        let way = Way::new(pack, MEMORY);
        for case in cases::cases() {
            let document = case.document(place);
            let (cost, budget) = (way.go(&document), Budget::of(&document).peak_bytes);
            let name = format!("{} ({place:?})", case.name);
            assert!(cost.peak_bytes > 0, "{name}: nothing was counted");
            println!("{name}: {} bytes", cost.peak_bytes);
            if cost.peak_bytes > budget {
                failures.push(format!("{name}: {cost:?}; the budget is {budget} bytes"));
            }
        }
    }
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}
