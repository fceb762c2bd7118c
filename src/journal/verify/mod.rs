//! Whether a journal is as it was written, and which record is the first that isn't.
//!
//! Everything is read in chunks of [`CHUNK_ROWS`], each in a short transaction, so an authority
//! can write meanwhile; what it adds after the beginning is left to the next verification.
//! Three things are compared: each record's bytes and its hash, the hashes and
//! the tree's stored nodes, the tree and the signed checkpoints. Somebody who can write the
//! database can make the first two agree with a forgery, but not the third. What lies after the
//! last checkpoint is therefore protected only by the checkpoint that follows, and a journal
//! cut off before its last checkpoints, these removed too, only by a checkpoint that was taken
//! elsewhere: see [`Against::given`].
//!
//! | module | holds |
//! |---|---|
//! | [`self`] | the order of it all |
//! | `pool` | work on all cores, results in order |
//! | `contents` | every content against its digest |
//! | `records` | a chunk of records: each by itself, and the signatures of its checkpoints |
//! | `fold` | the tree over all of them |
//! | `schema` | how the database is built, and whether its files fit together |
//! | `problem` | what can be wrong |

mod contents;
mod fold;
mod named;
mod pool;
mod problem;
mod records;
mod schema;

pub use problem::{Problem, ProblemKind};

use std::io;
use std::path::Path;

use serde::Serialize;

use self::fold::Fold;
use self::problem::Problems;
use self::records::{Examiner, examine};
use super::limits::{CHUNK_ROWS, MAX_CHECKPOINT_FILE_BYTES};
use super::merkle_log::{CheckpointError, SignedCheckpoint};
use super::store::{CHECKPOINT_FILE, Reader, StoreError};
use crate::canonical::Digest;
use crate::causes::in_line;
use crate::disk;
use crate::keys::VerifyingKey;

/// What a journal is compared with.
#[derive(Clone, Copy)]
pub struct Against<'a> {
    /// The key that must have signed the checkpoints.
    pub key: &'a VerifyingKey,
    /// Checkpoints that were taken elsewhere: each must be an earlier state of this log.
    pub given: &'a [SignedCheckpoint],
}

/// The result of a verification.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Verification {
    /// Whether the journal is as it was written.
    pub intact: bool,
    /// The log's name.
    pub origin: String,
    /// One more than the last position that was looked at.
    pub records: u64,
    /// The root over all records; absent where one is missing.
    pub root: Option<Digest>,
    /// The number of stored checkpoints that hold.
    pub checkpoints: u64,
    /// The number of given checkpoints that hold.
    pub given_checkpoints: u64,
    /// Records that the last checkpoint that holds counts.
    pub last_checkpoint_size: u64,
    /// Records after it: only the next checkpoint protects them.
    pub after_last_checkpoint: u64,
    /// Contents whose bytes are those of their digest.
    pub contents: u64,
    /// Contents that are empty, as retention leaves them.
    pub dropped_contents: u64,
    /// How many problems there are.
    pub problem_count: u64,
    /// The problem with the lowest position.
    pub first_problem: Option<Problem>,
    /// The first of them, at most [`super::limits::MAX_LISTED_PROBLEMS`].
    pub problems: Vec<Problem>,
}

impl Verification {
    /// The result for a database that is so damaged that nothing in it can be read.
    fn unreadable(error: &StoreError) -> Self {
        let problem = Problem::of_log(ProblemKind::Unreadable, in_line(error));
        Self {
            intact: false,
            origin: String::new(),
            records: 0,
            root: None,
            checkpoints: 0,
            given_checkpoints: 0,
            last_checkpoint_size: 0,
            after_last_checkpoint: 0,
            contents: 0,
            dropped_contents: 0,
            problem_count: 1,
            first_problem: Some(problem.clone()),
            problems: vec![problem],
        }
    }
}

/// How far a verification is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Progress {
    /// The number of records that were verified.
    pub done: u64,
    /// The number of records that the journal has.
    pub records: u64,
}

/// Verifies the journal of `directory` on all cores, whether or not an authority writes it.
/// `progress` is called after each chunk.
///
/// # Errors
/// If there is none, or it can't be read for a reason that lies outside it. What is wrong with it
/// is no error.
pub fn verify(
    directory: &Path,
    against: Against<'_>,
    progress: impl FnMut(Progress),
) -> Result<Verification, StoreError> {
    match verify_readable(directory, against, progress) {
        Err(
            error @ (StoreError::Damaged(_)
            | StoreError::NotAJournal { .. }
            | StoreError::NotSafe { .. }),
        ) => Ok(Verification::unreadable(&error)),
        verified => verified,
    }
}

