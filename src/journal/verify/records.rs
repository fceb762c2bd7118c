//! A chunk of records: each by itself, and the signatures of the checkpoints over them.

use std::collections::BTreeSet;
use std::ops::Range;

use quick_cache::unsync::Cache;
use uuid::Uuid;

use super::named::Named;
use super::problem::{Problem, ProblemKind};
use crate::canonical::Digest;
use crate::causes::in_line;
use crate::journal::limits::MAX_REMEMBERED_CONTENTS;
use crate::journal::merkle_log::{CheckpointError, SignedCheckpoint, leaf_hash};
use crate::journal::store::{RawRecord, Reader, References, StoreError};
use crate::keys::VerifyingKey;

/// What a chunk of records holds.
pub(super) struct Chunk {
    pub(super) range: Range<u64>,
    /// Positions and hashes, in the order of the rows.
    pub(super) leaves: Vec<(u64, Digest)>,
    pub(super) problems: Vec<Problem>,
    /// Edited contents that records name, with the first record that does.
    pub(super) edited_contents: Vec<(i64, Problem)>,
    /// Sizes and roots of the checkpoints over the end of one of these records.
    pub(super) checkpoints: Vec<(u64, Digest)>,
    /// Up to which position retention has dropped contents, as records here say.
    pub(super) covered: u64,
    /// The last record that names a content that is gone.
    pub(super) last_emptied: Option<u64>,
    /// Contents that are named with greater ids than all before, with the records that do.
    pub(super) new_contents: Vec<(u64, i64)>,
    /// Why not all could be read.
    pub(super) unreadable: Option<String>,
}

/// What one thread needs.
pub(super) struct Examiner<'a> {
    reader: Reader,
    key: &'a VerifyingKey,
    edited: &'a BTreeSet<i64>,
    /// Records that a checkpoint counts.
    covered_by_checkpoint: u64,
    known: Known,
}

impl<'a> Examiner<'a> {
    pub(super) fn new(
        reader: Reader,
        key: &'a VerifyingKey,
        edited: &'a BTreeSet<i64>,
        covered_by_checkpoint: u64,
    ) -> Self {
        Self {
            reader,
            key,
            edited,
            covered_by_checkpoint,
            known: Known(Cache::new(MAX_REMEMBERED_CONTENTS)),
        }
    }
}

/// Contents that records were lately compared with.
struct Known(Cache<i64, Stored>);

/// The part of a content that records are compared with.
#[derive(Clone, Copy)]
struct Stored {
    digest: Digest,
    is_there: bool,
}

impl Known {
    fn content(&mut self, reader: &Reader, id: i64) -> Result<Option<Stored>, StoreError> {
        if let Some(known) = self.0.get(&id) {
            return Ok(Some(*known));
        }
        let Some((digest, is_there)) = reader.raw_content_digest(id)? else {
            return Ok(None);
        };
        let Ok(digest) = digest.try_into() else {
            return Ok(None);
        };
        let stored = Stored {
            digest: Digest::from_bytes(digest),
            is_there,
        };
        self.0.insert(id, stored);
        Ok(Some(stored))
    }
}

/// What one thread does with a chunk.
pub(super) fn examine(examiner: &mut Examiner<'_>, range: Range<u64>) -> Result<Chunk, StoreError> {
    let Examiner {
        reader,
        key,
        edited,
        covered_by_checkpoint,
        known,
    } = examiner;
    let mut chunk = Chunk {
        leaves: Vec::with_capacity(usize::try_from(range.end - range.start).unwrap_or(0)),
        range: range.clone(),
        problems: Vec::new(),
        edited_contents: Vec::new(),
        checkpoints: Vec::new(),
        covered: 0,
        last_emptied: None,
        new_contents: Vec::new(),
        unreadable: None,
    };
    let mut failed = None;
    let scanned = reader.scan_records(range.clone(), |raw| {
        let Ok(position) = u64::try_from(raw.position) else {
            return;
        };
        let mut record = Examined {
            position,
            id: Uuid::from_slice(raw.id).ok(),
            is_covered: position < *covered_by_checkpoint,
            chunk: &mut chunk,
        };
        if let Err(error) = record.examine(&raw, |id| known.content(reader, id), edited) {
            failed.get_or_insert(error);
        }
    });
    match failed.map_or(scanned, Err) {
        Ok(()) => {}
        Err(StoreError::Damaged(cause)) => chunk.unreadable = Some(cause),
        Err(error) => return Err(error),
    }
    checkpoints(reader, key, &mut chunk)?;
    Ok(chunk)
}

/// Opens the notes of the checkpoints over the end of one of the chunk's records.
fn checkpoints(reader: &Reader, key: &VerifyingKey, chunk: &mut Chunk) -> Result<(), StoreError> {
    let sizes = chunk.range.start + 1..chunk.range.end + 1;
    for (size, note) in reader.raw_checkpoints(sizes)? {
        match open(size, &note, key) {
            Ok(root) => chunk.checkpoints.push((size, root)),
            Err(cause) => {
                let cause = in_line(&cause);
                let message = format!("the checkpoint over {size} records: {cause}");
                let problem = Problem::of_log(ProblemKind::Checkpoint, message);
                chunk.problems.push(problem);
            }
        }
    }
    Ok(())
}

