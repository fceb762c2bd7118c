//! Times as people give them.

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

/// RFC 3339, a date (its midnight in UTC), or how long ago.
pub(crate) fn time(text: &str) -> Result<Timestamp, String> {
    if let Ok(time) = text.parse::<Timestamp>() {
        return Ok(time);
    }
    if let Ok(date) = text.parse::<Date>()
        && let Ok(midnight) = date.to_zoned(TimeZone::UTC)
    {
        return Ok(midnight.timestamp());
    }
    text.parse::<SignedDuration>()
        .ok()
        .and_then(|ago| Timestamp::now().checked_sub(ago.abs()).ok())
        .ok_or_else(|| {
            "expected a time such as `2026-11-22T10:00:00Z`, a date such as `2026-11-22`, or how \
             long ago, such as `2h`"
                .to_owned()
        })
}
