//! How large answers may be, and how long requests and answers last.

use jiff::SignedDuration;

/// Bytes of an answer's document.
pub const MAX_ANSWER_BYTES: usize = 8 * 1024;
/// Bytes of an answer's envelope: the document in base64, and one signature.
pub const MAX_ANSWER_ENVELOPE_BYTES: usize = 16 * 1024;
/// Bytes of the reason of an answer.
pub const MAX_REASON_BYTES: usize = 1024;
/// Bytes of an approver's name.
pub const MAX_NAME_BYTES: usize = 256;
/// Answers that are kept for one request.
pub const MAX_ANSWERS: usize = 16;
/// The time in which a request may be answered.
pub const REQUEST_LIFETIME: SignedDuration = SignedDuration::from_hours(24);
/// The longest time from an answer to its end.
pub const MAX_ANSWER_LIFETIME: SignedDuration = SignedDuration::from_hours(24);
/// By how much the clocks of an approver and of the service may differ.
pub const MAX_CLOCK_SKEW: SignedDuration = SignedDuration::from_mins(5);
