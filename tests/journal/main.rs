//! The decision journal through its public doors.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

#[path = "../common/altered.rs"]
mod altered;
mod checkpoints;
mod common;
mod edited_index;
mod encrypted_keys;
mod exported;
mod folder;
mod keys;
mod known;
mod log_laws;
mod merkle_log;
#[path = "../common/needs.rs"]
mod needs;
mod proofs;
mod query;
mod record;
mod redaction;
mod redaction_cases;
mod redaction_laws;
mod redaction_limits;
mod retention;
mod rfc6962;
mod room;
mod schema;
mod support;
mod tampered;
mod verify;
mod verify_rows;
