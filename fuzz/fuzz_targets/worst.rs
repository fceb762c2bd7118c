//! An action document: what its facts cost.
//!
//! Guided by coverage, it finds new ways to spend; `cargo bench --bench worst` searches for the
//! worst of them along the whole way of an action.

#![no_main]

use std::alloc::System;
use std::time::Duration;

use cavra_fuzz::action::Action;
use cavra_fuzz::action::establish;
use libfuzzer_sys::{Corpus, fuzz_target};
use peakmem_alloc::{PeakMemAlloc, PeakMemAllocTrait as _};
use rustix::time::{ClockId, clock_gettime};

#[global_allocator]
static ALLOCATOR: PeakMemAlloc<System> = PeakMemAlloc::new(System);

/// CPU time of an action without a plan, and what each MiB of a plan adds. An instrumented build
/// is some five times slower than the one that the budget of 50 ms is about.
const MAX_CPU: Duration = Duration::from_millis(250);
const MAX_CPU_PER_PLAN_MIB: Duration = Duration::from_millis(125);
/// Bytes of memory of an action without a plan, and what each MiB of a plan adds.
const MAX_PEAK_BYTES: usize = 64 << 20;
const MAX_PEAK_BYTES_PER_PLAN_MIB: usize = 32 << 20;

fuzz_target!(|document: &[u8]| -> Corpus {
    ALLOCATOR.reset_peak_memory();
    let start = cpu_time();
    let Ok(action) = Action::from_json(document) else {
        return Corpus::Reject;
    };
    let facts = establish(&action);
    let cpu = cpu_time() - start;
    let peak = ALLOCATOR.get_peak_memory();
    let plan_mib = action
        .terraform_plan
        .map_or(0, |plan| plan.len().div_ceil(1 << 20));
    let max_cpu = MAX_CPU + MAX_CPU_PER_PLAN_MIB * u32::try_from(plan_mib).expect("it is below 5");
    assert!(cpu <= max_cpu, "{cpu:?}");
    let max_peak = MAX_PEAK_BYTES + MAX_PEAK_BYTES_PER_PLAN_MIB * plan_mib;
    assert!(peak <= max_peak, "{peak} bytes");
    if facts.is_ok() {
        Corpus::Keep
    } else {
        Corpus::Reject
    }
});

/// CPU time of this thread (`clock_gettime(2)`).
fn cpu_time() -> Duration {
    let time = clock_gettime(ClockId::ThreadCPUTime);
    let seconds = u64::try_from(time.tv_sec).expect("CPU time is not negative");
    let nanoseconds = u32::try_from(time.tv_nsec).expect("it is below a second");
    Duration::new(seconds, nanoseconds)
}
