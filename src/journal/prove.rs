//! Proofs of what a journal holds, against the last checkpoint that it signed.

use uuid::Uuid;

use super::merkle_log::{
    ConsistencyProof, InclusionProof, SignedCheckpoint, consistency_path, inclusion_path,
    leaf_hash, root_at,
};
use super::store::{Reader, Row, StoreError};
use crate::canonical::Digest;

/// Why something can't be proved.
#[derive(Debug, thiserror::Error)]
pub enum ProveError {
    /// The journal can't be read.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// No record has this id.
    #[error("there is no decision or event `{0}` in the journal")]
    NoSuchRecord(Uuid),
    /// No checkpoint was signed yet.
    #[error(
        "the journal has no checkpoint yet: a running authority signs one within 10 s of a \
         decision, and when it stops"
    )]
    NoCheckpoint,
    /// The record is not counted by a checkpoint yet.
    #[error(
        "the record is at position {position}, after the last checkpoint, which counts \
         {size} records: a running authority signs the next within 10 s or 10,000 records, and \
         when it stops; ask again then"
    )]
    NotYetSigned {
        /// Its position in the log.
        position: u64,
        /// The number of records that the last checkpoint covers.
        size: u64,
    },
    /// There is no checkpoint of that size.
    #[error("the journal has no checkpoint over {size} records: {nearest}")]
    NoCheckpointOf {
        /// The size that was asked for.
        size: u64,
        /// The nearest checkpoints that exist.
        nearest: Nearest,
    },
    /// The older checkpoint counts more than the log's last.
    #[error(
        "the checkpoint counts {from_size} records, but the journal's last one {size}: the \
         journal has lost some, or is another"
    )]
    Shorter {
        /// The older checkpoint's.
        from_size: u64,
        /// The last one's.
        size: u64,
    },
    /// The record or the tree doesn't match the checkpoint.
    #[error("{0}; `cavra journal verify` shows where")]
    Contradicted(&'static str),
    /// The older checkpoint is not a state of this log.
    #[error("the checkpoint over {size} records is not an earlier state of this journal")]
    OtherHistory {
        /// The number of records that the checkpoint covers.
        size: u64,
    },
}

/// The checkpoints around a size, as text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Nearest(Option<u64>, Option<u64>);

impl std::fmt::Display for Nearest {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match (self.0, self.1) {
            (Some(below), Some(above)) => write!(f, "the nearest are over {below} and {above}"),
            (Some(one), None) | (None, Some(one)) => write!(f, "the nearest is over {one}"),
            (None, None) => f.write_str("it has none"),
        }
    }
}

impl ProveError {
    /// Whether the journal contradicts itself or the checkpoint, rather than that the question
    /// can't be answered.
    #[must_use]
    pub fn is_contradiction(&self) -> bool {
        matches!(
            self,
            Self::Shorter { .. } | Self::Contradicted(_) | Self::OtherHistory { .. }
        )
    }
}

/// The last checkpoint.
///
/// # Errors
/// If there is none, or it can't be read.
pub fn last_checkpoint(reader: &Reader) -> Result<SignedCheckpoint, ProveError> {
    let found = reader.last_checkpoint()?;
    found.map(|(_, note)| note).ok_or(ProveError::NoCheckpoint)
}

/// The checkpoint over exactly `size` records.
///
/// # Errors
/// If there is none, with the sizes of its neighbours.
pub fn checkpoint_of(reader: &Reader, size: u64) -> Result<SignedCheckpoint, ProveError> {
    if let Some((_, note)) = reader.checkpoints(size..size + 1)?.pop() {
        return Ok(note);
    }
    let (below, above) = reader.checkpoint_sizes_around(size)?;
    Err(ProveError::NoCheckpointOf {
        size,
        nearest: Nearest(below, above),
    })
}

/// Records that are in the log of one checkpoint.
#[derive(Debug, Clone)]
pub struct Included {
    /// The last checkpoint.
    pub checkpoint: SignedCheckpoint,
    /// The records in the order of the log.
    pub records: Vec<IncludedRecord>,
}

