//! What bounds a replay.

/// The greatest number of records that a worker takes at once. Within them the same contents are
/// often repeated.
pub const STRETCH_RECORDS: u64 = 16_384;
/// Stretches that there are for each worker, where there are enough records: so that all are
/// done at about the same time.
pub const STRETCHES_PER_WORKER: u64 = 4;
/// Records that a worker reads at once, in short transactions.
pub const CHUNK_RECORDS: u64 = 256;
/// Bytes of subjects that all workers keep, as they are stored. In memory they take several times
/// as much.
pub const MAX_CACHED_SUBJECT_BYTES: u64 = 6 * 1024 * 1024;
/// Bytes of judgements that all workers keep, as they are stored.
pub const MAX_CACHED_JUDGEMENT_BYTES: u64 = 2 * 1024 * 1024;
/// Contents that their caches are made for.
pub const EXPECTED_CONTENTS: usize = 8_192;
/// Policies that made the decisions of one replay.
pub const MAX_RECORDED_POLICIES: usize = 64;
