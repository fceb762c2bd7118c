//! Which decisions a live run compared, by what the journal says of it.

use std::collections::BTreeSet;
use std::ops::Range;

use serde::Deserialize;
use uuid::Uuid;

use super::ReplayError;
use super::limits::CHUNK_RECORDS;
use crate::journal::record::{EventRecord, Record};
use crate::journal::store::Reader;

/// What is read of a run's record; the rest of it is for people.
#[derive(Deserialize)]
#[serde(tag = "event", rename_all = "snake_case")]
enum Note {
    Started {},
    Compared { compared: Which },
}

#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum Which {
    /// Ranges: the first and the last index of each.
    Positions(Vec<(u64, u64)>),
    DecisionIds(Vec<Uuid>),
}

/// The indexes of the decisions that the run compared, in ranges that neither touch nor overlap.
pub(super) fn compared(reader: &Reader, run_id: &str) -> Result<Vec<Range<u64>>, ReplayError> {
    let mut found: BTreeSet<(u64, u64)> = BTreeSet::new();
    let size = reader.size()?;
    let mut next = 0;
    while next < size {
        let end = size.min(next.saturating_add(CHUNK_RECORDS));
        for row in reader.rows(next..end)? {
            // Events hold no subject; that no row hides its own was verified before.
            if row.contents.subject.is_some() {
                continue;
            }
            let position = row.position;
            let record = Record::from_bytes(row.body.as_bytes())
                .map_err(|cause| ReplayError::Record { position, cause })?;
            let Record::Event(EventRecord::Shadow(record)) = record else {
                continue;
            };
            if record.run_id == run_id {
                let note = serde_json::from_value(record.detail);
                let unknown = |error: serde_json::Error| ReplayError::Damaged {
                    position,
                    problem: format!("it says nothing of what was compared: {error}"),
                };
                take(reader, note.map_err(unknown)?, &mut found)?;
            }
        }
        next = end;
    }
    Ok(joined(found))
}

fn take(reader: &Reader, note: Note, found: &mut BTreeSet<(u64, u64)>) -> Result<(), ReplayError> {
    match note {
        Note::Started {} => {}
        Note::Compared {
            compared: Which::Positions(ranges),
        } => found.extend(ranges),
        Note::Compared {
            compared: Which::DecisionIds(ids),
        } => {
            for id in ids {
                if let Some(row) = reader.find(id)? {
                    found.insert((row.position, row.position));
                }
            }
        }
    }
    Ok(())
}

fn joined(found: BTreeSet<(u64, u64)>) -> Vec<Range<u64>> {
    let mut ranges: Vec<Range<u64>> = Vec::new();
    for (first, last) in found {
        let end = last.saturating_add(1);
        match ranges.last_mut() {
            Some(range) if first <= range.end => range.end = range.end.max(end),
            _ => ranges.push(first..end),
        }
    }
    ranges
}
