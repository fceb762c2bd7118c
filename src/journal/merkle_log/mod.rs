//! The Merkle log (RFC 6962) over canonical record bytes, and what makes it provable: signed
//! checkpoints, and inclusion and consistency proofs. No I/O.
//!
//! Of the tree only the leaf hashes and every eighth level are kept ([`LEVELS_A_BAND`]). What
//! lies between is recomputed from at most 255 hashes a band, so that a record costs one hash
//! on disk, and a proof over 10 million records reads at most 940 of them, in 31 reads.

mod checkpoint;
mod paths;
mod proof;
mod tree;

pub use checkpoint::{
    Checkpoint, CheckpointError, LastLifecycle, MAX_EXTENSIONS, SignedCheckpoint,
};
pub use paths::{NodeSource, TreeError, consistency_path, inclusion_path, root_at};
pub use proof::{
    CheckedConsistency, CheckedInclusion, ConsistencyProof, InclusionProof, MAX_PROOF_BYTES, Proof,
    ProofError, ProofFormatError, included,
};
pub use tree::{LEVELS_A_BAND, MAX_LEAVES, Node, Tree, leaf_hash};
