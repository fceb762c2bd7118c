//! The service as its clients see it: a real server on a loopback port.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test fails by panicking"
)]

mod bad_input;
mod changes;
mod decide;
mod inquiries;
mod journal;
mod policies;
mod policy_changes;
mod raw;
mod service;
mod shadow;
mod shadow_load;
mod shadow_notes;
mod signing;
mod support;
mod turns;
