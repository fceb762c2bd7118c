//! What bounds a replay.

/// Records that a worker takes at once, in one short transaction.
pub const CHUNK_RECORDS: u64 = 512;
/// Bytes of subjects that are kept, as they are stored; in memory they take some times as much.
pub const MAX_CACHED_SUBJECT_BYTES: u64 = 24 * 1024 * 1024;
/// Bytes of judgements that are kept, as they are stored.
pub const MAX_CACHED_JUDGEMENT_BYTES: u64 = 8 * 1024 * 1024;
/// Contents that the caches are made for.
pub const EXPECTED_CONTENTS: usize = 32_768;
/// Policies that made the decisions of one replay.
pub const MAX_RECORDED_POLICIES: usize = 64;
