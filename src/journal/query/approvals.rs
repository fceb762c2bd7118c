//! The records that say something of approvals of actions.

use std::path::Path;

use jiff::Timestamp;

use super::time::narrowed;
use super::{Filter, QueryError};
use crate::journal::limits::APPROVAL_SCAN_ROWS;
use crate::journal::record::Record;
use crate::journal::store::Reader;

/// What the body of such a record holds. Others may hold it too, in a text, and say nothing of approvals.
const FIELD: &str = "\"approval\":{";

/// Gives `take` each record of the journal in `directory` that says something of an approval, of the
/// time `from` or later, in the order of the log.
///
/// # Errors
/// If there is no journal, or it can't be read.
pub fn approval_records(
    directory: &Path,
    from: Timestamp,
    mut take: impl FnMut(Record),
) -> Result<(), QueryError> {
    let reader = Reader::open(directory)?;
    let filter = Filter {
        from: Some(from),
        ..Filter::default()
    };
    let range = narrowed(&reader, &filter, 0..reader.size()?)?;
    let mut start = range.start;
    while start < range.end {
        let end = range.end.min(start + APPROVAL_SCAN_ROWS);
        for row in reader.rows_holding(start..end, FIELD)? {
            let position = row.position;
            let record = Record::from_bytes(row.body.as_bytes())
                .map_err(|cause| QueryError::Record { position, cause })?;
            take(record);
        }
        start = end;
    }
    Ok(())
}
