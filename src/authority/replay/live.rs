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
use crate::shadow::sampling::PartsPerMillion;

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
    /// The share that was to be compared.
    pub(super) rate: PartsPerMillion,
    /// What had passed by when its last record was made.
    pub(super) passed: Passed,
}

/// What passed by a run since its start. A decision may still be offered between the run's last
/// record and its end, so that a report says as much or more.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Passed {
    pub(super) seen: u64,
    pub(super) sampled: u64,
    pub(super) dropped: u64,
}

impl Passed {
    /// The greater of each: counts only grow.
    pub(super) fn or_more(self, other: Self) -> Self {
        Self {
            seen: self.seen.max(other.seen),
            sampled: self.sampled.max(other.sampled),
            dropped: self.dropped.max(other.dropped),
        }
    }
}

/// What is read of a run's record; the rest of it is for people.
#[derive(Deserialize)]
#[serde(tag = "event", rename_all = "snake_case")]
enum Note {
    Started {
        sampling_ppm: PartsPerMillion,
    },
    Compared {
        /// From 0.
        batch: u64,
        compared: Which,
        seen: u64,
        sampled: u64,
        dropped: u64,
        #[serde(default)]
        ended: Option<EndReason>,
    },
    /// The service ended, and nothing was compared since the record before.
    Ended {
        reason: EndReason,
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
    rate: Option<PartsPerMillion>,
    passed: Passed,
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
        let compared = match note {
            Note::Started { sampling_ppm } => {
                self.rate = self.rate.or(Some(sampling_ppm));
                return Ok(());
            }
            Note::Ended { reason } => {
                self.ended = self.ended.or(Some(reason));
                return Ok(());
            }
            Note::Compared {
                batch,
                compared,
                seen,
                sampled,
                dropped,
                ended,
            } => {
                self.batches.insert(batch);
                self.ended = self.ended.or(ended);
                self.passed = self.passed.or_more(Passed {
                    seen,
                    sampled,
                    dropped,
                });
                compared
            }
        };
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
        let known = self.last_note.zip(self.rate);
        let (last_note, rate) = known.ok_or(ReplayError::NoRun(id))?;
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
            rate,
            passed: self.passed,
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
