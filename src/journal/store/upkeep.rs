//! What the writer does between commits: moves the write-ahead log, and erases what retention
//! drops.

use std::time::Duration;

use super::append::move_log;
use super::retention::Forgotten;
use super::{Store, StoreError};
use crate::journal::limits::{MAX_LOCK_WAIT, WAL_MOVE_BYTES};

impl Store {
    /// Moves the write-ahead log into the database once it is long: most of it on a thread of
    /// its own, the rest, which is little, at once, so that the log is written from its beginning
    /// again. Call it between commits.
    ///
    /// # Errors
    /// If the disk fails, or somebody else has changed the files.
    pub fn tend_log(&mut self) -> Result<(), StoreError> {
        if self.mover.has_ended() {
            self.mover.end()?;
            return self.move_rest();
        }
        if !self.mover.is_moving() && self.unmoved_bytes >= WAL_MOVE_BYTES {
            self.files.are_untouched()?;
            self.files.move_begins();
            return self.mover.begin();
        }
        Ok(())
    }

    fn move_rest(&mut self) -> Result<(), StoreError> {
        self.unmoved_bytes = 0;
        if self.is_erasing {
            // Readers are not waited for; it is tried again later.
            self.connection.busy_timeout(Duration::ZERO)?;
            let emptied = move_log(&self.connection, "TRUNCATE");
            self.connection.busy_timeout(MAX_LOCK_WAIT)?;
            let is_emptied = match emptied {
                Err(StoreError::Locked) => false,
                emptied => emptied?,
            };
            if is_emptied {
                self.is_erasing = false;
                self.files.log_emptied()?;
            }
        } else {
            move_log(&self.connection, "PASSIVE")?;
        }
        self.files.moved()
    }

    /// Names no content that is there in records to come: what only earlier records name can
    /// be dropped.
    pub fn forget_contents(&mut self) -> Forgotten {
        self.contents.known.clear();
        Forgotten {
            size: self.tree.size(),
            next_content: self.contents.next,
        }
    }

    /// Empties contents, whose dropping is recorded.
    ///
    /// # Errors
    /// If that could not be written.
    pub fn empty_contents(&mut self, ids: &[i64]) -> Result<(), StoreError> {
        self.commit(|connection, _| {
            // SQLite joins pages that get empty when rows go, not when they get shorter.
            let sql = "DELETE FROM content WHERE content = ?1 RETURNING digest";
            let mut remove = connection.prepare_cached(sql)?;
            let sql = "INSERT INTO content (content, digest) VALUES (?1, ?2)";
            let mut insert = connection.prepare_cached(sql)?;
            for id in ids {
                let digest: Vec<u8> = remove.query_row([id], |row| row.get(0))?;
                insert.execute((id, digest))?;
            }
            Ok(())
        })
    }

    /// Gives at most `most` pages that are empty back to the file system; answers whether there
    /// are more. A journal that was begun before this could be done keeps them for what comes.
    ///
    /// # Errors
    /// If that could not be written.
    pub fn give_back(&mut self, most: u32) -> Result<bool, StoreError> {
        let pragma = |store: &Self, name| {
            let value = store
                .connection
                .pragma_query_value(None, name, |row| row.get(0));
            Ok::<i64, StoreError>(value?)
        };
        // 2: incremental.
        if pragma(self, "auto_vacuum")? != 2 || pragma(self, "freelist_count")? == 0 {
            return Ok(false);
        }
        self.files.may_shrink();
        self.commit(|connection, _| {
            // Each row that it answers is a page.
            connection.pragma(None, "incremental_vacuum", most, |_| Ok(()))?;
            Ok(())
        })?;
        Ok(pragma(self, "freelist_count")? > 0)
    }

    /// Begins to empty the write-ahead log, which still holds the bytes of what was dropped;
    /// answers whether that is done. Call it until it is.
    ///
    /// # Errors
    /// If the disk fails.
    pub fn erase(&mut self, begin: bool) -> Result<bool, StoreError> {
        if begin {
            self.is_erasing = true;
        }
        if self.is_erasing {
            self.unmoved_bytes = WAL_MOVE_BYTES;
            self.tend_log()?;
        }
        Ok(!self.is_erasing)
    }
}
