//! Trust files: what is refused, whose a key is, and when one file may follow another.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test fails by panicking"
)]

#[path = "../common/altered.rs"]
mod altered;
mod chain;
mod document;
mod laws;
mod names;
mod support;
