//! The decision journal through its public doors.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

mod checkpoints;
mod keys;
mod log;
mod proofs;
mod rfc6962;
mod support;
mod verify;
