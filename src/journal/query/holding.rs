//! A walk through the records whose body holds a text.

use std::ops::Range;

use super::QueryError;
use crate::journal::limits::{KIND_SCAN_BYTES, KIND_SCAN_ROWS};
use crate::journal::record::Record;
use crate::journal::store::Reader;

/// A walk through the records at given positions whose body holds a text, in the order of the log.
pub(super) struct Holding {
    reader: Reader,
    rest: Range<u64>,
    text: &'static str,
}

impl Holding {
    pub(super) fn new(reader: Reader, positions: Range<u64>, text: &'static str) -> Self {
        Self {
            reader,
            rest: positions,
            text,
        }
    }

    /// Gives `take` those of the next [`KIND_SCAN_ROWS`] records, each with its position, or fewer that have
    /// [`KIND_SCAN_BYTES`]. False if there are no more.
    ///
    /// # Errors
    /// If the journal can't be read.
    pub(super) fn step(&mut self, mut take: impl FnMut(u64, Record)) -> Result<bool, QueryError> {
        let Range { start, end } = self.rest;
        let until = end.min(start.saturating_add(KIND_SCAN_ROWS));
        if start >= until {
            return Ok(false);
        }
        let (rows, next) = self
            .reader
            .rows_holding(start..until, self.text, KIND_SCAN_BYTES)?;
        for row in rows {
            let position = row.position;
            let record = Record::from_bytes(row.body.as_bytes())
                .map_err(|cause| QueryError::Record { position, cause })?;
            take(position, record);
        }
        self.rest.start = next;
        Ok(next < end)
    }
}
