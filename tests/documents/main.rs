//! The documents: command blocks run, phrases that STYLE.md lists are absent, links lead somewhere.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

mod folders;
mod formats;
mod links;
mod markdown;
mod messages;
mod phrases;
mod transcript;
