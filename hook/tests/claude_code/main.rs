//! The real Claude Code with the hook: a model on loopback calls one tool in each run, and what ran is
//! what counts.
//!
//! The host comes from npm. Without npm these tests say that they were skipped, and fail where `CI` is set.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    missing_docs,
    reason = "tests"
)]

#[path = "../agents/home.rs"]
#[allow(dead_code, reason = "other test binaries use the rest")]
mod home;
#[path = "../common/loopback.rs"]
mod loopback;
#[path = "../common/npm.rs"]
mod npm;
#[path = "../hook/service.rs"]
mod service;
#[path = "../common/table.rs"]
mod table;

mod doctor;
mod failures;
mod host;
mod model;
mod sessions;
mod tools;
