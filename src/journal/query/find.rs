//! One record, and the last few.

use std::str::FromStr;

use uuid::Uuid;

use super::{JournalEntry, QueryError, Scan, scan};
use crate::journal::store::Reader;

/// How a record is named.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RecordRef {
    /// By its position in the log, from 0.
    Position(u64),
    /// By the id of its decision or event.
    Id(Uuid),
}

/// Why a text names no record.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is neither a decision's id nor a position")]
pub struct RecordRefError(String);

impl FromStr for RecordRef {
    type Err = RecordRefError;

    fn from_str(text: &str) -> Result<Self, RecordRefError> {
        let position = text.parse().map(Self::Position).ok();
        let id = || text.parse().map(Self::Id).ok();
        position
            .or_else(id)
            .ok_or_else(|| RecordRefError(text.to_owned()))
    }
}

impl std::fmt::Display for RecordRef {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Position(position) => write!(f, "{position}"),
            Self::Id(id) => write!(f, "{id}"),
        }
    }
}

/// The entry of one record, if there is one.
///
/// # Errors
/// If it can't be read.
pub fn find(reader: &Reader, record: RecordRef) -> Result<Option<JournalEntry>, QueryError> {
    let row = match record {
        RecordRef::Id(id) => reader.find(id)?,
        RecordRef::Position(u64::MAX) => None,
        RecordRef::Position(position) => reader.rows(position..position + 1)?.pop(),
    };
    row.map(|row| scan::entry(reader, &row)).transpose()
}

/// The position from which the last `count` chosen records follow. It searches from the newest
/// record backwards, one step at a time, and keeps no records in memory.
pub struct LastFew {
    scan: Scan,
    start: u64,
}

impl LastFew {
    /// Looks for as many as `scan`, from the newest, is limited to.
    #[must_use]
    pub fn of(scan: Scan) -> Self {
        let start = scan.ahead().end;
        Self { scan, start }
    }

    /// Whether there is more to look at.
    ///
    /// # Errors
    /// If something can't be read.
    pub fn look(&mut self) -> Result<bool, QueryError> {
        let Some(records) = self.scan.next_records()? else {
            return Ok(false);
        };
        if let Some((position, _)) = records.last() {
            self.start = *position;
        }
        Ok(true)
    }

    /// The query from where they begin, on into what is still to be written.
    ///
    /// # Errors
    /// If the journal can't be read.
    pub fn found(mut self) -> Result<Scan, QueryError> {
        self.scan.restart_at(self.start);
        self.scan.extend()?;
        Ok(self.scan)
    }
}
