//! Reading a journal: which records, in which order, with what they name.
//!
//! | module | holds |
//! |---|---|
//! | [`Filter`] | which records are meant |
//! | [`JournalEntry`] | a record with its contents: `cavra.journal.entry.v1` |
//! | [`Scan`] | the records that are meant, a chunk at a time |
//! | [`approval_records`] | the records that say something of approvals of actions |
//! | [`ApprovalStats`] | what the requests for approvals came to |
//! | [`contents_dropped_before`] | what retention has dropped |
//! | [`kept_document`] | the document that a lifecycle record keeps |
//! | [`Stats`] | how many of what: `cavra.journal.stats.v1` |
//! | [`Friction`] | how often a person was asked, and why: `cavra.journal.friction.v1` |
//!
//! Every chunk is a few short transactions, so that a reader never keeps the write-ahead log
//! from being moved. What is read is what is stored: only `verify` says whether it is what was
//! written.

mod approval_stats;
mod approvals;
mod contents;
mod document;
mod dropped;
mod entry;
mod error;
mod filter;
mod find;
mod friction;
mod holding;
mod scan;
mod stats;
mod time;

pub use approval_stats::{AlwaysApproved, ApprovalGathering, ApprovalStats, MIN_ALWAYS};
pub use approvals::{ApprovalScan, approval_records};
pub use contents::Resolved;
pub use document::{DocumentProblem, kept_document};
pub use dropped::contents_dropped_before;
pub use entry::{EntryParts, JournalEntry, Part};
pub use error::{NameError, QueryError};
pub use filter::{EntryKind, Filter, RulePattern};
pub use find::{LastFew, RecordRef, RecordRefError, find};
pub use friction::{Friction, FrictionSchema, Hindrance, Observed, ProgramFriction};
pub use scan::{Order, Query, Scan};
pub use stats::{Counts, DiskUse, Gathering, Percentiles, Stats, StatsSchema};
