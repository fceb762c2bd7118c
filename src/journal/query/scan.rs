//! Records, a chunk at a time.

use std::ops::Range;
use std::path::Path;
use std::str::FromStr;

use super::contents::{Contents, Resolved};
use super::entry::{self, JournalEntry};
use super::time::narrowed;
use super::{Filter, NameError, QueryError};
use crate::journal::index::{Candidates, Index};
use crate::journal::limits::{CALL_CONTENT_BYTES, CALL_STEP_BYTES, SCAN_BYTES, SCAN_ROWS};
use crate::journal::record::Record;
use crate::journal::store::{Reader, Row, StoreError};

/// Which records to read, and how.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Query {
    /// The records that are wanted.
    pub filter: Filter,
    /// The order of the records.
    pub order: Order,
    /// The position to begin at: where an earlier query went up to. Absent for the end that
    /// comes first.
    pub start: Option<u64>,
    /// The greatest number of records. Absent for all.
    pub limit: Option<u64>,
    /// Whether every record is looked at, whatever the index says of it. The index is no evidence:
    /// nothing proves that it holds all. Only where the journal lies on this machine.
    pub without_index: bool,
}

/// The order of the records in an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Order {
    /// The oldest record first.
    #[default]
    OldestFirst,
    /// The other way round.
    NewestFirst,
}

impl FromStr for Order {
    type Err = NameError;

    fn from_str(text: &str) -> Result<Self, NameError> {
        match text {
            "oldest_first" => Ok(Self::OldestFirst),
            "newest_first" => Ok(Self::NewestFirst),
            _ => Err(NameError {
                text: text.to_owned(),
                known: "`oldest_first`, `newest_first`".to_owned(),
            }),
        }
    }
}

/// A query that runs. Between two chunks it keeps nothing of the database open.
pub struct Scan {
    reader: Reader,
    contents: Contents,
    filter: Filter,
    order: Order,
    /// The positions that were not read yet.
    ahead: Range<u64>,
    left: Option<u64>,
    /// Where it helps, and there is one.
    index: Option<Index>,
    looked_at: u64,
    /// About how many bytes of entries one step answers.
    step_bytes: usize,
}

/// A record that the filter chose.
struct Match {
    row: Row,
    record: Record,
    /// Where the filter had to look at it.
    subject: Option<Resolved>,
}

impl Scan {
    /// Begins a query of the journal in `directory`, up to the last record that is written now.
    ///
    /// # Errors
    /// If there is no journal, or it can't be read.
    pub fn open(directory: &Path, query: Query) -> Result<Self, QueryError> {
        let reader = Reader::open(directory)?;
        Self::over(reader, directory, query, (Contents::new(), SCAN_BYTES))
    }

    /// As [`Self::open`], for a call of a service, which has many at once: with small caches and steps.
    ///
    /// # Errors
    /// As [`Self::open`].
    pub fn open_for_call(directory: &Path, query: Query) -> Result<Self, QueryError> {
        let reader = Reader::open_for_call(directory)?;
        let contents = Contents::of_bytes(CALL_CONTENT_BYTES);
        Self::over(reader, directory, query, (contents, CALL_STEP_BYTES))
    }

    fn over(
        reader: Reader,
        directory: &Path,
        query: Query,
        (contents, step_bytes): (Contents, usize),
    ) -> Result<Self, QueryError> {
        let size = reader.size()?;
        let asked = match (query.order, query.start) {
            (_, None) => 0..size,
            (Order::OldestFirst, Some(start)) => start.min(size)..size,
            (Order::NewestFirst, Some(start)) => 0..size.min(start.saturating_add(1)),
        };
        let ahead = narrowed(&reader, &query.filter, asked)?;
        let index = !query.without_index && query.filter.asks_the_index();
        let index = index.then(|| Index::open(directory, &reader)).flatten();
        Ok(Self {
            index,
            looked_at: 0,
            reader,
            contents,
            step_bytes,
            filter: query.filter,
            order: query.order,
            ahead,
            left: query.limit,
        })
    }

    /// The positions that were not looked at yet.
    #[must_use]
    pub fn ahead(&self) -> Range<u64> {
        self.ahead.clone()
    }

    /// How many records were looked at.
    #[must_use]
    pub fn looked_at(&self) -> u64 {
        self.looked_at
    }

    /// The reader.
    #[must_use]
    pub fn reader(&self) -> &Reader {
        &self.reader
    }

    /// The next entries, none of them if the chunk held none that is meant; `None` at the end.
    /// Looks at most at [`SCAN_ROWS`] records and answers about [`SCAN_BYTES`], or for a
    /// call of a service [`CALL_STEP_BYTES`].
    ///
    /// # Errors
    /// If something can't be read.
    pub fn next_chunk(&mut self) -> Result<Option<Vec<JournalEntry>>, QueryError> {
        self.step(|reader, contents, found| {
            let Match {
                row,
                record,
                subject,
            } = found;
            let is_lifecycle = matches!(record, Record::Lifecycle(_));
            let parts = contents.parts(reader, &row, subject, is_lifecycle)?;
            let entry = JournalEntry::of(row.position, record, parts);
            let bytes = entry.size_bytes();
            Ok((entry, bytes))
        })
    }

