//! The records that say something of approvals of actions.

use std::path::Path;

use jiff::{SignedDuration, Timestamp};

use super::holding::Holding;
use super::time::narrowed;
use super::{Filter, QueryError};
use crate::journal::record::Record;
use crate::journal::store::{Reader, StoreError};

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
        Self::over(Reader::open(directory)?, from)
    }

    /// As [`Self::open`], for a call of a service, which has many at once.
    ///
    /// # Errors
    /// As [`Self::open`].
    pub fn open_for_call(directory: &Path, from: Timestamp) -> Result<Self, QueryError> {
        Self::over(Reader::open_for_call(directory)?, from)
    }

    fn over(reader: Reader, from: Timestamp) -> Result<Self, QueryError> {
        let filter = Filter {
            from: Some(from),
            ..Filter::default()
        };
        let positions = narrowed(&reader, &filter, 0..reader.size()?)?;
        Ok(Self {
            records: Holding::new(reader, positions, FIELD),
        })
    }

    /// Begins where records have the age `age` by the log's own time (see [`Reader::aged`]): a clock that
    /// was wrong for a while leaves no record out. Where a record's time can't be read, it begins at the
    /// beginning.
    ///
    /// # Errors
    /// As [`Self::open`].
    pub fn open_aged(directory: &Path, age: SignedDuration) -> Result<Self, QueryError> {
        let reader = Reader::open(directory)?;
        let first = match reader.aged(age) {
            Ok(aged) => aged.map_or(0, |aged| aged.position),
            Err(StoreError::Damaged(_)) => 0,
            Err(error) => return Err(error.into()),
        };
        let positions = first..reader.size()?;
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

/// Gives `take` each record of the journal in `directory` that says something of an approval and is
/// younger than `age` by the log's own time, with its position, in the order of the log.
///
/// # Errors
/// If there is no journal, or it can't be read.
pub fn approval_records(
    directory: &Path,
    age: SignedDuration,
    mut take: impl FnMut(u64, Record),
) -> Result<(), QueryError> {
    let mut scan = ApprovalScan::open_aged(directory, age)?;
    while scan.step(&mut take)? {}
    Ok(())
}