fn verify_readable(
    directory: &Path,
    against: Against<'_>,
    mut progress: impl FnMut(Progress),
) -> Result<Verification, StoreError> {
    let reader = Reader::open(directory)?;
    let mut problems = Problems::default();
    schema::check(&reader, &mut problems)?;
    schema::write_ahead_log(directory, &mut problems).map_err(unreadable(directory))?;
    // It counts records that are there already.
    let kept = kept_checkpoint(directory, &mut problems).map_err(unreadable(directory))?;
    let origin = reader.log()?.origin;
    if origin != against.key.name().as_str() {
        problems.add(Problem::other_log(&origin, against.key));
    }
    // In this order: a checkpoint counts records that are there already, and a record's
    // contents are there with it.
    let checkpoints = reader.checkpoint_sizes()?;
    let content_ids = reader.content_ids()?;
    let size = reader.size_as_stored(&mut problems)?;
    let last_checkpoint = checkpoints.and_then(|(_, last)| u64::try_from(last).ok());
    let covered = last_checkpoint.unwrap_or_default();
    let contents = contents::check(directory, &reader, &mut problems)?;

    for problem in schema::integrity(directory)? {
        problems.add(problem);
    }
    let mut fold = Fold::new(&reader, against, kept.as_ref(), problems);
    let mut walk = |fold: &mut Fold<'_>, end: u64| {
        let ranges = Ranges::new(&reader, fold.next(), end);
        let readers = pool::readers(directory)?;
        let examiners = readers
            .into_iter()
            .map(|reader| Examiner::new(reader, against.key, &contents.edited, covered));
        pool::in_order(ranges, examiners.collect(), examine, |chunk| {
            fold.take(chunk?)?;
            progress(Progress {
                done: fold.next(),
                records: end,
            });
            Ok(())
        })?;
        fold.end(end);
        Ok::<_, StoreError>(())
    };
    walk(&mut fold, size)?;
    // Retention may have emptied contents since, by a record that is still to be read.
    if fold.has_uncovered() {
        let end = reader.size()?.max(size);
        walk(&mut fold, end)?;
    }
    fold.check_content_ids(content_ids);
    fold.check_kept(kept.as_ref())?;
    fold.finish(origin, checkpoints, &contents)
}

fn unreadable(directory: &Path) -> impl Fn(io::Error) -> StoreError {
    |cause| StoreError::Directory {
        path: directory.to_owned(),
        cause,
    }
}

/// The checkpoint that is kept beside the database.
fn kept_checkpoint(
    directory: &Path,
    problems: &mut Problems,
) -> io::Result<Option<SignedCheckpoint>> {
    let text = match disk::read(&directory.join(CHECKPOINT_FILE), MAX_CHECKPOINT_FILE_BYTES) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) if error.kind() == io::ErrorKind::PermissionDenied => return Err(error),
        // The service writes a regular file, no link and no pipe.
        Err(error) => Err(in_line(&error)),
        Ok(text) => text
            .parse()
            .map_err(|error: CheckpointError| in_line(&error)),
    };
    Ok(text
        .inspect_err(|cause| {
            let message = format!("`{CHECKPOINT_FILE}` beside the database: {cause}");
            problems.add(Problem::of_log(ProblemKind::Checkpoint, message));
        })
        .ok())
}

impl Reader {
    /// One more than the largest position; a negative one is a problem.
    fn size_as_stored(&self, problems: &mut Problems) -> Result<u64, StoreError> {
        if let Some(first @ ..0) = self.next_record_from(i64::MIN)? {
            problems.add(Problem::negative(first));
        }
        match self.next_record_from(0)? {
            Some(_) => self.size(),
            None => Ok(0),
        }
    }
}

/// Chunks of positions that hold records; where there are none for long, none are planned.
struct Ranges<'a> {
    reader: &'a Reader,
    next: u64,
    end: u64,
}

impl<'a> Ranges<'a> {
    fn new(reader: &'a Reader, next: u64, end: u64) -> Self {
        Self { reader, next, end }
    }
}

impl Iterator for Ranges<'_> {
    type Item = std::ops::Range<u64>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.next >= self.end {
            return None;
        }
        let from = i64::try_from(self.next).unwrap_or(i64::MAX);
        let start = match self.reader.next_record_from(from) {
            Ok(Some(found)) => u64::try_from(found).unwrap_or(self.next),
            // Nothing more, or nothing more that can be read: the end is missed later.
            Ok(None) | Err(_) => {
                self.next = self.end;
                return None;
            }
        };
        // Chunks end where nodes of the tree do.
        let end = (start / CHUNK_ROWS + 1) * CHUNK_ROWS;
        self.next = end.min(self.end);
        Some(start..self.next)
    }
}
