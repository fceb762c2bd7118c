//! What retention dropped.

use std::path::Path;

use super::QueryError;
use crate::journal::limits::KIND_SCAN_ROWS;
use crate::journal::record::{EventRecord, Record};
use crate::journal::store::Reader;

/// What the body of the record of a retention holds.
const KIND: &str = "\"kind\":\"retention\"";

/// The position before which retention has dropped contents, by what was recorded at `from` or later. 0 if
/// it dropped none since.
///
/// # Errors
/// If there is no journal in `directory`, or it can't be read.
pub fn contents_dropped_before(directory: &Path, from: u64) -> Result<u64, QueryError> {
    let reader = Reader::open(directory)?;
    let end = reader.size()?;
    let (mut next, mut before) = (from, 0);
    while next < end {
        let until = end.min(next.saturating_add(KIND_SCAN_ROWS));
        for row in reader.rows_holding(next..until, KIND)? {
            let position = row.position;
            let record = Record::from_bytes(row.body.as_bytes());
            let record = record.map_err(|cause| QueryError::Record { position, cause })?;
            if let Record::Event(EventRecord::Retention(retention)) = record {
                before = before.max(retention.before_position);
            }
        }
        next = until;
    }
    Ok(before)
}
