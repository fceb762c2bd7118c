//! The journal's writer: it appends records.

use std::ops::Range;
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use quick_cache::unsync::Cache;
use rusqlite::{
    CachedStatement, Connection, OptionalExtension as _, Transaction, TransactionBehavior,
};

use super::checkpoint::{insert, sign};
use super::covered::Covered;
use super::files::Files;
use super::mover::Mover;
use super::reader::Reader;
use super::{Lock, StoreError, open, trial};
use crate::canonical::Digest;
use crate::journal::limits::{COMMIT_OVERHEAD_BYTES, MAX_REMEMBERED_CONTENTS};
use crate::journal::merkle_log::{LastLifecycle, SignedCheckpoint, Tree, leaf_hash};
use crate::journal::record::{Content, Entry};
use crate::keys::{SigningKey, VerifyingKey};

const INSERT_RECORD: &str = "INSERT INTO record \
    (position, id, leaf, subject, judgement, policy, candidate_judgement, candidate_policy, body) \
    VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)";
const INSERT_CONTENT: &str = "INSERT INTO content (content, digest, body) VALUES (?1, ?2, ?3)";
const INSERT_NODE: &str = "INSERT INTO tree_node (level, number, hash) VALUES (?1, ?2, ?3)";

/// The journal's writer. After an error it must not be used again: only opening the journal again
/// finds out what a failed sync left behind.
pub struct Store {
    pub(super) directory: PathBuf,
    pub(super) connection: Connection,
    pub(super) mover: Mover,
    pub(super) files: Files,
    pub(super) tree: Tree,
    pub(super) contents: Contents,
    /// What the last checkpoint counts, and the last lifecycle record.
    pub(super) covered: Covered,
    /// About how much was written since the write-ahead log was last moved.
    pub(super) unmoved_bytes: u64,
    /// Whether the write-ahead log must be emptied, because it has contents that retention has
    /// dropped.
    pub(super) is_erasing: bool,
}

/// The ids of contents that were stored lately.
pub(super) struct Contents {
    pub(super) known: Cache<Digest, i64>,
    pub(super) next: i64,
}

impl Store {
    /// Opens the journal of `directory`, whose lock the caller holds; makes it if there is
    /// none. What an earlier process left in the write-ahead log is moved into the database
    /// first: a sync of that log may have failed, and then its pages in memory are not those
    /// on disk.
    ///
    /// # Errors
    /// If it can't be written, belongs to another log than `key`, contradicts its last checkpoint,
    /// or has lifecycle records that no checkpoint counts.
    pub fn open(directory: &Path, lock: &Lock, key: &VerifyingKey) -> Result<Self, StoreError> {
        Self::open_again(directory, lock, key, &Tree::new())
    }

    /// As [`Self::open`], a journal that holds at least `known`.
    ///
    /// # Errors
    /// As [`Self::open`], and if it doesn't.
    pub fn open_again(
        directory: &Path,
        _lock: &Lock,
        key: &VerifyingKey,
        known: &Tree,
    ) -> Result<Self, StoreError> {
        let origin = key.name();
        let connection = open::to_write(directory, origin.as_str())?;
        move_log(&connection, "TRUNCATE")?;
        let reader = Reader::over(connection);
        let found = reader.log()?.origin;
        if found != origin.as_str() {
            return Err(StoreError::OtherLog {
                found,
                given: origin.to_string(),
            });
        }
        let tree = reader.tree()?;
        reader.goes_on_from(known)?;
        let covered = reader.covered(key)?;
        let next = reader.next_content()?;
        Ok(Self {
            directory: directory.to_owned(),
            connection: reader.into_connection(),
            mover: Mover::open(directory)?,
            files: Files::of(directory)?,
            tree,
            contents: Contents {
                known: Cache::new(MAX_REMEMBERED_CONTENTS),
                next,
            },
            covered,
            unmoved_bytes: 0,
            is_erasing: false,
        })
    }

