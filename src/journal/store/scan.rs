//! Reading rows as they are, right or wrong: a row that can't be is a finding, not an error.

use std::ops::Range;

use rusqlite::types::ValueRef;
use rusqlite::{OptionalExtension as _, Row as SqlRow};

use super::columns::{BODY, ID, LEAF, POSITION, SELECT_RECORD, bounded};
use super::{Reader, References, StoreError};
use crate::journal::merkle_log::{LEVELS_A_BAND, SignedCheckpoint};

/// A record as it is stored.
#[derive(Debug, Clone, Copy)]
pub struct RawRecord<'a> {
    /// The row's position.
    pub position: i64,
    /// Should be the 16 bytes of a UUID.
    pub id: &'a [u8],
    /// Should be the 32 bytes of a hash.
    pub leaf: &'a [u8],
    /// The ids that its contents should have.
    pub contents: References,
    /// Should be a record.
    pub body: &'a [u8],
}

/// A content as it is stored.
#[derive(Debug, Clone, Copy)]
pub struct RawContent<'a> {
    /// The content's id.
    pub id: i64,
    /// Should be the 32 bytes of the body's digest.
    pub digest: &'a [u8],
    /// Absent where it was dropped.
    pub body: Option<&'a [u8]>,
}

/// A node of the tree that no records account for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StrayNode {
    /// What its row says.
    pub level: i64,
    /// What its row says.
    pub number: i64,
    /// How many such nodes there are.
    pub count: u64,
}

