//! When agents are at work. Everything is in milliseconds since 1970, UTC.

use super::random::{PerMillion, Random};
use super::tables::people::UTC_OFFSETS_MINUTES;

const MINUTE_MS: i64 = 60_000;
const HOUR_MS: i64 = 60 * MINUTE_MS;
const DAY_MS: i64 = 24 * HOUR_MS;

/// Minutes of the local day at which people begin and end.
const OPENING_MINUTES: &[u32] = &[7 * 60, 8 * 60, 9 * 60, 10 * 60];
const CLOSING_MINUTES: &[u32] = &[16 * 60, 17 * 60, 18 * 60, 20 * 60];
/// By how many minutes a day begins later than usual.
const LATE_MINUTES: &[u32] = &[0, 10, 30, 90];
/// How many weekend days are worked.
const WEEKEND: PerMillion = PerMillion::percent(6);
/// 1 January 1970 was a Thursday, the fourth day of a week that starts on Monday.
const EPOCH_WEEKDAY: i64 = 3;
const WEEKDAYS: i64 = 5;

/// The hours of one agent.
#[derive(Debug, Clone, Copy)]
pub(super) enum Hours {
    /// Nobody waits for it.
    Always,
    /// It works when its person does.
    Office {
        offset_ms: i64,
        opening_ms: i64,
        closing_ms: i64,
    },
}

impl Hours {
    pub(super) fn office(random: &mut Random) -> Self {
        let minutes = |random: &mut Random, of| i64::from(random.between(of)) * MINUTE_MS;
        Self::Office {
            offset_ms: UTC_OFFSETS_MINUTES.pick(random) * MINUTE_MS,
            opening_ms: minutes(random, OPENING_MINUTES),
            closing_ms: minutes(random, CLOSING_MINUTES),
        }
    }

    /// Whether work that goes on at `now` may go on.
    pub(super) fn are_open(self, now: i64) -> bool {
        match self {
            Self::Always => true,
            // Who came in on a weekend stays, too.
            Self::Office {
                offset_ms,
                closing_ms,
                ..
            } => now.saturating_add(offset_ms).rem_euclid(DAY_MS) < closing_ms,
        }
    }

    /// When work that could begin at `now` does begin.
    pub(super) fn next_opening(self, now: i64, random: &mut Random) -> i64 {
        let Self::Office {
            offset_ms,
            opening_ms,
            closing_ms,
        } = self
        else {
            return now;
        };
        let local = now.saturating_add(offset_ms);
        let (mut day, time) = (local.div_euclid(DAY_MS), local.rem_euclid(DAY_MS));
        let is_weekday = |day: i64| (day + EPOCH_WEEKDAY).rem_euclid(7) < WEEKDAYS;
        if (opening_ms..closing_ms).contains(&time) && is_weekday(day) {
            return now;
        }
        if time >= opening_ms {
            day += 1;
        }
        while !is_weekday(day) && !random.chance(WEEKEND) {
            day += 1;
        }
        let late = i64::from(random.between(LATE_MINUTES)) * MINUTE_MS;
        day.saturating_mul(DAY_MS)
            .saturating_add(opening_ms + late)
            .saturating_sub(offset_ms)
    }
}