    /// The records that are on disk, as a tree.
    #[must_use]
    pub fn tree(&self) -> &Tree {
        &self.tree
    }

    /// Finds out whether the disk takes what is written: first
    /// [`TRIAL_BYTES`](crate::journal::limits::TRIAL_BYTES) in a file beside
    /// the database, since that much room is needed soon, then a commit that changes nothing.
    ///
    /// # Errors
    /// If it doesn't.
    pub fn try_writing(&mut self) -> Result<(), StoreError> {
        trial::write(&self.directory)?;
        self.commit(|connection, _| {
            connection.execute("UPDATE log SET created = created WHERE only = 1", [])?;
            Ok(())
        })
    }

    /// Does `work` in one transaction. When this returns, what it wrote is on disk, in the files
    /// that a restart will find.
    pub(super) fn commit<T>(
        &mut self,
        work: impl FnOnce(&Connection, &mut Contents) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        self.files.are_untouched()?;
        let transaction = Transaction::new(&mut self.connection, TransactionBehavior::Immediate)?;
        let done = work(&transaction, &mut self.contents)?;
        transaction.commit()?;
        self.files.committed()?;
        Ok(done)
    }

    /// Whether the files are still those that are written, and nobody else has changed them.
    ///
    /// # Errors
    /// If they aren't.
    pub fn check_files(&mut self) -> Result<(), StoreError> {
        self.files.are_untouched()
    }

    /// Writes all of `entries` and waits until they are on disk: one commit, one sync. If a
    /// lifecycle record is among them, the commit also has a checkpoint of the time `at` that `key`
    /// signs.
    ///
    /// # Errors
    /// If that failed. None of them may be taken for written.
    pub fn append<'a>(
        &mut self,
        entries: impl IntoIterator<Item = &'a Entry>,
        key: &SigningKey,
        at: Timestamp,
    ) -> Result<Appended, StoreError> {
        let first = self.tree.size();
        let mut tree = self.tree.clone();
        let mut covered = self.covered;
        let (bytes, checkpoint) = self.commit(|connection, contents| {
            let mut bytes = COMMIT_OVERHEAD_BYTES;
            let mut rows = Rows::of(connection)?;
            let mut is_lifecycle = false;
            for entry in entries {
                if entry.is_lifecycle {
                    is_lifecycle = true;
                    covered.lifecycle = LastLifecycle::At(tree.size());
                }
                bytes += rows.insert(&mut tree, contents, entry)?;
            }
            let checkpoint = match is_lifecycle {
                true => Some(sign(&tree, covered.lifecycle, key, at)?),
                false => None,
            };
            if let Some(checkpoint) = &checkpoint {
                insert(connection, checkpoint)?;
                covered.size = tree.size();
            }
            Ok((bytes, checkpoint))
        })?;
        self.tree = tree;
        self.covered = covered;
        self.unmoved_bytes += bytes;
        Ok(Appended {
            positions: first..self.tree.size(),
            checkpoint,
        })
    }

    /// Whether the journal has `entry` already.
    ///
    /// # Errors
    /// If it can't be read, or another record has its id.
    pub fn holds(&self, entry: &Entry) -> Result<bool, StoreError> {
        let sql = "SELECT leaf FROM record WHERE id = ?1";
        let mut statement = self.connection.prepare_cached(sql)?;
        let found = statement.query_row([entry.id.as_bytes()], |row| row.get::<_, [u8; 32]>(0));
        match found.optional()? {
            None => Ok(false),
            Some(leaf) if leaf == *leaf_hash(&entry.record).as_bytes() => Ok(true),
            Some(_) => Err(StoreError::Damaged(format!(
                "another record has the id `{}`",
                entry.id
            ))),
        }
    }

    /// The last lifecycle record.
    #[must_use]
    pub fn lifecycle(&self) -> LastLifecycle {
        self.covered.lifecycle
    }
}

