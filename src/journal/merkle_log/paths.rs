//! Which hashes of the tree an inclusion or a consistency proof takes (RFC 6962 section 2.1).

use std::ops::Range;

use ct_merkle::{indices_for_consistency_proof, indices_for_inclusion_proof};

use super::tree::{LEVELS_A_BAND, MAX_LEAVES, Tree, fold_right, parent_hash};
use crate::canonical::Digest;

/// Where the hashes of a log are kept.
pub trait NodeSource {
    /// Why hashes can't be read.
    type Error;

    /// The hashes of the leaves at these positions, in order. At most 128 are asked for.
    ///
    /// # Errors
    /// If they can't be read. Fewer than were asked for are taken as missing.
    fn leaves(&self, positions: Range<u64>) -> Result<Vec<Digest>, Self::Error>;

    /// The hashes of the nodes with these numbers, in order; `level` is a multiple of
    /// [`LEVELS_A_BAND`] and not 0. At most 128 are asked for.
    ///
    /// # Errors
    /// As [`Self::leaves`].
    fn nodes(&self, level: u8, numbers: Range<u64>) -> Result<Vec<Digest>, Self::Error>;
}

/// Why a log can't be read or proved.
#[derive(Debug, thiserror::Error)]
pub enum TreeError<E> {
    /// The source failed.
    #[error("hashes of the log can't be read")]
    Source(#[source] E),
    /// The source holds less than the log.
    #[error("hashes {} to {} of level {level} are missing from the log", numbers.start, numbers.end)]
    Missing {
        /// The level of the nodes; 0 for leaves.
        level: u8,
        /// The numbers of the nodes at that level.
        numbers: Range<u64>,
    },
    /// The log has no record at that position.
    #[error("there is no record at position {position} in a log of {size} records")]
    NoSuchRecord {
        /// The position that was asked for.
        position: u64,
        /// The number of records in the log.
        size: u64,
    },
    /// A log doesn't grow backwards.
    #[error("a log of {old_size} records can't be the start of one of {size}")]
    Shrunk {
        /// The size that should be the smaller.
        old_size: u64,
        /// The size that should be the larger.
        size: u64,
    },
    /// The size is greater than [`MAX_LEAVES`].
    #[error("a log holds at most {MAX_LEAVES} records, not {0}")]
    TooLarge(u64),
}

impl Tree {
    /// The log of the first `size` records, from what is stored of it.
    ///
    /// Reads at most 255 hashes for each [`LEVELS_A_BAND`] levels.
    ///
    /// # Errors
    /// If hashes can't be read or are missing, or `size` is beyond [`MAX_LEAVES`].
    pub fn resume<S: NodeSource>(source: &S, size: u64) -> Result<Self, TreeError<S::Error>> {
        let size = limited(size)?;
        Ok(Self::from_edge(size, subtrees(source, 0..size)?))
    }
}

/// The root of the first `size` records.
///
/// # Errors
/// As [`Tree::resume`].
pub fn root_at<S: NodeSource>(source: &S, size: u64) -> Result<Digest, TreeError<S::Error>> {
    Ok(Tree::resume(source, size)?.root())
}

/// The hashes that lead from the record at `position` to the root of the first `size` records:
/// `PATH(position, D[size])` of RFC 6962 section 2.1.1, empty for a log of one record.
///
/// Reads at most 510 hashes for each [`LEVELS_A_BAND`] levels, in at most 106 reads.
///
/// # Errors
/// If there is no such record, or as [`Tree::resume`].
pub fn inclusion_path<S: NodeSource>(
    source: &S,
    position: u64,
    size: u64,
) -> Result<Vec<Digest>, TreeError<S::Error>> {
    let size = limited(size)?;
    if position >= size {
        return Err(TreeError::NoSuchRecord { position, size });
    }
    let indices = indices_for_inclusion_proof(size, position);
    hashes(source, &indices, size)
}

/// The hashes that prove the first `old_size` records to be the start of the first `size`:
/// `PROOF(old_size, D[size])` of RFC 6962 section 2.1.2. Empty where nothing needs proof: for
/// equal sizes, and where the old log held nothing.
///
/// # Errors
/// If the old log is the larger, or as [`Tree::resume`].
pub fn consistency_path<S: NodeSource>(
    source: &S,
    old_size: u64,
    size: u64,
) -> Result<Vec<Digest>, TreeError<S::Error>> {
    let size = limited(size)?;
    match size.checked_sub(old_size) {
        None => Err(TreeError::Shrunk { old_size, size }),
        Some(_) if old_size == 0 => Ok(Vec::new()),
        Some(added) => {
            let indices = indices_for_consistency_proof(old_size, added);
            hashes(source, &indices, size)
        }
    }
}

fn limited<E>(size: u64) -> Result<u64, TreeError<E>> {
    if size > MAX_LEAVES {
        return Err(TreeError::TooLarge(size));
    }
    Ok(size)
}

/// The hashes of nodes that are named as in array-based trees (RFC 9420 appendix C): the level
/// is the count of trailing ones, the number is the part before the zero above them.
fn hashes<S: NodeSource>(
    source: &S,
    indices: &[u64],
    size: u64,
) -> Result<Vec<Digest>, TreeError<S::Error>> {
    let ranges = indices.iter().map(|index| {
        let level = index.trailing_ones();
        let number = index >> (level + 1);
        // The last node of a level may cover less than its share.
        number << level..((number + 1) << level).min(size)
    });
    ranges
        .map(|leaves| {
            let missing = TreeError::Missing {
                level: 0,
                numbers: leaves.clone(),
            };
            fold_right(&subtrees(source, leaves)?).ok_or(missing)
        })
        .collect()
}

/// The complete subtrees that `leaves` consists of, the largest first; `leaves` must start where
/// a subtree at least as large as the range starts.
fn subtrees<S: NodeSource>(
    source: &S,
    leaves: Range<u64>,
) -> Result<Vec<Digest>, TreeError<S::Error>> {
    let mut found = Vec::new();
    let mut start = leaves.start;
    while let Some(level) = leaves.end.saturating_sub(start).checked_ilog2() {
        found.push(subtree(source, level, start >> level)?);
        start += 1 << level;
    }
    Ok(found)
}

/// A complete subtree, from the highest kept level that isn't above it.
fn subtree<S: NodeSource>(
    source: &S,
    level: u32,
    number: u64,
) -> Result<Digest, TreeError<S::Error>> {
    let above = level % u32::from(LEVELS_A_BAND);
    let kept = u8::try_from(level - above).unwrap_or(u8::MAX);
    let numbers = number << above..(number + 1) << above;
    let read = match kept {
        0 => source.leaves(numbers.clone()),
        _ => source.nodes(kept, numbers.clone()),
    };
    let mut hashes = read.map_err(TreeError::Source)?;
    let root = match u64::try_from(hashes.len()) {
        Ok(count) if count == 1 << above => collapse(&mut hashes),
        _ => None,
    };
    root.ok_or(TreeError::Missing {
        level: kept,
        numbers,
    })
}

/// The root over a power of two of hashes.
fn collapse(hashes: &mut Vec<Digest>) -> Option<Digest> {
    while hashes.len() > 1 {
        *hashes = hashes
            .chunks_exact(2)
            .filter_map(|pair| match pair {
                [left, right] => Some(parent_hash(left, right)),
                _ => None,
            })
            .collect();
    }
    hashes.first().copied()
}
