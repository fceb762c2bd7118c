//! Reading, in short transactions.

use std::ops::Range;
use std::path::Path;

use rusqlite::{Connection, OptionalExtension as _, Row as SqlRow};
use uuid::Uuid;

use super::columns::{BODY, ID, LEAF, POSITION, References, SELECT_RECORD, bounded};
use super::{StoreError, open};
use crate::canonical::Digest;
use crate::journal::limits::CALL_PAGE_CACHE_KIB;
use crate::journal::merkle_log::{NodeSource, SignedCheckpoint, Tree, root_at};

/// Contents that one record can bring: as many as its row has columns for.
const CONTENTS_OF_RECORD: u64 = 5;

/// A connection that reads a journal, whether or not an authority writes it. Every method is
/// one short transaction; since nothing that was written changes, several of them together
/// see one log.
pub struct Reader {
    connection: Connection,
}

/// The identity of a journal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogInfo {
    /// The log's name, the first line of its checkpoints.
    pub origin: String,
    /// When it began, RFC 3339.
    pub created: String,
}

/// One record as it is stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// The record's position in the log, from 0.
    pub position: u64,
    /// The id of the decision or event.
    pub id: Uuid,
    /// The leaf's hash, as it is stored.
    pub leaf: Digest,
    /// The ids of its contents.
    pub contents: References,
    /// The record's canonical bytes.
    pub body: String,
}

impl Reader {
    /// Opens the journal of `directory` to read it.
    ///
    /// # Errors
    /// If there is none, or it can't be read.
    pub fn open(directory: &Path) -> Result<Self, StoreError> {
        open::to_read(directory).map(Self::over)
    }

    /// As [`Self::open`], for a call of a service, which has many at once: keeps at most
    /// [`CALL_PAGE_CACHE_KIB`] of pages in memory.
    ///
    /// # Errors
    /// As [`Self::open`].
    pub fn open_for_call(directory: &Path) -> Result<Self, StoreError> {
        let reader = Self::open(directory)?;
        let size = -i64::from(CALL_PAGE_CACHE_KIB);
        reader.connection.pragma_update(None, "cache_size", size)?;
        Ok(reader)
    }

    /// Gives the memory of pages back that are not in use (`PRAGMA shrink_memory`).
    ///
    /// # Errors
    /// If the database refuses.
    pub fn release(&self) -> Result<(), StoreError> {
        Ok(self.connection.execute_batch("PRAGMA shrink_memory")?)
    }

    pub(super) fn over(connection: Connection) -> Self {
        Self { connection }
    }

    pub(super) fn connection(&self) -> &Connection {
        &self.connection
    }

    pub(super) fn into_connection(self) -> Connection {
        self.connection
    }

    /// Runs several reads as one transaction, which locks the file once. `read` must be short:
    /// until it ends, written records stay in the write-ahead log.
    ///
    /// # Errors
    /// As `read`, and if the database can't be read.
    pub fn at_once<T, E: From<StoreError>>(
        &self,
        read: impl FnOnce() -> Result<T, E>,
    ) -> Result<T, E> {
        let transaction = self.connection.unchecked_transaction();
        let transaction = transaction.map_err(StoreError::from)?;
        let found = read()?;
        transaction.commit().map_err(StoreError::from)?;
        Ok(found)
    }

    /// The journal's identity.
    ///
    /// # Errors
    /// If it can't be read.
    pub fn log(&self) -> Result<LogInfo, StoreError> {
        let sql = "SELECT origin, created FROM log";
        Ok(self.connection.query_row(sql, [], |row| {
            Ok(LogInfo {
                origin: row.get(0)?,
                created: row.get(1)?,
            })
        })?)
    }

    /// How many records there are: one more than the last position.
    ///
    /// # Errors
    /// If it can't be read.
    pub fn size(&self) -> Result<u64, StoreError> {
        let sql = "SELECT max(position) FROM record";
        let last: Option<i64> = self.connection.query_row(sql, [], |row| row.get(0))?;
        last.map_or(Ok(0), |last| position(last).map(|last| last + 1))
    }

