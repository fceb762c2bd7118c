//! The decision journal: every decision, durable, in order, provable.
//!
//! | module | holds |
//! |---|---|
//! | [`record`] | what is recorded of a decision, redacted and replayable |
//! | [`recording`] | a journal, and how decisions become its records |
//! | [`merkle_log`] | the Merkle log (RFC 6962): tree, proofs, signed checkpoints |
//! | [`store`] | the SQLite database: one writer, many readers |
//! | [`writer`] | the journal as a running authority has it: a queue, a thread, group commit |
//! | [`query`] | reading it: filters, entries, statistics |
//! | [`index`] | where records of a verdict, rule, agent or session are; can be rebuilt |
//! | [`verify`] | whether all of it is as it was written, and which record is the first that isn't |
//! | [`prove`] | proofs of what it holds, to be checked offline |
//! | [`limits`] | what bounds the above |

pub mod index;
pub mod limits;
pub mod merkle_log;
pub mod prove;
pub mod query;
pub mod record;
pub mod recording;
pub mod store;
pub mod verify;
pub mod writer;
