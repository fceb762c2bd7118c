//! Which decisions a live run compared, by what the journal says of it.

use std::collections::BTreeSet;
use std::ops::Range;

use serde::Deserialize;
use uuid::Uuid;

use super::limits::CHUNK_RECORDS;
use super::{Order, ReplayError};
use crate::journal::record::{EventRecord, Record};
use crate::journal::store::Reader;
use crate::shadow::live::EndReason;

/// What the journal says of a run.
pub(super) struct LiveRun {
    pub(super) id: Uuid,
    /// The indexes of the decisions that it compared, in ranges that neither touch nor overlap.
    pub(super) compared: Vec<Range<u64>>,
    /// What the run was ordered by.
    pub(super) order: Order,
    /// Why it ended; none if the journal doesn't say that it did.
    pub(super) ended: Option<EndReason>,
    /// Where its last record is.
    pub(super) last_note: u64,
}

/// What is read of a run's record; the rest of it is for people.
#[derive(Deserialize)]
#[serde(tag = "event", rename_all = "snake_case")]
enum Note {
    Started {},
    Compared {
        /// From 0.
        batch: u64,
        compared: Which,
        #[serde(default)]
        ended: Option<EndReason>,
    },
}

#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum Which {
    /// Ranges: the first and the last index of each.
    Positions(Vec<(u64, u64)>),
    DecisionIds(Vec<Uuid>),
}

/// What there is of a run, while the journal is gone through.
#[derive(Default)]
struct Found {
    compared: BTreeSet<(u64, u64)>,
    /// A batch that was tried again may be there twice.
    batches: BTreeSet<u64>,
    order: Option<Order>,
    ended: Option<EndReason>,
    last_note: Option<u64>,
}

/// What the journal says of the run `id`.
pub(super) fn run(reader: &Reader, id: Uuid) -> Result<LiveRun, ReplayError> {
    let run_id = id.to_string();
    let mut found = Found::default();
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
                found.take(reader, note.map_err(unknown)?)?;
                found.last_note = Some(position);
            }
        }
        next = end;
    }
    found.into_run(id)
}

impl Found {
    fn take(&mut self, reader: &Reader, note: Note) -> Result<(), ReplayError> {
        let Note::Compared {
            batch,
            compared,
            ended,
        } = note
        else {
            return Ok(());
        };
        self.batches.insert(batch);
        self.ended = self.ended.or(ended);
        match compared {
            Which::Positions(ranges) => self.compared.extend(ranges),
            Which::DecisionIds(ids) => {
                self.order = Some(Order::Ids);
                for id in ids {
                    if let Some(position) = reader.position_of(id)? {
                        self.compared.insert((position, position));
                    }
                }
            }
        }
        Ok(())
    }

    fn into_run(self, id: Uuid) -> Result<LiveRun, ReplayError> {
        let last_note = self.last_note.ok_or(ReplayError::NoRun(id))?;
        let missing = (0..).zip(&self.batches).find(|(want, is)| want != *is);
        if let Some((batch, _)) = missing {
            return Err(ReplayError::NotTold { batch });
        }
        Ok(LiveRun {
            id,
            compared: joined(self.compared),
            order: self.order.unwrap_or(Order::Positions),
            ended: self.ended,
            last_note,
        })
    }
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