    /// The records at `range`, in order; fewer where some are missing.
    ///
    /// # Errors
    /// If they can't be read.
    pub fn rows(&self, range: Range<u64>) -> Result<Vec<Row>, StoreError> {
        let sql =
            format!("{SELECT_RECORD} WHERE position >= ?1 AND position < ?2 ORDER BY position");
        let mut statement = self.connection.prepare_cached(&sql)?;
        let rows = statement.query_and_then((bounded(range.start), bounded(range.end)), row)?;
        rows.collect()
    }

    /// The records at `range` whose bodies hold `text`, in order, up to the first one by which they have
    /// more than `most` bytes; and the position to go on at.
    ///
    /// # Errors
    /// If they can't be read.
    pub fn rows_holding(
        &self,
        range: Range<u64>,
        text: &str,
        most: usize,
    ) -> Result<(Vec<Row>, u64), StoreError> {
        let end = range.end;
        let sql = format!(
            "{SELECT_RECORD} WHERE position >= ?1 AND position < ?2 AND instr(body, ?3) > 0 \
             ORDER BY position"
        );
        let mut statement = self.connection.prepare_cached(&sql)?;
        let range = (bounded(range.start), bounded(range.end), text);
        let (mut found, mut bytes) = (Vec::new(), 0);
        for row in statement.query_and_then(range, row)? {
            let row = row?;
            bytes += row.body.len();
            let next = row.position.saturating_add(1);
            found.push(row);
            if bytes > most {
                return Ok((found, next));
            }
        }
        Ok((found, end))
    }

    /// The record of one decision or event.
    ///
    /// # Errors
    /// If it can't be read.
    pub fn find(&self, id: Uuid) -> Result<Option<Row>, StoreError> {
        let sql = format!("{SELECT_RECORD} WHERE id = ?1");
        let mut statement = self.connection.prepare_cached(&sql)?;
        let mut rows = statement.query_and_then([id.as_bytes()], row)?;
        rows.next().transpose()
    }

    /// The position of one decision or event, from the index alone.
    ///
    /// # Errors
    /// If it can't be read.
    pub fn position_of(&self, id: Uuid) -> Result<Option<u64>, StoreError> {
        let sql = "SELECT position FROM record WHERE id = ?1";
        let mut statement = self.connection.prepare_cached(sql)?;
        let found = statement.query_row([id.as_bytes()], |row| row.get(0));
        found.optional()?.map(position).transpose()
    }

    /// A content's digest and text; the text is absent where retention has dropped it.
    ///
    /// # Errors
    /// If it can't be read.
    pub fn content(&self, id: i64) -> Result<Option<(Digest, Option<String>)>, StoreError> {
        let sql = "SELECT digest, body FROM content WHERE content = ?1";
        let mut statement = self.connection.prepare_cached(sql)?;
        let found = statement
            .query_row([id], |row| Ok((row.get::<_, Vec<u8>>(0)?, row.get(1)?)))
            .optional()?;
        found
            .map(|(bytes, body)| Ok((digest(&bytes)?, body)))
            .transpose()
    }

    /// The id that the next new content gets: one more than the greatest so far, from 1.
    ///
    /// # Errors
    /// If they can't be read, or the greatest is none that a record could have brought.
    pub fn next_content(&self) -> Result<i64, StoreError> {
        let last = self.last_content()?;
        let most = self.size()?.saturating_mul(CONTENTS_OF_RECORD);
        if u64::try_from(last).is_ok_and(|last| last > most) {
            return Err(StoreError::Damaged(format!(
                "it has a content with the id {last}, but its records can have brought {most} at most"
            )));
        }
        Ok(last + 1)
    }

    /// The greatest id of a content; 0 without any.
    ///
    /// # Errors
    /// If they can't be read.
    pub fn last_content(&self) -> Result<i64, StoreError> {
        let sql = "SELECT coalesce(max(content), 0) FROM content";
        Ok(self.connection.query_row(sql, [], |row| row.get(0))?)
    }

    /// The checkpoints of sizes in `range`, with their sizes.
    ///
    /// # Errors
    /// If they can't be read.
    pub fn checkpoints(
        &self,
        range: Range<u64>,
    ) -> Result<Vec<(u64, SignedCheckpoint)>, StoreError> {
        let sql = "SELECT size, note FROM checkpoint WHERE size >= ?1 AND size < ?2 ORDER BY size";
        let mut statement = self.connection.prepare_cached(sql)?;
        let rows =
            statement.query_and_then((bounded(range.start), bounded(range.end)), checkpoint)?;
        rows.collect()
    }

