//! The records that say something of approvals of actions.

use std::path::Path;

use jiff::Timestamp;

use super::holding::Holding;
use super::time::narrowed;
use super::{Filter, QueryError};
use crate::journal::record::Record;
use crate::journal::store::Reader;

/// What the body of such a record holds. Others may hold it too, in a text, and say nothing of approvals.
const FIELD: &str = "\"approval\":{";

/// A walk through the records of a journal that say something of an approval, in the order of the log.
pub struct ApprovalScan {
    records: Holding,
}

impl ApprovalScan {
    /// Begins with the records of the time `from`, of the journal in `directory`.
    ///
    /// # Errors
    /// If there is no journal, or it can't be read.
    pub fn open(directory: &Path, from: Timestamp) -> Result<Self, QueryError> {
        let reader = Reader::open(directory)?;
        let filter = Filter {
            from: Some(from),
            ..Filter::default()
        };
        let positions = narrowed(&reader, &filter, 0..reader.size()?)?;
        Ok(Self {
            records: Holding::new(reader, positions, FIELD),
        })
    }

    /// Gives `take` the next ones, of a limited part of the journal, each with its position. False if there
    /// are no more.
    ///
    /// # Errors
    /// If the journal can't be read.
    pub fn step(&mut self, take: impl FnMut(u64, Record)) -> Result<bool, QueryError> {
        self.records.step(take)
    }
}

/// Gives `take` each record of the journal in `directory` that says something of an approval, of the
/// time `from` or later with its position, in the order of the log.
///
/// # Errors
/// If there is no journal, or it can't be read.
pub fn approval_records(
    directory: &Path,
    from: Timestamp,
    mut take: impl FnMut(u64, Record),
) -> Result<(), QueryError> {
    let mut scan = ApprovalScan::open(directory, from)?;
    while scan.step(&mut take)? {}
    Ok(())
}
