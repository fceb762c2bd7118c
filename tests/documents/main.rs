//! The documents: command blocks run, phrases that STYLE.md lists are absent, links lead somewhere, and one
//! name of an option means one thing.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

mod folders;
mod formats;
mod help;
mod links;
mod markdown;
mod messages;
mod phrases;
mod transcript;