    /// The last checkpoint.
    ///
    /// # Errors
    /// If it can't be read.
    pub fn last_checkpoint(&self) -> Result<Option<(u64, SignedCheckpoint)>, StoreError> {
        last_checkpoint(&self.connection)
    }

    /// The last checkpoint that counts at most `size` records.
    pub(super) fn checkpoint_before(
        &self,
        size: u64,
    ) -> Result<Option<SignedCheckpoint>, StoreError> {
        let sql = "SELECT size, note FROM checkpoint WHERE size <= ?1 ORDER BY size DESC LIMIT 1";
        let mut statement = self.connection.prepare_cached(sql)?;
        let mut rows = statement.query_and_then([bounded(size)], checkpoint)?;
        Ok(rows.next().transpose()?.map(|(_, note)| note))
    }

    /// The tree over all records, as stored.
    ///
    /// # Errors
    /// If it can't be read.
    pub fn tree(&self) -> Result<Tree, StoreError> {
        let size = self.size()?;
        Ok(Tree::resume(self, size)?)
    }

    /// What was written must be there. `known` is the log as it was.
    pub(super) fn goes_on_from(&self, known: &Tree) -> Result<(), StoreError> {
        let (wanted, found) = (known.size(), self.size()?);
        if found >= wanted && root_at(self, wanted)? == known.root() {
            return Ok(());
        }
        Err(StoreError::Lost { wanted, found })
    }
}

pub(super) fn last_checkpoint(
    connection: &Connection,
) -> Result<Option<(u64, SignedCheckpoint)>, StoreError> {
    let sql = "SELECT size, note FROM checkpoint ORDER BY size DESC LIMIT 1";
    let mut statement = connection.prepare_cached(sql)?;
    let mut rows = statement.query_and_then([], checkpoint)?;
    rows.next().transpose()
}

impl NodeSource for Reader {
    type Error = StoreError;

    fn leaves(&self, range: Range<u64>) -> Result<Vec<Digest>, StoreError> {
        let sql =
            "SELECT leaf FROM record WHERE position >= ?1 AND position < ?2 ORDER BY position";
        self.hashes(sql, (bounded(range.start), bounded(range.end)))
    }

    fn nodes(&self, level: u8, range: Range<u64>) -> Result<Vec<Digest>, StoreError> {
        let sql = "SELECT hash FROM tree_node WHERE level = ?3 AND number >= ?1 AND number < ?2 \
                   ORDER BY number";
        self.hashes(sql, (bounded(range.start), bounded(range.end), level))
    }
}

impl Reader {
    fn hashes(
        &self,
        sql: &str,
        parameters: impl rusqlite::Params,
    ) -> Result<Vec<Digest>, StoreError> {
        let mut statement = self.connection.prepare_cached(sql)?;
        let rows = statement.query_and_then(parameters, |row| {
            digest(row.get_ref(0)?.as_blob().map_err(damaged)?)
        })?;
        rows.collect()
    }
}

fn row(row: &SqlRow<'_>) -> Result<Row, StoreError> {
    let id = row.get_ref(ID)?.as_blob().map_err(damaged)?;
    Ok(Row {
        position: position(row.get(POSITION)?)?,
        id: Uuid::from_slice(id).map_err(damaged)?,
        leaf: digest(row.get_ref(LEAF)?.as_blob().map_err(damaged)?)?,
        contents: References::of(row)?,
        body: row.get(BODY)?,
    })
}

fn checkpoint(row: &SqlRow<'_>) -> Result<(u64, SignedCheckpoint), StoreError> {
    let note: String = row.get(1)?;
    Ok((position(row.get(0)?)?, note.parse().map_err(damaged)?))
}

fn digest(bytes: &[u8]) -> Result<Digest, StoreError> {
    let bytes: [u8; 32] = bytes.try_into().map_err(damaged)?;
    Ok(Digest::from_bytes(bytes))
}

fn damaged(error: impl std::fmt::Display) -> StoreError {
    StoreError::Damaged(error.to_string())
}

fn position(value: i64) -> Result<u64, StoreError> {
    u64::try_from(value).map_err(|_| StoreError::Damaged(format!("`{value}` is no position")))
}
