//! The decisions that a live run compared, from its records in the journal.

use std::collections::BTreeSet;
use std::ops::Range;

use uuid::Uuid;

use super::limits::CHUNK_RECORDS;
use super::{Order, ReplayError};
use crate::journal::record::{EventRecord, Record};
use crate::journal::store::Reader;
use crate::policy::promotion::Criteria;
use crate::shadow::EndReason;
use crate::shadow::compare::sampling::PartsPerMillion;
use crate::shadow::runs::note::{DecisionSet, EndedNote, ShadowNote, UnclearNote};

/// A live run, from its records in the journal.
pub(in crate::shadow) struct LiveRun {
    pub(in crate::shadow) id: Uuid,
    /// The positions of the decisions that it compared, in ranges that neither touch nor overlap.
    pub(in crate::shadow) compared: Vec<Range<u64>>,
    /// What the run was ordered by.
    pub(in crate::shadow) order: Order,
    /// Why the run ended. None if the journal has no end of it.
    pub(in crate::shadow) ended: Option<EndReason>,
    /// The criteria that were recorded when the run began.
    pub(in crate::shadow) criteria: Option<Criteria>,
    /// The position of its last record.
    pub(in crate::shadow) last_note: u64,
    /// The share that was to be compared.
    pub(in crate::shadow) rate: PartsPerMillion,
    /// The decisions that had been offered when its last record was made.
    pub(in crate::shadow) passed: Passed,
    /// The decisions that can't be replayed, when its last record was made.
    pub(in crate::shadow) unclear: Option<UnclearNote>,
}

/// How many decisions were offered to a run since its start. A decision may still be offered
/// between the run's last record and its end, so a report may have greater numbers.
#[derive(Debug, Clone, Copy, Default)]
pub(in crate::shadow) struct Passed {
    pub(in crate::shadow) seen: u64,
    pub(in crate::shadow) sampled: u64,
    pub(in crate::shadow) dropped: u64,
}

impl Passed {
    /// The greater of each two numbers. The numbers of a run only grow.
    pub(in crate::shadow) fn or_more(self, other: Self) -> Self {
        Self {
            seen: self.seen.max(other.seen),
            sampled: self.sampled.max(other.sampled),
            dropped: self.dropped.max(other.dropped),
        }
    }
}

/// What is known of a run while the journal is read.
#[derive(Default)]
struct Found {
    compared: BTreeSet<(u64, u64)>,
    /// A batch that was tried again may be there twice.
    batches: BTreeSet<u64>,
    order: Option<Order>,
    ended: Option<EndReason>,
    last_note: Option<u64>,
    rate: Option<PartsPerMillion>,
    criteria: Option<Criteria>,
    passed: Passed,
    /// The number of the batch that said so, and what it said.
    unclear: Option<(u64, UnclearNote)>,
}

/// Reads the records of the run `id`.
pub(in crate::shadow) fn run(reader: &Reader, id: Uuid) -> Result<LiveRun, ReplayError> {
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
    fn take(&mut self, reader: &Reader, note: ShadowNote) -> Result<(), ReplayError> {
        let note = match note {
            ShadowNote::Started(started) => {
                self.rate = self.rate.or(Some(started.sampling_ppm));
                self.criteria = self.criteria.or(started.criteria);
                return Ok(());
            }
            ShadowNote::Ended(EndedNote { reason }) => {
                self.ended = self.ended.or(Some(reason));
                return Ok(());
            }
            ShadowNote::Compared(note) => note,
        };
        self.batches.insert(note.batch);
        self.ended = self.ended.or(note.ended);
        self.passed = self.passed.or_more(Passed {
            seen: note.seen,
            sampled: note.sampled,
            dropped: note.dropped,
        });
        if let Some(unclear) = note.unclear
            && self
                .unclear
                .as_ref()
                .is_none_or(|(of, _)| *of <= note.batch)
        {
            self.unclear = Some((note.batch, unclear));
        }
        match note.compared {
            DecisionSet::Positions(ranges) => self.compared.extend(ranges),
            DecisionSet::DecisionIds(ids) => {
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
            criteria: self.criteria,
            last_note,
            rate,
            passed: self.passed,
            unclear: self.unclear.map(|(_, unclear)| unclear),
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
