//! What the journal records.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]
#![expect(clippy::indexing_slicing, reason = "a test fails by panicking")]

mod common;
mod record;
mod redaction;
