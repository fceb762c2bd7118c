//! Where in the log the records of a time are.

use std::ops::Range;

use jiff::{SignedDuration, Timestamp};

use super::filter::timestamp;
use super::{Filter, QueryError};
use crate::journal::limits::TIME_SLACK;
use crate::journal::record::Record;
use crate::journal::store::Reader;

/// The part of `range` that can hold records of the filter's time, by binary search: records
/// are in the order in which they were written, and that is within [`TIME_SLACK`] the order in
/// which they were decided.
pub(super) fn narrowed(
    reader: &Reader,
    filter: &Filter,
    range: Range<u64>,
) -> Result<Range<u64>, QueryError> {
    let slack = SignedDuration::try_from(TIME_SLACK).unwrap_or(SignedDuration::MAX);
    let mut narrowed = range.clone();
    // Times near the ends of what can be written need no narrowing.
    if let Some(from) = filter.from.and_then(|it| it.checked_sub(slack).ok()) {
        narrowed.start = first(reader, range.clone(), |time| time >= from)?;
    }
    if let Some(until) = filter.until.and_then(|it| it.checked_add(slack).ok()) {
        narrowed.end = first(reader, narrowed.start..range.end, |time| time >= until)?;
    }
    Ok(narrowed)
}

/// The first position whose time `is_late`, if the late ones follow all others.
fn first(
    reader: &Reader,
    range: Range<u64>,
    is_late: impl Fn(Timestamp) -> bool,
) -> Result<u64, QueryError> {
    let Range { mut start, mut end } = range;
    while start < end {
        let middle = start + (end - start) / 2;
        match time_at(reader, middle)? {
            Some(time) if !is_late(time) => start = middle + 1,
            Some(_) | None => end = middle,
        }
    }
    Ok(start)
}

/// A record that is missing is taken for late: the records before it are searched.
fn time_at(reader: &Reader, position: u64) -> Result<Option<Timestamp>, QueryError> {
    let rows = reader.rows(position..position + 1)?;
    let Some(row) = rows.first() else {
        return Ok(None);
    };
    let record = Record::from_bytes(row.body.as_bytes())
        .map_err(|cause| QueryError::Record { position, cause })?;
    Ok(Some(timestamp(&record)))
}
