//! How many requests for approvals there may be, and how long ended ones are remembered.

use std::time::Duration;

use jiff::SignedDuration;

use crate::trust::limits::MAX_NAME_BYTES;

/// Requests of one asker that wait for answers.
pub const MAX_PENDING_OF_ASKER: usize = 1_000;
/// Requests of all askers that wait for answers.
pub const MAX_PENDING: usize = 100_000;
/// Bytes of memory that those requests take together, as [`REQUEST_BYTES`] and their texts are counted.
pub const MAX_PENDING_BYTES: usize = 192 * 1024 * 1024;
/// Requests that wait for a notice to somebody outside. All that wait for answers have room.
pub const MAX_SPOOLED: usize = MAX_PENDING;
/// Requests of one asker that are remembered after their end, so that nobody fills the memory by asking
/// and taking back. Beyond, the one that ended first is forgotten. What is forgotten can't be used: only
/// a request that is remembered as approved can.
pub const MAX_ENDED_OF_ASKER: usize = 1_000;
/// Bytes of memory that requests take together after their end. Beyond, the asker with most of them loses
/// the one that ended first.
pub const MAX_ENDED_BYTES: usize = 32 * 1024 * 1024;
/// Bytes that a request is counted with beside its texts: its fields, and its entries in five tables.
pub const REQUEST_BYTES: usize = 1_024;
/// Bytes of a name of an asker that are kept in memory. A person of a trust file has no longer one. The
/// record keeps all of it.
pub const MAX_ASKER_NAME_BYTES: usize = MAX_NAME_BYTES;
/// How long a request is remembered after its end, so that its asker hears what became of it.
pub const REMEMBERED_AFTER: SignedDuration = SignedDuration::from_hours(1);
/// Requests that end, or are forgotten, at one look.
pub const MAX_ENDED_AT_ONCE: usize = 64;
/// Requests that one page of a list shows.
pub const MAX_LISTED: usize = 100;
/// Requests that are looked at for one page of a list.
pub const MAX_LOOKED_AT: usize = 2_000;
/// Changes that a reader may not have read yet; a slower one misses some.
pub const MAX_UNREAD_CHANGES: usize = 1_024;
/// The longest that one call waits for an answer.
pub const MAX_WAIT: Duration = Duration::from_secs(50);
/// How far back the journal is read at a start, by the log's own time. A request may be answered for 24
/// hours, and an answer holds for 24 more. Beside, each time that the clock was set wrong and right again
/// makes what is before up to an hour older: there is room for 24 of them.
pub const RESTORED: SignedDuration = SignedDuration::from_hours(73);
