//! Shadow mode through the library: what is counted, what is reported, and what is never
//! in the way.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::float_cmp,
    reason = "a test fails by panicking"
)]

#[path = "../common/altered.rs"]
mod altered;
mod day;
mod dsse;
mod evidence;
mod journal;
mod laws;
mod live;
mod planted;
mod redact;
mod report;
mod report_laws;
mod sampling;
mod statistics;
mod support;
mod verify;
