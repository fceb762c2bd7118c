//! What can be wrong with a journal.

use std::collections::BTreeSet;

use serde::Serialize;
use uuid::Uuid;

use crate::journal::limits::MAX_LISTED_PROBLEMS;
use crate::keys::VerifyingKey;

/// Something that is not as it was written.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Problem {
    /// The kind of problem.
    pub kind: ProblemKind,
    /// The first record concerned, from 0.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub position: Option<u64>,
    /// The last record concerned, where it may be another than the first.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_position: Option<u64>,
    /// The record's id, as its row says.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id: Option<Uuid>,
    /// The problem in a sentence.
    pub message: String,
}

/// The kind of a problem.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ProblemKind {
    /// There is no record at a position before the last: it was deleted.
    Missing,
    /// A record's bytes are not those of its hash: one of them was edited.
    Edited,
    /// The hashes in a stretch are not those that the tree or a checkpoint was made of: one of
    /// its records was replaced, or they were swapped.
    Replaced,
    /// A record is out of order.
    Order,
    /// A record's text is not a record.
    Malformed,
    /// A column does not say what the record says.
    Column,
    /// A content's bytes are not those of its digest.
    ContentEdited,
    /// A content is gone that no retention dropped.
    ContentMissing,
    /// A content is there that no record has brought.
    ContentStray,
    /// A node of the tree is missing, or is over records that aren't there.
    Tree,
    /// A checkpoint is not to be believed.
    Checkpoint,
    /// There are fewer records than a checkpoint counts.
    Shorter,
    /// The database is not built as the journal builds it: a table, an index, a view or a trigger.
    Schema,
    /// SQLite finds its pages or indexes damaged.
    Index,
    /// The write-ahead log does not belong to it.
    WriteAheadLog,
    /// The key is of another log.
    OtherLog,
    /// SQLite can't read it.
    Unreadable,
}

impl Problem {
    /// A problem of one record.
    pub(super) fn at(kind: ProblemKind, position: u64, id: Option<Uuid>, message: String) -> Self {
        Self {
            kind,
            position: Some(position),
            last_position: None,
            id,
            message,
        }
    }

    /// A problem of a stretch of records, `first` to `last`.
    pub(super) fn within(kind: ProblemKind, first: u64, last: u64, message: String) -> Self {
        Self {
            kind,
            position: Some(first),
            last_position: (last != first).then_some(last),
            id: None,
            message,
        }
    }

    /// A problem of no record in particular.
    pub(super) fn of_log(kind: ProblemKind, message: String) -> Self {
        Self {
            kind,
            position: None,
            last_position: None,
            id: None,
            message,
        }
    }

    pub(super) fn other_log(origin: &str, key: &VerifyingKey) -> Self {
        let message = format!(
            "the log is `{origin}`, but the key is that of `{}`",
            key.name()
        );
        Self::of_log(ProblemKind::OtherLog, message)
    }

    pub(super) fn negative(position: i64) -> Self {
        let message = format!("a record is at {position}, before the beginning");
        Self::of_log(ProblemKind::Order, message)
    }
}

/// Problems, of which the first are kept.
#[derive(Default)]
pub(super) struct Problems {
    listed: Vec<Problem>,
    count: u64,
}

impl Problems {
    pub(super) fn add(&mut self, problem: Problem) {
        self.count += 1;
        self.listed.push(problem);
        // Problems come nearly in order, so this is rare.
        if self.listed.len() >= 2 * MAX_LISTED_PROBLEMS {
            self.keep_first();
        }
    }

    /// Whether a record in `first..=last` is known not to have the bytes of its hash.
    pub(super) fn names_edited(&self, first: u64, last: u64) -> bool {
        self.listed.iter().any(|problem| {
            problem.kind == ProblemKind::Edited
                && problem
                    .position
                    .is_some_and(|position| (first..=last).contains(&position))
        })
    }

    /// By the first record. What concerns the log as a whole comes last, since it may follow
    /// from the others; so does a stretch in which a single record is named.
    fn keep_first(&mut self) {
        let named: BTreeSet<u64> = self
            .listed
            .iter()
            .filter(|problem| problem.last_position.is_none())
            .filter_map(|problem| problem.position)
            .collect();
        self.listed.sort_by_cached_key(|problem| {
            let first = problem.position.unwrap_or(u64::MAX);
            let (is_stretch, at) = match problem.last_position {
                None => (false, first),
                Some(last) => (true, *named.range(first..=last).next().unwrap_or(&first)),
            };
            (problem.position.is_none(), at, is_stretch)
        });
        self.listed.truncate(MAX_LISTED_PROBLEMS);
    }

    /// How many there are, and the first of them in order.
    pub(super) fn into_parts(mut self) -> (u64, Vec<Problem>) {
        self.keep_first();
        (self.count, self.listed)
    }
}