/// What was appended.
#[derive(Debug)]
pub struct Appended {
    /// The positions of the records, in order.
    pub positions: Range<u64>,
    /// The checkpoint in the same commit, if there is one.
    pub checkpoint: Option<SignedCheckpoint>,
}

/// Moves the write-ahead log into the database: `PASSIVE` what it can without waiting for
/// anyone, `FULL` all of it, `TRUNCATE` all of it and then empties it. Answers whether all was
/// moved: somebody who reads can keep it from being.
pub(super) fn move_log(connection: &Connection, mode: &str) -> Result<bool, StoreError> {
    let mut is_moved = false;
    connection.pragma(None, "wal_checkpoint", mode, |row| {
        let (is_busy, pages, moved): (bool, i64, i64) = (row.get(0)?, row.get(1)?, row.get(2)?);
        is_moved = !is_busy && pages == moved;
        Ok(())
    })?;
    Ok(is_moved)
}

struct Rows<'a> {
    record: CachedStatement<'a>,
    content: CachedStatement<'a>,
    node: CachedStatement<'a>,
}

impl<'a> Rows<'a> {
    fn of(connection: &'a Connection) -> Result<Self, StoreError> {
        Ok(Self {
            record: connection.prepare_cached(INSERT_RECORD)?,
            content: connection.prepare_cached(INSERT_CONTENT)?,
            node: connection.prepare_cached(INSERT_NODE)?,
        })
    }

    /// Appends one record. Gives about how many bytes that took.
    fn insert(
        &mut self,
        tree: &mut Tree,
        contents: &mut Contents,
        entry: &Entry,
    ) -> Result<u64, StoreError> {
        let contents_before = contents.next;
        let mut id = |content: Option<&Content>| self.content_id(contents, content);
        let subject = id(entry.subject.as_ref())?;
        let judgement = id(entry.judgement.as_ref())?;
        let policy = id(entry.policy.as_ref())?;
        let candidate_judgement = id(entry.candidate_judgement.as_ref())?;
        let candidate_policy = id(entry.candidate_policy.as_ref())?;
        let leaf = leaf_hash(&entry.record);
        let written = self.record.execute((
            integer(tree.size())?,
            entry.id.as_bytes(),
            leaf.as_bytes(),
            subject,
            judgement,
            policy,
            candidate_judgement,
            candidate_policy,
            text(&entry.record)?,
        ))?;
        // A trigger that someone put there can swallow a row without an error.
        if written != 1 {
            return Err(StoreError::Damaged("it did not take a record".to_owned()));
        }
        for node in tree.push(leaf) {
            self.node
                .execute((node.level, integer(node.number)?, node.hash.as_bytes()))?;
        }
        let new = u64::try_from(contents.next - contents_before).unwrap_or_default();
        let document = entry.candidate_policy.as_ref();
        let document = document.map_or(0, |content| content.bytes.len());
        Ok(entry.record.len() as u64 * (1 + new) + document as u64)
    }

    /// The id of a content; it is stored if it hasn't been lately.
    fn content_id(
        &mut self,
        contents: &mut Contents,
        content: Option<&Content>,
    ) -> Result<Option<i64>, StoreError> {
        let Some(content) = content else {
            return Ok(None);
        };
        if let Some(id) = contents.known.get(&content.digest) {
            return Ok(Some(*id));
        }
        let id = contents.next;
        contents.next += 1;
        self.content
            .execute((id, content.digest.as_bytes(), text(&content.bytes)?))?;
        contents.known.insert(content.digest, id);
        Ok(Some(id))
    }
}

pub(super) fn integer(value: u64) -> Result<i64, StoreError> {
    i64::try_from(value).map_err(|_| StoreError::Damaged(format!("`{value}` is no position")))
}

fn text(bytes: &[u8]) -> Result<&str, StoreError> {
    std::str::from_utf8(bytes).map_err(|error| StoreError::Damaged(error.to_string()))
}
