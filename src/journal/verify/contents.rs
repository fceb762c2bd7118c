//! Every content against its digest.

use std::collections::BTreeSet;
use std::ops::Range;
use std::path::Path;

use super::pool;
use super::problem::{Problem, ProblemKind, Problems};
use crate::canonical::Digest;
use crate::journal::limits::{CHUNK_CONTENTS, MAX_LISTED_PROBLEMS};
use crate::journal::store::{Reader, StoreError};

/// What was found of the contents.
#[derive(Default)]
pub(super) struct Contents {
    /// Whose bytes are those of their digest.
    pub(super) sound: u64,
    /// Whose bytes are gone.
    pub(super) dropped: u64,
    /// The ids of the others; the first of them, at most [`MAX_LISTED_PROBLEMS`].
    pub(super) edited: BTreeSet<i64>,
}

/// One chunk's.
#[derive(Default)]
struct Chunk {
    sound: u64,
    dropped: u64,
    edited: Vec<i64>,
    unreadable: Option<String>,
}

/// Hashes all contents that are there now.
pub(super) fn check(
    directory: &Path,
    reader: &Reader,
    problems: &mut Problems,
) -> Result<Contents, StoreError> {
    let end = reader.last_content()?.saturating_add(1);
    let mut next = i64::MIN;
    let ranges = std::iter::from_fn(|| {
        let start = match reader.next_content_from(next) {
            Ok(Some(start)) if start < end => start,
            // What can't be read here can't be found by the records that name it either.
            _ => return None,
        };
        next = start.saturating_add(CHUNK_CONTENTS).min(end);
        Some(start..next)
    });
    let mut found = Contents::default();
    pool::in_order(ranges, pool::readers(directory)?, hash, |chunk| {
        let chunk = chunk?;
        found.sound += chunk.sound;
        found.dropped += chunk.dropped;
        if let Some(cause) = chunk.unreadable {
            let message = format!("contents can't be read: {cause}");
            problems.add(Problem::of_log(ProblemKind::Unreadable, message));
        }
        let room = MAX_LISTED_PROBLEMS.saturating_sub(found.edited.len());
        found.edited.extend(chunk.edited.into_iter().take(room));
        Ok(())
    })?;
    Ok(found)
}

fn hash(reader: &mut Reader, range: Range<i64>) -> Result<Chunk, StoreError> {
    let mut chunk = Chunk::default();
    let scanned = reader.scan_contents(range, |content| match content.body {
        None => chunk.dropped += 1,
        Some(body) if Digest::of(body).as_bytes() == content.digest => chunk.sound += 1,
        Some(_) => chunk.edited.push(content.id),
    });
    match scanned {
        Ok(()) => {}
        Err(StoreError::Damaged(cause)) => chunk.unreadable = Some(cause),
        Err(error) => return Err(error),
    }
    Ok(chunk)
}