/// A record, and the path from it to the root.
#[derive(Debug, Clone)]
pub struct IncludedRecord {
    /// The record's position in the log, from 0.
    pub position: u64,
    /// The record's canonical text.
    pub record: String,
    /// The hashes from the record to the root.
    pub path: Vec<Digest>,
}

/// The proof that the record with `id` is in the log of the last checkpoint.
///
/// # Errors
/// If there is no such record, no checkpoint counts it, or the journal contradicts itself: a
/// proof that would not hold is not given.
pub fn inclusion(reader: &Reader, id: Uuid) -> Result<InclusionProof, ProveError> {
    let Included {
        checkpoint,
        records,
    } = inclusions(reader, &[id])?;
    let only = records.into_iter().next();
    let IncludedRecord {
        position,
        record,
        path,
    } = only.ok_or(ProveError::NoSuchRecord(id))?;
    Ok(InclusionProof::new(record, position, path, &checkpoint))
}

/// The records with these ids, each with the path to the root of the last checkpoint, which is the same
/// for all.
///
/// # Errors
/// As [`inclusion`], for the first record that can't be proved.
pub fn inclusions(reader: &Reader, ids: &[Uuid]) -> Result<Included, ProveError> {
    let found = ids.iter().map(|id| {
        let row = reader.find(*id)?;
        row.ok_or(ProveError::NoSuchRecord(*id))
    });
    let mut rows: Vec<Row> = found.collect::<Result<_, _>>()?;
    rows.sort_unstable_by_key(|row| row.position);
    rows.dedup_by_key(|row| row.position);
    let checkpoint = last_checkpoint(reader)?;
    let size = checkpoint.unverified().size();
    let last = rows.last().map(|row| row.position);
    if let Some(position) = last.filter(|position| *position >= size) {
        return Err(ProveError::NotYetSigned { position, size });
    }
    let is_edited = |row: &Row| leaf_hash(row.body.as_bytes()) != row.leaf;
    if rows.iter().any(is_edited) {
        return Err(ProveError::Contradicted("the record was edited"));
    }
    agrees(reader, &checkpoint)?;
    let records = rows.into_iter().map(|row| {
        let path = inclusion_path(reader, row.position, size).map_err(StoreError::from)?;
        Ok(IncludedRecord {
            position: row.position,
            record: row.body,
            path,
        })
    });
    Ok(Included {
        records: records.collect::<Result<_, ProveError>>()?,
        checkpoint,
    })
}

/// The proof that the log of the last checkpoint continues that of `from`.
///
/// # Errors
/// If it doesn't: `from` counts more, or its root is not that of as many records here.
pub fn consistency(
    reader: &Reader,
    from: &SignedCheckpoint,
) -> Result<ConsistencyProof, ProveError> {
    let last = last_checkpoint(reader)?;
    let (from_size, size) = (from.unverified().size(), last.unverified().size());
    if from_size > size {
        return Err(ProveError::Shorter { from_size, size });
    }
    agrees(reader, &last)?;
    if from.unverified().origin() != last.unverified().origin()
        || root_at(reader, from_size).map_err(StoreError::from)? != from.unverified().root()
    {
        return Err(ProveError::OtherHistory { size: from_size });
    }
    let path = consistency_path(reader, from_size, size).map_err(StoreError::from)?;
    Ok(ConsistencyProof::new(from, &last, path))
}

/// A proof from other hashes than the checkpoint's would not hold.
fn agrees(reader: &Reader, checkpoint: &SignedCheckpoint) -> Result<(), ProveError> {
    let said = checkpoint.unverified();
    match root_at(reader, said.size()).map_err(StoreError::from)? == said.root() {
        true => Ok(()),
        false => Err(ProveError::Contradicted(
            "the records are not those that the last checkpoint was signed for",
        )),
    }
}
