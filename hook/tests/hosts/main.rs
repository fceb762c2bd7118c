//! The real Codex, Copilot CLI and Gemini CLI with the hook that `cavra agents install` registers: a model on loopback
//! calls one tool in each run, and what ran is what counts.
//!
//! The hosts come from npm. Without npm these tests say that they were skipped, and fail where `CI` is set.

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

mod codex;
mod copilot_cli;
mod failing;
mod gemini_cli;
mod model;
mod transcripts;
