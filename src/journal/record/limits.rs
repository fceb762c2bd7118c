//! The limits of a record and its contents.

/// Bytes of the content that holds an action with its facts. What is over it loses its facts,
/// or has its texts cut; see [`super::subject`].
pub const MAX_SUBJECT_BYTES: usize = 64 * 1024;
/// Bytes that are kept of each text of an action that has to be cut. Eight such texts fit into
/// [`MAX_SUBJECT_BYTES`] even if JSON needs six bytes for each of theirs.
pub const MAX_TEXT_BYTES: usize = 1024;
/// Bytes of the content that holds a judgement. Above it, findings are left out from the end,
/// and counted.
pub const MAX_JUDGEMENT_BYTES: usize = 256 * 1024;
/// Bytes of JSON of the target that a request for an approval shows.
pub const MAX_SUMMARY_BYTES: usize = 512;
/// Nanoseconds of a latency: the largest integer of canonical JSON (RFC 7493 section 2.2).
pub const MAX_LATENCY_NS: u64 = (1 << 53) - 1;
/// Bytes of the reason of an event in the lifecycle of policies.
pub const MAX_WHY_BYTES: usize = 4_096;
/// Bytes of the reason why a change of the authority was refused.
pub const MAX_REASON_BYTES: usize = 512;
