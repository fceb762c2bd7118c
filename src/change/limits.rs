//! How large requests, approvals, acknowledgements and break-glass statements may be.

/// Bytes of a request's document.
pub const MAX_REQUEST_BYTES: usize = 256 * 1024;
/// Bytes of an approval's document.
pub const MAX_APPROVAL_BYTES: usize = 16 * 1024;
/// Bytes of an envelope with a request or an approval.
pub const MAX_CHANGE_FILE_BYTES: usize = MAX_REQUEST_BYTES / 3 * 4 + 64 * 1024;
/// Pieces of evidence of one request.
pub const MAX_EVIDENCE: usize = 64;
/// Cases that one request takes away.
pub const MAX_REMOVED_CASES: usize = 1_024;
/// Bytes of a name in a request or an approval.
pub const MAX_NAME_BYTES: usize = 256;
/// Bytes of a reason.
pub const MAX_REASON_BYTES: usize = 4_096;
/// Bytes of a break-glass statement.
pub const MAX_BREAK_GLASS_BYTES: usize = 16 * 1024;
/// Hours from the issue of a break-glass statement to its end.
pub const MAX_BREAK_GLASS_HOURS: i64 = 24;
/// Approvals and rejections that are counted for one request.
pub const MAX_APPROVALS: usize = 256;
/// Bytes of a withdrawal's document.
pub const MAX_WITHDRAWAL_BYTES: usize = 16 * 1024;
/// Bytes of an acknowledgement's document.
pub const MAX_ACKNOWLEDGEMENT_BYTES: usize = 64 * 1024;
/// Groups of divergences that one acknowledgement answers.
pub const MAX_ACKNOWLEDGED_GROUPS: usize = 256;
/// Bytes of the path of a line in a semantic diff: an entry of a list and the list's name.
pub const MAX_LINE_BYTES: usize = 4_096 + 256;
