//! The journal under processes that are killed, disks that forget, and disks that refuse.
//!
//! `CAVRA_CRASH_ROUNDS` and `CAVRA_CRASH_DISKS` make the tests longer, `CAVRA_CRASH_SEED`
//! repeats one: a failure names its seed.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

mod damaged_log;
mod disk;
mod displaced;
mod faults;
mod killed;
mod load;
mod lost_writes;
mod modes;
#[path = "../common/needs.rs"]
#[expect(
    dead_code,
    reason = "these tests need no program that a machine may lack"
)]
mod needs;
mod oracle;
mod random;
#[path = "../journal/rfc6962.rs"]
#[expect(dead_code, reason = "proofs are the journal's own tests'")]
mod rfc6962;
mod service;
mod shim;
mod trace;
mod workload;
