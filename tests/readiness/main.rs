//! Artifacts, packets and the gate over them.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

mod as_of;
mod assessment;
mod cast;
mod claims;
mod criteria;
mod dry_run;
mod engine;
mod explained;
mod export;
mod mutated;
#[path = "../common/needs.rs"]
mod needs;
mod plan;
mod proof;
mod sentences;
mod signed_faults;
mod support;
mod tampering;
mod verdict;
