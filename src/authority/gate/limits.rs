//! The limits of the store of policies, and of the gate before it.

/// Bundles that were proposed and never came into force.
pub const MAX_CANDIDATES: usize = 16;
/// Bytes of all bundles that were proposed and never came into force, as they are kept.
pub const MAX_CANDIDATE_BYTES: u64 = 64 * 1024 * 1024;
/// Bytes of all bundles that were withdrawn and never came into force. The journal keeps them, since
/// records name them. A store that has more takes only bundles that it keeps already.
pub const MAX_WITHDRAWN_BYTES: u64 = 1024 * 1024 * 1024;
/// Bytes of a bundle as it is kept: its canonical JSON.
pub const MAX_KEPT_BUNDLE_BYTES: usize = 32 * 1024 * 1024;
/// Records of the lifecycle of policies that a service reads when it starts. One of them has about
/// 1 KiB, stays in memory, and takes about a millisecond to be proved.
pub const MAX_LIFECYCLE_RECORDS: usize = 20_000;
/// Of these, records that only a change of what is enforced may use, with its request and its
/// approvals: there is always a way on and back.
pub const RESERVED_LIFECYCLE_RECORDS: usize = 1_000;
/// Requests that are recorded for the policy in force and not used.
pub const MAX_OPEN_REQUESTS: usize = 64;
/// Of these, requests of one person.
pub const MAX_OPEN_REQUESTS_EACH: usize = 16;
/// Shadow runs of one bundle that are recorded since the policy in force came into force. No more are
/// started.
pub const MAX_RUNS_OF_A_BUNDLE: usize = 32;
/// Shadow runs of all bundles together that are recorded since the policy in force came into force. Each has two
/// lifecycle records.
pub const MAX_RECORDED_RUNS: usize = 512;
/// Requests that a status lists, the newest first.
pub const MAX_LISTED_REQUESTS: usize = 64;
/// Acknowledgements that one promotion may bring.
pub const MAX_ACKNOWLEDGEMENTS: usize = 256;
/// Bytes of an envelope with a shadow report. A call carries it with the other documents.
pub const MAX_REPORT_FILE_BYTES: usize = 5 * 1024 * 1024;
/// Records since the last decision of a report that a promotion judges again. Above, a newer report
/// is needed.
pub const MAX_JUDGED_RECORDS: u64 = 200_000;
/// The last records that are judged for a candidate that loosens nothing.
pub const MAX_TIGHTENING_RECORDS: u64 = 20_000;
/// Records that may be judged while the lock for changes is held.
pub const MAX_JUDGED_UNDER_LOCK: u64 = 1_000;
/// How often the records that came meanwhile are judged before the lock is taken all the same.
pub const MAX_CATCH_UPS: u32 = 8;
/// Threads that judge records for a promotion.
pub const JUDGING_THREADS: usize = 2;
/// How often a change waits for the journal to say whether its record is on disk.
pub const MAX_SETTLING_TRIES: u32 = 6;
/// Things that are missing that one refusal lists; the others are counted.
pub const MAX_LISTED_MISSING: usize = 24;
/// Lines of what a policy fails under another engine.
pub const MAX_FAILED_LINES: usize = 64;
/// Bytes of one such line.
pub const MAX_FAILED_LINE_BYTES: usize = 512;
/// Bytes of a semantic diff as JSON that one answer of a service holds. `cavra lifecycle history
/// --data-dir` has no such limit.
pub const MAX_DIFF_BYTES: usize = 4 * 1024 * 1024;
/// Bytes of a readiness packet that a promotion may bring. A call carries it with the other documents.
pub const MAX_PROMOTION_PACKET_BYTES: usize = 5 * 1024 * 1024;
/// Bytes of a packet in its canonical form that the record of a promotion keeps. Of a longer one it
/// keeps the digest.
pub const MAX_KEPT_PACKET_BYTES: usize = 4 * 1024 * 1024;
