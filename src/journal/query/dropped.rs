//! What retention dropped.

use std::path::Path;

use super::QueryError;
use super::holding::Holding;
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
    let size = reader.size()?;
    let mut records = Holding::new(reader, from..size, KIND);
    let mut before = 0;
    let mut take = |_, record| {
        if let Record::Event(EventRecord::Retention(retention)) = record {
            before = retention.before_position.max(before);
        }
    };
    while records.step(&mut take)? {}
    Ok(before)
}
