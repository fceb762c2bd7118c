//! How large notices may be, how long they may take, and how often they are tried.

use std::time::Duration;

/// Bytes of a URL.
pub const MAX_URL_BYTES: usize = 2_048;
/// Bytes of a file of certificates.
pub const MAX_CERTIFICATE_BYTES: usize = 1024 * 1024;
/// Certificates of such a file.
pub const MAX_CERTIFICATES: usize = 1_024;
/// The longest that one try takes, from the name's look-up to the answer.
pub const TRY_TIME: Duration = Duration::from_secs(5);
/// How often a notice is tried before it is dropped.
pub const MAX_TRIES: u32 = 8;
/// The time from the first try to the second. Each wait is twice the one before.
pub const FIRST_WAIT: Duration = Duration::from_secs(1);
/// The longest time between two tries.
pub const LONGEST_WAIT: Duration = Duration::from_mins(1);
/// Notices that wait for another try. While there are so many, no new one is tried.
pub const MAX_RETRYING: usize = 1_000;
/// Bytes of the headers of an answer. Its body is not read.
pub const MAX_ANSWER_HEADER_BYTES: usize = 16 * 1024;
/// Bytes of the stack of the thread.
pub const STACK_BYTES: usize = 512 * 1024;
