//! Where records of a time, verdict, rule, agent or session are, so that a page of few among many
//! is found without looking at all of them.
//!
//! The index is a file of its own, [`INDEX_FILE`], made from the records behind the commits. It can
//! be deleted at any time and is rebuilt; one that is damaged, of another log or of another
//! version is not used. It says which records may be meant, and a query looks at these
//! records themselves: it is no evidence of anything, least of all of what isn't there.
//!
//! | module | holds |
//! |---|---|
//! | `row` | what is kept of a record: a few bytes, and whether they can be meant |
//! | `file` | blocks of [`INDEX_BLOCK_ROWS`] rows, in a SQLite database, looked through |
//! | `make` | adds blocks to it |
//! | `build` | the thread that makes it |
//!
//! What doesn't fill a block yet is not in it: a query looks at these records themselves.

mod build;
mod file;
mod make;
mod row;

pub use build::{Indexer, bring_up_to_date};
pub use file::{Candidates, Index};

/// The index's file in the data directory.
pub const INDEX_FILE: &str = "journal.index";
/// The number of records in a block.
pub const INDEX_BLOCK_ROWS: u64 = 512;
