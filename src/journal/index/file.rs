//! The index's file.

use std::io;
use std::ops::Range;
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};

use rusqlite::{Connection, OpenFlags, OptionalExtension as _};

use super::make::{APPLICATION_ID, VERSION};
use super::row::{ROW_BYTES, Row, Wanted};
use super::{INDEX_BLOCK_ROWS, INDEX_FILE};
use crate::journal::limits::{INDEX_STEP_BLOCKS, MAX_LOCK_WAIT, SCAN_ROWS};
use crate::journal::query::{Filter, Order};
use crate::journal::store::{Reader, StoreError, check_regular};

/// An index, to be read or written.
pub struct Index {
    pub(super) connection: Connection,
    /// The number of records that the index covers, a multiple of a block.
    pub(super) covered: u64,
    /// The file, and its inode when it was opened.
    pub(super) file: (PathBuf, u64),
}

/// Records that may be meant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Candidates {
    /// Where they are, in the order that was asked for.
    pub positions: Vec<u64>,
    /// What was looked through for them.
    pub looked_through: Range<u64>,
}

impl Index {
    /// Opens the index in `directory`, if it is one of the journal that `reader` reads.
    #[must_use]
    pub fn open(directory: &Path, reader: &Reader) -> Option<Self> {
        let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let path = directory.join(INDEX_FILE);
        check_regular(&path).ok()?;
        let connection = Connection::open_with_flags(&path, flags).ok()?;
        // What is wrong with it, the indexer tells; who reads goes without.
        Self::over(connection, &path, reader).ok().flatten()
    }

    /// Gives the memory of pages back that are not in use.
    pub(in crate::journal) fn release(&self) -> Result<(), StoreError> {
        Ok(self.connection.execute_batch("PRAGMA shrink_memory")?)
    }

    /// None if it is of another version or log, or of records that aren't there.
    pub(super) fn over(
        connection: Connection,
        path: &Path,
        reader: &Reader,
    ) -> Result<Option<Self>, StoreError> {
        connection.busy_timeout(MAX_LOCK_WAIT)?;
        let pragma = |name| connection.pragma_query_value(None, name, |row| row.get::<_, i64>(0));
        if pragma("application_id")? != APPLICATION_ID || pragma("user_version")? != VERSION {
            return Ok(None);
        }
        let origin: String =
            connection.query_row("SELECT origin FROM log", [], |row| row.get(0))?;
        let sql = "SELECT block, last_leaf FROM block ORDER BY block DESC LIMIT 1";
        let last = connection.query_row(sql, [], |row| {
            Ok((row.get::<_, u32>(0)?, row.get::<_, Vec<u8>>(1)?))
        });
        let covered = match last.optional()? {
            None => 0,
            Some((block, leaf)) => {
                let covered = (u64::from(block) + 1) * INDEX_BLOCK_ROWS;
                let row = reader.rows(covered - 1..covered)?.pop();
                if row.is_none_or(|row| row.leaf.as_bytes()[..] != leaf[..]) {
                    return Ok(None);
                }
                covered
            }
        };
        let is_same = origin == reader.log()?.origin;
        Ok(is_same.then_some(Self {
            file: (path.to_owned(), inode(path).unwrap_or_default()),
            connection,
            covered,
        }))
    }

    /// How many records it covers.
    #[must_use]
    pub fn covered(&self) -> u64 {
        self.covered
    }

    /// The first of `ahead`, in `order`, that may be meant by `filter`, or none of them: looks
    /// through at most [`INDEX_STEP_BLOCKS`] blocks for at most about [`SCAN_ROWS`] records. None
    /// if it doesn't cover what comes first.
    ///
    /// # Errors
    /// If it can't be read.
    pub fn candidates(
        &self,
        ahead: &Range<u64>,
        order: Order,
        filter: &Filter,
    ) -> Result<Option<Candidates>, StoreError> {
        let first = match order {
            Order::OldestFirst => ahead.start,
            Order::NewestFirst => ahead.end.saturating_sub(1),
        };
        if ahead.is_empty() || first >= self.covered {
            return Ok(None);
        }
        let wanted = Wanted::by(filter, &self.rules()?);
        let mut positions = Vec::new();
        let mut next = first / INDEX_BLOCK_ROWS;
        let mut end = first;
        for _ in 0..INDEX_STEP_BLOCKS {
            let block = next * INDEX_BLOCK_ROWS..(next + 1) * INDEX_BLOCK_ROWS;
            if block.end > self.covered || positions.len() as u64 >= SCAN_ROWS {
                break;
            }
            let mut found = self.look_through(next, &wanted)?;
            found.retain(|position| ahead.contains(position));
            match order {
                Order::OldestFirst => {
                    positions.extend(found);
                    end = block.end.min(ahead.end);
                    next += 1;
                }
                Order::NewestFirst => {
                    positions.extend(found.into_iter().rev());
                    end = block.start.max(ahead.start);
                    match next.checked_sub(1) {
                        Some(before) => next = before,
                        None => break,
                    }
                }
            }
            if end == ahead.end || end == ahead.start {
                break;
            }
        }
        let looked_through = match order {
            Order::OldestFirst => ahead.start..end,
            Order::NewestFirst => end..ahead.end,
        };
        Ok(Some(Candidates {
            positions,
            looked_through,
        }))
    }

    /// The positions in a block that may be meant, the oldest first.
    fn look_through(&self, block: u64, wanted: &Wanted) -> Result<Vec<u64>, StoreError> {
        let sql = "SELECT rows FROM block WHERE block = ?1";
        let mut statement = self.connection.prepare_cached(sql)?;
        let first = block * INDEX_BLOCK_ROWS;
        let damaged = || StoreError::Damaged(format!("block {block} of its index"));
        statement.query_row([block.cast_signed()], |row| {
            let bytes = row.get_ref(0)?.as_blob()?;
            let (rows, rest) = bytes.as_chunks::<ROW_BYTES>();
            if rows.len() as u64 != INDEX_BLOCK_ROWS || !rest.is_empty() {
                return Ok(Err(damaged()));
            }
            let rows = (first..).zip(rows);
            let may_be = |row: &[u8; ROW_BYTES]| Row::read(row).is_none_or(|it| wanted.may_be(&it));
            Ok(Ok(rows
                .filter(|(_, row)| may_be(row))
                .map(|(position, _)| position)
                .collect()))
        })?
    }

    fn rules(&self) -> Result<Vec<(u32, String)>, StoreError> {
        let mut statement = self
            .connection
            .prepare_cached("SELECT rule, id FROM rule")?;
        let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }
}

pub(super) fn inode(path: &Path) -> io::Result<u64> {
    path.symlink_metadata().map(|found| found.ino())
}
