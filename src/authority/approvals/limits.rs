//! How many requests for approvals there may be, and how long ended ones are remembered.

use std::time::Duration;

use jiff::SignedDuration;

/// Requests of one asker that wait for answers.
pub const MAX_PENDING_OF_ASKER: usize = 1_000;
/// Requests of all askers that wait for answers.
pub const MAX_PENDING: usize = 100_000;
/// Requests that wait for a notice to somebody outside. All that wait for answers have room.
pub const MAX_SPOOLED: usize = MAX_PENDING;
/// Requests that are remembered, waiting or ended. Above it, the one that ended longest ago is
/// forgotten: its approval can't be used any more then either.
pub const MAX_REMEMBERED: usize = 2_000_000;
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
/// How far back the journal is read at a start: no request that is older can be used.
pub const RESTORED: SignedDuration = SignedDuration::from_hours(50);