    /// Like [`Self::next_chunk`], but gives the records alone, by their positions.
    ///
    /// # Errors
    /// As [`Self::next_chunk`].
    pub fn next_records(&mut self) -> Result<Option<Vec<(u64, Record)>>, QueryError> {
        self.step(|_, _, found| {
            let bytes = found.row.body.len();
            Ok(((found.row.position, found.record), bytes))
        })
    }

    /// Continues with the records that were written since the query began. Only for the order from
    /// the oldest.
    ///
    /// # Errors
    /// If the journal can't be read.
    pub fn extend(&mut self) -> Result<(), QueryError> {
        self.ahead.end = self.ahead.end.max(self.reader.size()?);
        Ok(())
    }

    /// Gives the memory of what was read back, for a while in which nothing is read.
    ///
    /// # Errors
    /// If the database refuses.
    pub fn release(&mut self) -> Result<(), QueryError> {
        self.contents.release();
        if let Some(index) = &self.index {
            index.release()?;
        }
        Ok(self.reader.release()?)
    }

    /// Starts the query again at `position`, with the oldest record first.
    pub fn restart_at(&mut self, position: u64) {
        self.order = Order::OldestFirst;
        self.ahead.start = position;
        self.left = None;
    }

    fn step<T>(
        &mut self,
        mut make: impl FnMut(&Reader, &mut Contents, Match) -> Result<(T, usize), QueryError>,
    ) -> Result<Option<Vec<T>>, QueryError> {
        if self.ahead.is_empty() || self.left == Some(0) {
            return Ok(None);
        }
        let (rows, passed) = self.next_rows()?;
        let (mut made, mut bytes) = (Vec::new(), 0);
        for row in rows {
            let position = row.position;
            self.looked_at += 1;
            if let Some(found) = self.look_at(row)? {
                let (one, size) = make(&self.reader, &mut self.contents, found)?;
                made.push(one);
                bytes += size;
                self.left = self.left.map(|left| left - 1);
            }
            if self.left == Some(0) || bytes > self.step_bytes {
                self.pass(position..position + 1);
                return Ok(Some(made));
            }
        }
        self.pass(passed);
        Ok(Some(made))
    }

    /// What comes next, in order, and the positions that are done with it.
    fn next_rows(&mut self) -> Result<(Vec<Row>, Range<u64>), StoreError> {
        if let Some(found) = self.candidates() {
            let mut rows = Vec::with_capacity(found.positions.len());
            for position in found.positions {
                rows.extend(self.reader.rows(position..position + 1)?);
            }
            return Ok((rows, found.looked_through));
        }
        let chunk = self.chunk();
        let mut rows = self.reader.rows(chunk.clone())?;
        if self.order == Order::NewestFirst {
            rows.reverse();
        }
        Ok((rows, chunk))
    }

    /// An index that can't be read is done without.
    fn candidates(&mut self) -> Option<Candidates> {
        let index = self.index.as_ref()?;
        let found = index.candidates(&self.ahead, self.order, &self.filter);
        found.unwrap_or_else(|_| {
            self.index = None;
            None
        })
    }

    fn chunk(&self) -> Range<u64> {
        let Range { start, end } = self.ahead;
        match self.order {
            Order::OldestFirst => start..end.min(start.saturating_add(SCAN_ROWS)),
            Order::NewestFirst => start.max(end.saturating_sub(SCAN_ROWS))..end,
        }
    }

    fn pass(&mut self, looked_at: Range<u64>) {
        match self.order {
            Order::OldestFirst => self.ahead.start = looked_at.end,
            Order::NewestFirst => self.ahead.end = looked_at.start,
        }
    }

    fn look_at(&mut self, row: Row) -> Result<Option<Match>, QueryError> {
        let position = row.position;
        let record = Record::from_bytes(row.body.as_bytes())
            .map_err(|cause| QueryError::Record { position, cause })?;
        if !self.filter.matches_record(&record) {
            return Ok(None);
        }
        let subject = match (&self.filter.target, row.contents.subject) {
            (Some(_), Some(id)) => {
                let (reader, contents) = (&self.reader, &mut self.contents);
                Some(contents.resolve(reader, position, "subject", id)?)
            }
            _ => None,
        };
        let target = subject.as_ref().and_then(entry::target);
        let is_meant = self.filter.matches_target(target.as_deref());
        Ok(is_meant.then_some(Match {
            row,
            record,
            subject,
        }))
    }
}

/// The entry of one row, if its record can be read.
pub(super) fn entry(reader: &Reader, row: &Row) -> Result<JournalEntry, QueryError> {
    let position = row.position;
    let record = Record::from_bytes(row.body.as_bytes())
        .map_err(|cause| QueryError::Record { position, cause })?;
    let is_lifecycle = matches!(record, Record::Lifecycle(_));
    let parts = Contents::new().parts(reader, row, None, is_lifecycle)?;
    Ok(JournalEntry::of(position, record, parts))
}
