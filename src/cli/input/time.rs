//! Times as people give them.

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

/// RFC 3339, a date (its midnight in UTC), or how long ago.
pub(crate) fn time(text: &str) -> Result<Timestamp, String> {
    let ago = || {
        let ago = text.parse::<SignedDuration>().ok()?;
        Timestamp::now().checked_sub(ago.abs()).ok()
    };
    point(text).or_else(ago).ok_or_else(|| {
        "expected a time such as `2026-11-22T10:00:00Z`, a date such as `2026-11-22`, or how \
             long ago, such as `2h`"
            .to_owned()
    })
}

/// RFC 3339, or a date (its midnight in UTC).
pub(crate) fn point_in_time(text: &str) -> Result<Timestamp, String> {
    point(text).ok_or_else(|| {
        "expected a time such as `2026-11-22T10:00:00Z`, or a date such as `2026-11-22`".to_owned()
    })
}

/// A time to come, as [`point_in_time`] reads it: when something ends that has yet to begin.
pub(crate) fn future(text: &str) -> Result<Timestamp, String> {
    let time = point_in_time(text)?;
    match time > Timestamp::now() {
        true => Ok(time),
        false => Err(format!("{time} is over; give a later time")),
    }
}

fn point(text: &str) -> Option<Timestamp> {
    let time = text.parse::<Timestamp>().ok();
    time.or_else(|| {
        let midnight = text.parse::<Date>().ok()?.to_zoned(TimeZone::UTC).ok()?;
        Some(midnight.timestamp())
    })
}
