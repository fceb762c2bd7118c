//! Keys that follow from a log's key: the same for all the life of a log, and others for each log.
//!
//! An Ed25519 signature is deterministic (RFC 8032 section 5.1.6), and nobody else gets to see
//! these ones.

use super::SigningKey;
use crate::canonical::Digest;

/// Bytes of a derived key.
pub const DERIVED_BYTES: usize = 32;

/// The key of the marks that replace secrets in a journal.
#[must_use]
pub fn redaction_key(log: &SigningKey) -> [u8; DERIVED_BYTES] {
    derived(log, b"cavra.journal.redaction-key.v1")
}

/// Which decisions a shadow run samples, if no key is given for that.
#[must_use]
pub fn sampling_key(log: &SigningKey) -> [u8; DERIVED_BYTES] {
    derived(log, b"cavra.shadow.sampling-key.v1")
}

/// The key of the hashes by which records name actions and sessions that need approval.
#[must_use]
pub fn approval_key(log: &SigningKey) -> [u8; DERIVED_BYTES] {
    derived(log, b"cavra.journal.approval-key.v1")
}

fn derived(log: &SigningKey, purpose: &[u8]) -> [u8; DERIVED_BYTES] {
    *Digest::of(&log.sign(purpose)).as_bytes()
}
