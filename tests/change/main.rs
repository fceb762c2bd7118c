//! Change requests and approvals: whose count, and why the others don't.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

mod acknowledgements;
#[path = "../common/altered.rs"]
mod altered;
mod approval_status;
mod break_glass;
mod documents;
mod laws;
#[path = "../common/needs.rs"]
mod needs;
mod outside;
#[path = "../common/python.rs"]
mod python;
mod requests;
mod support;
mod watch;
