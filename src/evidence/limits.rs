//! What bounds evidence.

/// Bytes of a session's id in a trailer and in a bundle.
pub const MAX_SESSION_BYTES: usize = 256;
/// Bytes of a bundle.
pub const MAX_BUNDLE_BYTES: usize = 64 * 1024 * 1024;
/// Records of a bundle.
pub const MAX_BUNDLE_RECORDS: usize = 100_000;
/// Hashes of one proof: a log has at most 2^53 records.
pub const MAX_PROOF_HASHES: usize = 53;
/// Commits of a change that are looked at.
pub const MAX_COMMITS: usize = 10_000;
/// Sessions that one commit may name.
pub const MAX_COMMIT_SESSIONS: usize = 64;
