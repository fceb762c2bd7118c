//! Artifacts, packets and the gate over them.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

mod criteria;
mod dry_run;
mod engine;
mod export;
mod plan;
mod readiness;
mod sentences;
mod support;
mod tampering;
