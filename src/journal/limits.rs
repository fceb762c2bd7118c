//! What bounds the journal.

use std::time::Duration;

use jiff::SignedDuration;

/// Records that are looked at in one transaction for those of one kind, such as approvals.
pub const KIND_SCAN_ROWS: u64 = 16_384;
/// Requests for approvals that are remembered while they are counted. Above, the answers to the oldest
/// count for no rule and no time.
pub const MAX_APPROVALS_SEEN: usize = 200_000;
/// Times to an answer whose middle is looked for. Later ones are not looked at.
pub const MAX_APPROVAL_TIMES: usize = 1_000_000;
/// Rules whose answers are counted.
pub const MAX_APPROVAL_RULES: usize = 10_000;
/// Records that wait for the writer. Above, a caller waits for room.
pub const MAX_QUEUED_RECORDS: usize = 2_048;
/// Records that wait for room in the queue. Above, they are refused.
pub const MAX_WAITING_RECORDS: usize = 16 * 1024;
/// Between two looks at the queue, while the written-within mode gathers records.
pub const GATHER_PAUSE: Duration = Duration::from_millis(5);
/// The greatest number of records in one commit.
pub const MAX_GROUP_RECORDS: usize = 1_024;
/// How long a caller waits for its record to be on disk, before the decision is refused.
pub const MAX_COMMIT_WAIT: Duration = Duration::from_secs(10);
/// The longest promise of the `written-within` mode.
pub const MAX_WRITTEN_WITHIN: Duration = Duration::from_secs(60);
/// How long the writer waits for a lock that another process holds on the database.
pub const MAX_LOCK_WAIT: Duration = Duration::from_millis(500);
/// Between two tries to open a journal that failed.
pub const REOPEN_PAUSE: Duration = Duration::from_millis(200);
/// Bytes that a disk must take before a journal that failed is written again: room for a commit.
pub const TRIAL_BYTES: usize = 256 * 1024;
/// Between two looks at whether the journal's files are still those that are written, while no
/// decision is recorded: a service that can't record must say so within a second.
pub const FILES_CHECK_INTERVAL: Duration = Duration::from_millis(500);
/// How long a journal that is closed tries to write what was answered, if it can't be written.
pub const LAST_WRITES_TIME: Duration = Duration::from_secs(5);
/// Between two complaints in the log that the journal can't be written.
pub const COMPLAINT_INTERVAL: Duration = Duration::from_secs(60);
/// For each checkpoint that callers ask for, on average: each stays.
pub const ASKED_CHECKPOINT_INTERVAL: Duration = Duration::from_secs(1);
/// Such checkpoints that may be signed at once.
pub const MAX_CHECKPOINTS_AT_ONCE: u32 = 8;
/// Records after which a checkpoint is signed.
pub const CHECKPOINT_RECORDS: u64 = 10_000;
/// The time after which a checkpoint is signed, if there are new records.
pub const CHECKPOINT_INTERVAL: Duration = Duration::from_secs(10);
/// Contents whose id is remembered, so that they are stored once.
pub const MAX_REMEMBERED_CONTENTS: usize = 65_536;
/// About how many bytes of write-ahead log are written before it is moved into the database.
pub const WAL_MOVE_BYTES: u64 = 16 * 1024 * 1024;
/// Bytes that a commit adds to the write-ahead log beside its records: the pages that it touches.
pub const COMMIT_OVERHEAD_BYTES: u64 = 24 * 1024;
/// Bytes of write-ahead log that are kept as a file for reuse.
pub const WAL_KEPT_BYTES: i64 = 64 * 1024 * 1024;
/// Pages of the database that the writer's connection keeps in memory, in KiB.
pub const PAGE_CACHE_KIB: u32 = 16 * 1024;
/// Pages that the connection of a call of a service keeps while the call reads, in KiB.
pub const CALL_PAGE_CACHE_KIB: u32 = 512;
/// Bytes of contents that a call of a service remembers while it reads.
pub const CALL_CONTENT_BYTES: u64 = 512 * 1024;
/// About how many bytes of entries one step of a call of a service answers.
pub const CALL_STEP_BYTES: usize = 256 * 1024;
/// Bytes of records of one kind that one step reads, beyond which it ends early.
pub const KIND_SCAN_BYTES: usize = 1024 * 1024;
/// Contents that retention drops at once.
pub const MAX_DROPPED_CONTENTS: usize = 1_000_000;
/// The longest step between two neighbouring records that makes the older one older: one that is
/// longer is a service at rest, or a clock that was set.
pub const MAX_AGE_STEP: SignedDuration = SignedDuration::from_hours(1);
/// Empty pages that are given back to the file system in one commit, which others wait for.
pub const GIVEN_BACK_PAGES: u32 = 256;
/// Between two looks at whether what was dropped is erased.
pub const ERASE_PAUSE: Duration = Duration::from_millis(200);
/// The number of looks before erasing is left to the next retention: somebody who reads
/// the journal all the time keeps its write-ahead log from being emptied.
pub const MAX_ERASE_LOOKS: u32 = 300;
/// Rows that a reader takes at once. Between two chunks the write-ahead log can be reused.
pub const CHUNK_ROWS: u64 = 4_096;
/// The greatest difference between the order of records and the order of their times. It covers
/// the time that a decision waits for its commit and the time by which a clock is set back.
pub const TIME_SLACK: Duration = Duration::from_secs(5 * 60);
/// Rows that one step of a query looks at.
pub const SCAN_ROWS: u64 = 512;
/// About how many bytes of entries one step of a query answers, beyond which it ends early.
pub const SCAN_BYTES: usize = 4 * 1024 * 1024;
/// Blocks of the index that one step of a query looks through.
pub const INDEX_STEP_BLOCKS: u64 = 512;
/// Blocks that are added to the index at once.
pub const INDEX_BATCH_BLOCKS: u64 = 8;
/// Between two looks whether there are records for another block of the index.
pub const INDEX_INTERVAL: Duration = Duration::from_secs(1);
/// How long it waits after a failure.
pub const INDEX_RETRY_INTERVAL: Duration = Duration::from_secs(60);
/// Contents that a query remembers, about.
pub const READ_CACHE_CONTENTS: usize = 1_024;
/// Bytes of contents that a query remembers.
pub const READ_CACHE_BYTES: u64 = 8 * 1024 * 1024;
/// Different names of one sort that statistics count one by one; the rest is counted together.
pub const MAX_COUNTED_NAMES: usize = 1_000;
/// How long a reader that follows a journal waits before it looks for new records.
pub const FOLLOW_INTERVAL: Duration = Duration::from_millis(100);
/// Contents that are checked in one short transaction: their bodies are large.
pub const CHUNK_CONTENTS: i64 = 1_024;
/// Problems that a verification lists; the others are counted.
pub const MAX_LISTED_PROBLEMS: usize = 100;

/// Bytes of a file that holds a checkpoint.
pub const MAX_CHECKPOINT_FILE_BYTES: usize = 64 * 1024;
/// Findings of SQLite about damaged pages and indexes that a verification lists.
pub const MAX_INTEGRITY_FINDINGS: u32 = 20;
