//! `JournalService`: records, proofs, checkpoints and statistics.

mod client;
pub(super) mod entry;
mod filter;
pub(super) mod service;
mod stats;

pub use client::{Entries, JournalClient};
pub use entry::Earlier;
pub use filter::{Start, TailQuery};