impl Reader {
    /// Gives every record at `range` to `each`, in order, in one short transaction.
    ///
    /// # Errors
    /// If they can't be read; `each` may have seen some.
    pub fn scan_records(
        &self,
        range: Range<u64>,
        mut each: impl FnMut(RawRecord<'_>),
    ) -> Result<(), StoreError> {
        let sql =
            format!("{SELECT_RECORD} WHERE position >= ?1 AND position < ?2 ORDER BY position");
        let mut statement = self.connection().prepare_cached(&sql)?;
        let mut rows = statement.query((bounded(range.start), bounded(range.end)))?;
        while let Some(row) = rows.next()? {
            each(RawRecord {
                position: row.get(POSITION)?,
                id: bytes(row, ID)?,
                leaf: bytes(row, LEAF)?,
                contents: References::of(row)?,
                body: bytes(row, BODY)?,
            });
        }
        Ok(())
    }

    /// Gives every content at `range` to `each`, in order, in one short transaction.
    ///
    /// # Errors
    /// As [`Self::scan_records`].
    pub fn scan_contents(
        &self,
        range: Range<i64>,
        mut each: impl FnMut(RawContent<'_>),
    ) -> Result<(), StoreError> {
        let sql = "SELECT content, digest, body FROM content \
                   WHERE content >= ?1 AND content < ?2 ORDER BY content";
        let mut statement = self.connection().prepare_cached(sql)?;
        let mut rows = statement.query((range.start, range.end))?;
        while let Some(row) = rows.next()? {
            each(RawContent {
                id: row.get(0)?,
                digest: bytes(row, 1)?,
                body: match row.get_ref(2)? {
                    ValueRef::Null => None,
                    _ => Some(bytes(row, 2)?),
                },
            });
        }
        Ok(())
    }

    /// The position of the first record at `from` or later.
    ///
    /// # Errors
    /// If it can't be read.
    pub fn next_record_from(&self, from: i64) -> Result<Option<i64>, StoreError> {
        self.first(
            "SELECT min(position) FROM record WHERE position >= ?1",
            from,
        )
    }

    /// The id of the first content from `from` on.
    ///
    /// # Errors
    /// If it can't be read.
    pub fn next_content_from(&self, from: i64) -> Result<Option<i64>, StoreError> {
        self.first("SELECT min(content) FROM content WHERE content >= ?1", from)
    }

    /// The smallest and the greatest id of a content.
    ///
    /// # Errors
    /// If they can't be read.
    pub fn content_ids(&self) -> Result<Option<(i64, i64)>, StoreError> {
        let first = self.next_content_from(i64::MIN)?;
        first
            .map(|first| Ok((first, self.last_content()?)))
            .transpose()
    }

    fn first(&self, sql: &str, from: i64) -> Result<Option<i64>, StoreError> {
        let mut statement = self.connection().prepare_cached(sql)?;
        Ok(statement.query_row([from], |row| row.get(0))?)
    }

    /// The digest of the content `id` as it is stored, and whether its body is there.
    ///
    /// # Errors
    /// If it can't be read.
    pub fn raw_content_digest(&self, id: i64) -> Result<Option<(Vec<u8>, bool)>, StoreError> {
        let sql = "SELECT digest, body IS NOT NULL FROM content WHERE content = ?1";
        let mut statement = self.connection().prepare_cached(sql)?;
        let found = statement.query_row([id], |row| Ok((bytes(row, 0)?.to_vec(), row.get(1)?)));
        Ok(found.optional()?)
    }

    /// The stored hash of a node of the tree.
    ///
    /// # Errors
    /// If it can't be read.
    pub fn raw_node(&self, level: u8, number: u64) -> Result<Option<Vec<u8>>, StoreError> {
        let sql = "SELECT hash FROM tree_node WHERE level = ?1 AND number = ?2";
        let mut statement = self.connection().prepare_cached(sql)?;
        let found =
            statement.query_row((level, bounded(number)), |row| Ok(bytes(row, 0)?.to_vec()));
        Ok(found.optional()?)
    }

    /// A node of the tree over records that aren't there, or of a level that isn't stored.
    ///
    /// # Errors
    /// If they can't be read.
    pub fn stray_node(&self) -> Result<Option<StrayNode>, StoreError> {
        let sql = "SELECT level, number, count(*) OVER () FROM tree_node \
                   WHERE level NOT BETWEEN 1 AND 62 OR level % ?1 <> 0 OR number < 0 OR number >= \
                   (SELECT coalesce(max(position) + 1, 0) FROM record) >> level LIMIT 1";
        let mut statement = self.connection().prepare(sql)?;
        let found = statement.query_row([LEVELS_A_BAND], |row| {
            Ok(StrayNode {
                level: row.get(0)?,
                number: row.get(1)?,
                count: row.get::<_, i64>(2)?.cast_unsigned(),
            })
        });
        Ok(found.optional()?)
    }

    /// The checkpoints whose rows say a size in `sizes`, in order.
    ///
    /// # Errors
    /// If they can't be read.
    pub fn raw_checkpoints(&self, sizes: Range<u64>) -> Result<Vec<(u64, Vec<u8>)>, StoreError> {
        let sql = "SELECT size, note FROM checkpoint WHERE size >= ?1 AND size < ?2 ORDER BY size";
        let mut statement = self.connection().prepare_cached(sql)?;
        let rows = statement.query_map((bounded(sizes.start), bounded(sizes.end)), |row| {
            Ok((
                row.get::<_, i64>(0)?.cast_unsigned(),
                bytes(row, 1)?.to_vec(),
            ))
        })?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// The sizes of the checkpoints before and after `size`.
    ///
    /// # Errors
    /// If they can't be read.
    pub fn checkpoint_sizes_around(
        &self,
        size: u64,
    ) -> Result<(Option<u64>, Option<u64>), StoreError> {
        let sql = "SELECT (SELECT max(size) FROM checkpoint WHERE size < ?1), \
                   (SELECT min(size) FROM checkpoint WHERE size > ?1)";
        let found = self.connection().query_row(sql, [bounded(size)], |row| {
            let size = |column| {
                let found: Option<i64> = row.get(column)?;
                Ok::<_, rusqlite::Error>(found.and_then(|size| u64::try_from(size).ok()))
            };
            Ok((size(0)?, size(1)?))
        });
        Ok(found?)
    }

    /// The first checkpoint that covers the record at `position`.
    ///
    /// # Errors
    /// If it can't be read.
    pub fn first_checkpoint_over(
        &self,
        position: u64,
    ) -> Result<Option<SignedCheckpoint>, StoreError> {
        let (_, size) = self.checkpoint_sizes_around(position)?;
        let covering = size
            .map(|size| self.checkpoints(size..size.saturating_add(1)))
            .transpose()?;
        let first = covering.and_then(|found| found.into_iter().next());
        Ok(first.map(|(_, note)| note))
    }

    /// The smallest and the largest size that a checkpoint's row says.
    ///
    /// # Errors
    /// If they can't be read.
    pub fn checkpoint_sizes(&self) -> Result<Option<(i64, i64)>, StoreError> {
        let sql = "SELECT min(size), max(size) FROM checkpoint";
        let found = self.connection().query_row(sql, [], |row| {
            Ok(Option::zip(row.get::<_, Option<i64>>(0)?, row.get(1)?))
        });
        Ok(found?)
    }
}

/// The bytes of the value; none if it is a number.
fn bytes<'a>(row: &'a SqlRow<'_>, column: usize) -> Result<&'a [u8], rusqlite::Error> {
    Ok(match row.get_ref(column)? {
        ValueRef::Text(bytes) | ValueRef::Blob(bytes) => bytes,
        ValueRef::Null | ValueRef::Integer(_) | ValueRef::Real(_) => &[],
    })
}
