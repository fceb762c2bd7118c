//! Packs: read, inherited, digested, linted and compared.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

#[path = "../common/altered.rs"]
mod altered;
mod bundle;
mod bundle_laws;
mod cases;
mod diff;
mod fields;
mod inherit;
mod library;
mod lint;
mod promotion;
mod read;
mod support;
mod versioning;
mod yaml;
