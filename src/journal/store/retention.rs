use std::borrow::Cow;

use jiff::{SignedDuration, Timestamp};
use serde::Deserialize;

use super::{Reader, References, Row, StoreError};
use crate::journal::limits::{CHUNK_ROWS, MAX_AGE_STEP, MAX_GROUP_RECORDS, MAX_QUEUED_RECORDS};

/// Records are written in the order in which they reach the writer: one that was made earlier
/// can follow as many as can wait for it.
const MAX_DISORDER_RECORDS: u64 = (MAX_QUEUED_RECORDS + MAX_GROUP_RECORDS) as u64;

impl Reader {
    /// The position of the first record since `time`, or after the last: all records
    /// before it are older.
    ///
    /// # Errors
    /// If records can't be read.
    pub fn first_since(&self, time: Timestamp) -> Result<u64, StoreError> {
        let size = self.size()?;
        let (mut older, mut rest) = (0, size);
        while older < rest {
            let middle = older + (rest - older) / 2;
            match self.rows(middle..middle + 1)?.first() {
                Some(row) if made_at(row)? < time => older = middle + 1,
                Some(_) => rest = middle,
                None => return Err(StoreError::Damaged(format!("record {middle} is missing"))),
            }
        }
        let around = older.saturating_sub(MAX_DISORDER_RECORDS)..older;
        for row in self.rows(around)? {
            if made_at(&row)? >= time {
                return Ok(row.position);
            }
        }
        Ok(older)
    }
}

fn made_at(row: &Row) -> Result<Timestamp, StoreError> {
    time_of(row.body.as_bytes(), row.position)
}

/// The time that the record at `position` names.
fn time_of(body: &[u8], position: impl std::fmt::Display) -> Result<Timestamp, StoreError> {
    #[derive(Deserialize)]
    struct Made<'a> {
        #[serde(borrow)]
        timestamp: Cow<'a, str>,
    }
    let unknown = |cause: &dyn std::fmt::Display| {
        StoreError::Damaged(format!("record {position} has no time: {cause}"))
    };
    let made: Made<'_> = serde_json::from_slice(body).map_err(|error| unknown(&error))?;
    made.timestamp.parse().map_err(|error| unknown(&error))
}

/// Where in a journal an age begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Aged {
    /// The first record that is younger, or after the last: all records before it have that
    /// age.
    pub position: u64,
    /// When the first record that is younger came about, or the newest.
    pub before: Timestamp,
    /// How many steps between neighbouring records were longer than [`MAX_AGE_STEP`], and counted
    /// as that.
    pub shortened_steps: u64,
}

impl Reader {
    /// Where records have the age `age`, by the log's own time: the newest record's age is
    /// nothing, and each older one's is that of its follower and the step between them. A step
    /// counts at most [`MAX_AGE_STEP`] and at least nothing, so a clock that was set wrong for a
    /// moment makes nothing old. None if no record is that old.
    ///
    /// # Errors
    /// If records can't be read.
    pub fn aged(&self, age: SignedDuration) -> Result<Option<Aged>, StoreError> {
        let mut walk = Walk::default();
        let mut end = self.size()?;
        while end > 0 {
            let start = end.saturating_sub(CHUNK_ROWS);
            let mut times = Vec::new();
            let mut failed = None;
            self.scan_records(start..end, |raw| match time_of(raw.body, raw.position) {
                Ok(time) => times.push((raw.position.unsigned_abs(), time)),
                Err(error) => drop(failed.get_or_insert(error)),
            })?;
            if let Some(error) = failed {
                return Err(error);
            }
            for (position, time) in times.into_iter().rev() {
                if let Some(aged) = walk.back_to(position, time, age) {
                    return Ok(Some(aged));
                }
            }
            end = start;
        }
        Ok(None)
    }
}

/// From the newest record back.
#[derive(Default)]
struct Walk {
    follower: Option<Timestamp>,
    age: SignedDuration,
    shortened_steps: u64,
}

impl Walk {
    fn back_to(&mut self, position: u64, time: Timestamp, age: SignedDuration) -> Option<Aged> {
        let follower = self.follower.replace(time).unwrap_or(time);
        let step = follower.duration_since(time);
        self.shortened_steps += u64::from(step > MAX_AGE_STEP);
        self.age += step.clamp(SignedDuration::ZERO, MAX_AGE_STEP);
        (self.age >= age).then_some(Aged {
            position: position + 1,
            before: follower,
            shortened_steps: self.shortened_steps,
        })
    }
}

/// The state of a journal when the writer stopped naming old contents in new records.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Forgotten {
    /// How many records there were.
    pub(super) size: u64,
    /// The id of the first content that later records add.
    pub(super) next_content: i64,
}

impl Reader {
    /// The ids of at most `limit` contents that only records before `position` name. A
    /// policy's identity is small and tells what decided: it stays.
    ///
    /// Holds one bit for each content, and reads in short transactions.
    ///
    /// # Errors
    /// If the journal can't be read.
    pub fn droppable_contents(
        &self,
        position: u64,
        since: Forgotten,
        limit: usize,
    ) -> Result<Vec<i64>, StoreError> {
        let mut kept = ContentIds::default();
        for start in (0..since.size).step_by(CHUNK_STEP) {
            let end = since.size.min(start + CHUNK_ROWS);
            self.scan_records(start..end, |raw| {
                let References {
                    subject,
                    judgement,
                    policy,
                    candidate_judgement,
                    candidate_policy,
                } = raw.contents;
                kept.add([policy, candidate_policy]);
                if u64::try_from(raw.position).is_ok_and(|raw| raw >= position) {
                    kept.add([subject, judgement, candidate_judgement]);
                }
            })?;
        }
        let mut droppable = Vec::new();
        for start in (1..since.next_content).step_by(CHUNK_STEP) {
            let end = since
                .next_content
                .min(start.saturating_add_unsigned(CHUNK_ROWS));
            self.scan_contents(start..end, |raw| {
                if raw.body.is_some() && !kept.has(raw.id) && droppable.len() < limit {
                    droppable.push(raw.id);
                }
            })?;
        }
        Ok(droppable)
    }
}

/// [`CHUNK_ROWS`] as a step.
const CHUNK_STEP: usize = CHUNK_ROWS as usize;

/// A set of content ids, one bit each: ids are given without gaps.
#[derive(Default)]
struct ContentIds(Vec<u64>);

impl ContentIds {
    fn add<const N: usize>(&mut self, ids: [Option<i64>; N]) {
        for id in ids.into_iter().flatten() {
            let (word, bit) = Self::bit(id);
            if word >= self.0.len() {
                self.0.resize(word + 1, 0);
            }
            if let Some(bits) = self.0.get_mut(word) {
                *bits |= bit;
            }
        }
    }

    fn has(&self, id: i64) -> bool {
        let (word, bit) = Self::bit(id);
        self.0.get(word).is_some_and(|bits| bits & bit != 0)
    }

    fn bit(id: i64) -> (usize, u64) {
        let id = usize::try_from(id).unwrap_or_default();
        (id / 64, 1 << (id % 64))
    }
}
