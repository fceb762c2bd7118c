//! The hook as a host runs it: a process that gets an event and writes an answer, in front of a real
//! `cavra serve`, and of services that fail.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    missing_docs,
    reason = "tests"
)]

mod answers;
mod approvals;
mod context;
mod documents;
mod failures;
mod run;
mod service;
