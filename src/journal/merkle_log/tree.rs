use sha2::{Digest as _, Sha256};

use crate::canonical::Digest;

/// Records in one log: RFC 8785 can't tell larger integers apart, and a proof names positions.
pub const MAX_LEAVES: u64 = (1 << 53) - 1;

/// Of the levels above the leaves, every how many one is kept.
pub const LEVELS_A_BAND: u8 = 8;

/// The hash of a leaf: SHA-256 over `0x00` and the record (RFC 6962 section 2.1).
#[must_use]
pub fn leaf_hash(record: &[u8]) -> Digest {
    let mut hasher = Sha256::new();
    hasher.update([0]);
    hasher.update(record);
    Digest::from_bytes(hasher.finalize().into())
}

/// The hash of an inner node: SHA-256 over `0x01` and its children (RFC 6962 section 2.1).
pub(super) fn parent_hash(left: &Digest, right: &Digest) -> Digest {
    // Both children fit one buffer, which is faster to hash than three pieces.
    let mut bytes = [1; 65];
    let (children_left, children_right) = bytes.split_at_mut(33);
    if let Some(place) = children_left.get_mut(1..) {
        place.copy_from_slice(left.as_bytes());
    }
    children_right.copy_from_slice(right.as_bytes());
    Digest::of(&bytes)
}

/// A complete subtree: the `number`th at its level, counted from 0, which covers the leaves
/// from `number << level` to `(number + 1) << level`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Node {
    /// How many levels above the leaves; a multiple of [`LEVELS_A_BAND`], at most 48.
    pub level: u8,
    /// The number of the node at its level, from 0.
    pub number: u64,
    /// The node's hash.
    pub hash: Digest,
}

/// A log as far as appending to it needs: its size, and the roots of the complete subtrees at
/// its right edge, at most 53.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Tree {
    size: u64,
    /// The largest subtree first: one for each bit that is set in `size`.
    edge: Vec<Digest>,
}

impl Tree {
    /// The log that holds nothing.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    pub(super) fn from_edge(size: u64, edge: Vec<Digest>) -> Self {
        Self { size, edge }
    }

    /// Appends a leaf. Gives the nodes to store that this leaf completes, the lowest first:
    /// none for 255 leaves of 256, never more than 6.
    ///
    /// The caller must keep the log within [`MAX_LEAVES`].
    #[must_use = "nodes that aren't stored are missing from later proofs"]
    pub fn push(&mut self, leaf: Digest) -> Vec<Node> {
        let merged = self.size.trailing_ones() as usize;
        let kept = self.edge.len().saturating_sub(merged);
        let mut node = Node {
            level: 0,
            number: self.size,
            hash: leaf,
        };
        let mut completed = Vec::new();
        for left in self.edge.drain(kept..).rev() {
            node = Node {
                level: node.level + 1,
                number: node.number >> 1,
                hash: parent_hash(&left, &node.hash),
            };
            if node.level.is_multiple_of(LEVELS_A_BAND) {
                completed.push(node);
            }
        }
        self.edge.push(node.hash);
        self.size += 1;
        completed
    }

    /// How many leaves it holds.
    #[must_use]
    pub fn size(&self) -> u64 {
        self.size
    }

    /// The Merkle Tree Hash (RFC 6962 section 2.1); of the empty log, that of the empty string.
    #[must_use]
    pub fn root(&self) -> Digest {
        fold_right(&self.edge).unwrap_or_else(|| Digest::of(b""))
    }
}

/// The root over subtrees that grow smaller to the right.
pub(super) fn fold_right(subtrees: &[Digest]) -> Option<Digest> {
    let (last, larger) = subtrees.split_last()?;
    let root = larger.iter().rev();
    Some(root.fold(*last, |right, left| parent_hash(left, &right)))
}