/// Why the row of a checkpoint doesn't hold.
#[derive(Debug, thiserror::Error)]
enum NoteError {
    #[error("its note is not text")]
    NotText,
    #[error(transparent)]
    Checkpoint(#[from] CheckpointError),
    #[error("its note counts {0} records")]
    OtherSize(u64),
}

/// The root that the note over `size` records says.
fn open(size: u64, note: &[u8], key: &VerifyingKey) -> Result<Digest, NoteError> {
    let note = std::str::from_utf8(note).map_err(|_| NoteError::NotText)?;
    let note: SignedCheckpoint = note.parse()?;
    let checkpoint = note.open(key)?;
    match checkpoint.size() == size {
        true => Ok(checkpoint.root()),
        false => Err(NoteError::OtherSize(checkpoint.size())),
    }
}

/// The columns that name contents.
const COLUMNS: [&str; 5] = [
    "subject",
    "judgement",
    "policy",
    "candidate_judgement",
    "candidate_policy",
];

/// Retention never drops which policy it was.
fn is_never_dropped(column: &str) -> bool {
    column.ends_with("policy")
}

/// A record under examination. Only the first problem of each is reported: the others follow from it.
struct Examined<'a> {
    position: u64,
    id: Option<Uuid>,
    /// A checkpoint says what its bytes are.
    is_covered: bool,
    chunk: &'a mut Chunk,
}

impl Examined<'_> {
    fn examine(
        &mut self,
        raw: &RawRecord<'_>,
        content: impl FnMut(i64) -> Result<Option<Stored>, StoreError>,
        edited: &BTreeSet<i64>,
    ) -> Result<(), StoreError> {
        let hash = leaf_hash(raw.body);
        let stored = raw.leaf.try_into().map_or(hash, Digest::from_bytes);
        self.chunk.leaves.push((self.position, stored));
        if raw.leaf != hash.as_bytes() {
            let message = "its bytes are not those of its hash: one of them was edited";
            self.problem(ProblemKind::Edited, message.to_owned());
            return Ok(());
        }
        let read = match self.is_covered {
            true => Named::of_covered(raw.body),
            false => Named::of(raw.body),
        };
        let named = match read {
            Ok(named) => named,
            Err(error) => {
                self.problem(ProblemKind::Malformed, format!("its text {error}"));
                return Ok(());
            }
        };
        let id = named.id;
        if raw.id != id.as_bytes() {
            let message = format!("its `id` column is not its id, `{id}`");
            self.problem(ProblemKind::Column, message);
            return Ok(());
        }
        // Retention can only have dropped what was there.
        let covered = named.retained_before.min(self.position);
        self.chunk.covered = self.chunk.covered.max(covered);
        self.contents(&raw.contents, &named.contents, content, edited)
    }

    fn contents(
        &mut self,
        ids: &References,
        named: &[Option<Digest>; 5],
        mut content: impl FnMut(i64) -> Result<Option<Stored>, StoreError>,
        edited: &BTreeSet<i64>,
    ) -> Result<(), StoreError> {
        let ids = [
            ids.subject,
            ids.judgement,
            ids.policy,
            ids.candidate_judgement,
            ids.candidate_policy,
        ];
        for ((column, id), digest) in COLUMNS.iter().zip(ids).zip(named) {
            let (id, digest) = match (id, digest) {
                (None, None) => continue,
                (Some(id), Some(digest)) => (id, digest),
                _ => {
                    let message = format!("its `{column}` column does not agree with its text");
                    self.problem(ProblemKind::Column, message);
                    return Ok(());
                }
            };
            let last = self.chunk.new_contents.last();
            if last.is_none_or(|(_, last)| id > *last) {
                self.chunk.new_contents.push((self.position, id));
            }
            let Some(stored) = content(id)? else {
                let message = format!("its `{column}`, content {id}, is missing");
                self.problem(ProblemKind::ContentMissing, message);
                return Ok(());
            };
            if edited.contains(&id) {
                let message = format!(
                    "the bytes of its `{column}`, content {id}, are not those of its digest"
                );
                let problem =
                    Problem::at(ProblemKind::ContentEdited, self.position, self.id, message);
                self.chunk.edited_contents.push((id, problem));
            } else if stored.digest != *digest {
                let message =
                    format!("its `{column}` column names content {id}, which is not `{digest}`");
                self.problem(ProblemKind::Column, message);
                return Ok(());
            } else if !stored.is_there && is_never_dropped(column) {
                let message =
                    format!("its `{column}`, content {id}, is empty; retention keeps policies");
                self.problem(ProblemKind::ContentMissing, message);
                return Ok(());
            } else if !stored.is_there {
                self.chunk.last_emptied = Some(self.position);
            }
        }
        Ok(())
    }

    fn problem(&mut self, kind: ProblemKind, message: String) {
        let problem = Problem::at(kind, self.position, self.id, message);
        self.chunk.problems.push(problem);
    }
}

/// The records at `range` that name a content that is gone, from `covered` on.
pub(super) fn uncovered(
    reader: &Reader,
    range: Range<u64>,
    covered: u64,
) -> Result<Vec<Problem>, StoreError> {
    let mut found = Vec::new();
    let mut failed = None;
    reader.scan_records(range.start.max(covered)..range.end, |raw| {
        let References {
            subject,
            judgement,
            candidate_judgement,
            policy: _,
            candidate_policy: _,
        } = raw.contents;
        let droppable = [
            ("subject", subject),
            ("judgement", judgement),
            ("candidate_judgement", candidate_judgement),
        ];
        for (column, id) in droppable {
            let Some(id) = id else { continue };
            match reader.raw_content_digest(id) {
                Ok(Some((_, false))) => {
                    let message = format!(
                        "its `{column}`, content {id}, is empty, and no retention is recorded that \
                         would have dropped it"
                    );
                    let position = u64::try_from(raw.position).unwrap_or(covered);
                    let id = Uuid::from_slice(raw.id).ok();
                    let kind = ProblemKind::ContentMissing;
                    found.push(Problem::at(kind, position, id, message));
                    return;
                }
                Ok(_) => {}
                Err(error) => drop(failed.get_or_insert(error)),
            }
        }
    })?;
    failed.map_or(Ok(found), Err)
}
