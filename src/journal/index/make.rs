//! Making the index's file.

use std::fs::{self, File};
use std::io;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};

use rusqlite::{Connection, OptionalExtension as _};

use super::file::inode;
use super::row::{ROW_BYTES, Row};
use super::{INDEX_BLOCK_ROWS, INDEX_FILE, Index};
use crate::causes::in_line;
use crate::disk::PRIVATE_MODE;
use crate::journal::limits::MAX_LOCK_WAIT;
use crate::journal::store::{Reader, StoreError, check_regular};

/// `CVRI` in the file's header.
pub(super) const APPLICATION_ID: i64 = 0x4356_5249;
/// The version of the contents of a row, including the verdicts and their order.
pub(super) const VERSION: i64 = 3;
const TABLES: &str = "\
CREATE TABLE log (origin TEXT NOT NULL) STRICT;
CREATE TABLE rule (rule INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE) STRICT;
CREATE TABLE block (block INTEGER PRIMARY KEY, rows BLOB NOT NULL, last_leaf BLOB NOT NULL) STRICT;";

impl Index {
    /// Opens the index to write. If it can't be used, it is replaced by a new one.
    pub(super) fn open_or_make(directory: &Path, reader: &Reader) -> Result<Self, StoreError> {
        let path = directory.join(INDEX_FILE);
        if path.exists() {
            let opened = check_regular(&path).and_then(|()| Ok(Connection::open(&path)?));
            match opened {
                Ok(connection) => match Self::sound(connection, &path, reader) {
                    Ok(Some(index)) => return index.for_writing(),
                    Ok(None) => tracing::info!("the journal's index is replaced by a new one"),
                    Err(error) => {
                        tracing::warn!(
                            error = in_line(&error),
                            "the journal's index is replaced by a new one"
                        )
                    }
                },
                Err(error) => {
                    tracing::warn!(
                        error = in_line(&error),
                        "the journal's index is replaced by a new one"
                    )
                }
            }
        }
        let made = remove(&path).and_then(|()| create(&path));
        made.map_err(|cause| StoreError::Directory {
            path: path.clone(),
            cause,
        })?;
        let connection = Connection::open(&path)?;
        connection.pragma_update(None, "application_id", APPLICATION_ID)?;
        connection.pragma_update(None, "user_version", VERSION)?;
        connection.execute_batch(TABLES)?;
        let sql = "INSERT INTO log (origin) VALUES (?1)";
        connection.execute(sql, [reader.log()?.origin])?;
        let index = Self {
            connection,
            covered: 0,
            file: (path.clone(), inode(&path).unwrap_or_default()),
        };
        index.for_writing()
    }

    /// As [`Self::over`], if SQLite finds its pages whole.
    fn sound(
        connection: Connection,
        path: &Path,
        reader: &Reader,
    ) -> Result<Option<Self>, StoreError> {
        let check = |row: &rusqlite::Row<'_>| row.get::<_, String>(0);
        let found = connection.query_row("PRAGMA quick_check(1)", [], check)?;
        match found == "ok" {
            true => Self::over(connection, path, reader),
            false => Ok(None),
        }
    }

    /// Whether its name still leads to it.
    pub(super) fn is_in_place(&self) -> bool {
        let (path, opened) = &self.file;
        inode(path).is_ok_and(|found| found == *opened)
    }

    fn for_writing(self) -> Result<Self, StoreError> {
        self.connection.busy_timeout(MAX_LOCK_WAIT)?;
        self.connection.pragma_update(None, "journal_mode", "wal")?;
        // What a power cut takes is rebuilt.
        self.connection.pragma_update(None, "synchronous", "off")?;
        Ok(self)
    }

    /// Adds the next blocks of what `reader` reads, at most `most`; answers whether there are more.
    pub(super) fn extend(&mut self, reader: &Reader, most: u64) -> Result<bool, StoreError> {
        let whole = reader.size()? / INDEX_BLOCK_ROWS * INDEX_BLOCK_ROWS;
        let end = whole.min(self.covered + most * INDEX_BLOCK_ROWS);
        if self.covered == end {
            return Ok(false);
        }
        let transaction = self.connection.unchecked_transaction()?;
        for start in (self.covered..end).step_by(INDEX_BLOCK_ROWS as usize) {
            self.add(reader, start)?;
        }
        transaction.commit()?;
        self.covered = end;
        Ok(end < whole)
    }

    fn add(&self, reader: &Reader, start: u64) -> Result<(), StoreError> {
        let mut rows = Vec::with_capacity(INDEX_BLOCK_ROWS as usize * ROW_BYTES);
        let (mut last_leaf, mut failed) = (Vec::new(), None);
        reader.scan_records(start..start + INDEX_BLOCK_ROWS, |raw| {
            match Row::of(raw.body, |rule| self.number(rule)) {
                Ok(row) => row.write(&mut rows),
                Err(error) => drop(failed.get_or_insert(error)),
            }
            last_leaf = raw.leaf.to_vec();
        })?;
        if let Some(error) = failed {
            return Err(error);
        }
        if rows.len() != INDEX_BLOCK_ROWS as usize * ROW_BYTES {
            return Err(StoreError::Damaged(format!(
                "records are missing from {start} on"
            )));
        }
        let block = (start / INDEX_BLOCK_ROWS).cast_signed();
        let sql = "INSERT INTO block (block, rows, last_leaf) VALUES (?1, ?2, ?3)";
        let mut insert = self.connection.prepare_cached(sql)?;
        insert.execute((block, rows, last_leaf))?;
        Ok(())
    }

    fn number(&self, rule: &str) -> Result<u32, StoreError> {
        let sql = "SELECT rule FROM rule WHERE id = ?1";
        let mut find = self.connection.prepare_cached(sql)?;
        if let Some(number) = find.query_row([rule], |row| row.get(0)).optional()? {
            return Ok(number);
        }
        let sql = "INSERT INTO rule (id) VALUES (?1) RETURNING rule";
        let mut add = self.connection.prepare_cached(sql)?;
        Ok(add.query_row([rule], |row| row.get(0))?)
    }
}

fn remove(path: &Path) -> io::Result<()> {
    for suffix in ["", "-wal", "-shm"] {
        let mut name = path.as_os_str().to_owned();
        name.push(suffix);
        match fs::remove_file(PathBuf::from(name)) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
            _ => {}
        }
    }
    Ok(())
}

fn create(path: &Path) -> io::Result<()> {
    let mut options = File::options();
    let options = options.write(true).create_new(true).mode(PRIVATE_MODE);
    options.open(path).map(drop)
}
