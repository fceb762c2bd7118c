//! What bounds the journal.

use std::time::Duration;

/// Records that wait for the writer. Above, a caller waits for room.
pub const MAX_QUEUED_RECORDS: usize = 2_048;
/// Records of one commit.
pub const MAX_GROUP_RECORDS: usize = 1_024;
/// How long a caller waits for its record to be on disk, before the decision is refused.
pub const MAX_COMMIT_WAIT: Duration = Duration::from_secs(10);
/// The longest promise of the `written-within` mode.
pub const MAX_WRITTEN_WITHIN: Duration = Duration::from_secs(60);
/// How long the writer waits for a lock that another process holds on the database.
pub const MAX_LOCK_WAIT: Duration = Duration::from_millis(500);
/// Between two tries to open a journal that failed.
pub const REOPEN_PAUSE: Duration = Duration::from_millis(200);
/// Records after which a checkpoint is signed.
pub const CHECKPOINT_RECORDS: u64 = 10_000;
/// The time after which a checkpoint is signed, if there are new records.
pub const CHECKPOINT_INTERVAL: Duration = Duration::from_secs(10);
/// Contents whose place is remembered, so that they are stored once.
pub const MAX_REMEMBERED_CONTENTS: usize = 65_536;
/// About how many bytes of write-ahead log are written before it is moved into the database.
pub const WAL_MOVE_BYTES: u64 = 16 * 1024 * 1024;
/// Bytes that a commit adds to the write-ahead log beside its records: the pages that it touches.
pub const COMMIT_OVERHEAD_BYTES: u64 = 24 * 1024;
/// Bytes of write-ahead log that are kept as a file for reuse.
pub const WAL_KEPT_BYTES: i64 = 64 * 1024 * 1024;
/// Pages of the database that a connection keeps in memory, in KiB.
pub const PAGE_CACHE_KIB: u32 = 16 * 1024;
/// Rows that a reader takes at once. Between two chunks the write-ahead log can be reused.
pub const CHUNK_ROWS: u64 = 4_096;
/// Contents that are checked in one short transaction: their bodies are large.
pub const CHUNK_CONTENTS: i64 = 1_024;
/// Problems that a verification lists; the others are counted.
pub const MAX_LISTED_PROBLEMS: usize = 100;
