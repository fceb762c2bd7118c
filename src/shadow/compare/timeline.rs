//! When there was traffic.

use std::collections::BTreeMap;

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::decision::Change;
use crate::shadow::limits::{MAX_OBSERVED_MINUTES, MAX_TIMELINE_POINTS};

/// The grain of observation time: a minute of the clock with at least one comparison counts
/// whole, any other not at all. A night without traffic is no observation.
pub const OBSERVATION_GRAIN_SECONDS: i64 = 60;

/// How wide a point of a report's timeline may be, in seconds.
const POINT_SECONDS: [i64; 10] = [
    60, 300, 900, 1_800, 3_600, 10_800, 21_600, 43_200, 86_400, 604_800,
];

/// Comparisons by class, in the order of [`Change::ALL`].
pub(in crate::shadow) type ByChange = [u64; Change::ALL.len()];

/// Comparisons by minute: the newest [`MAX_OBSERVED_MINUTES`] with traffic.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Timeline {
    minutes: BTreeMap<i64, ByChange>,
    first_at: Option<Timestamp>,
    last_at: Option<Timestamp>,
}

/// One interval of a timeline.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct TimelinePoint {
    /// When the interval begins, in UTC.
    pub from: Timestamp,
    /// How many comparisons it has.
    pub compared: u64,
    /// In how many of them the candidate's verdict was less strict.
    pub loosened: u64,
    /// In how many of them the candidate could not be evaluated.
    pub candidate_error: u64,
    /// In how many of them the candidate's verdict was stricter.
    pub tightened: u64,
    /// In how many of them the verdict was the same for another reason.
    pub reason_changed: u64,
}

/// When there was traffic.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct TimelineReport {
    /// The length of one interval, in seconds.
    pub point_seconds: i64,
    /// The intervals in order, at most 120. Intervals without traffic are left out.
    pub points: Vec<TimelinePoint>,
}

impl Timeline {
    pub(in crate::shadow) fn record(&mut self, at: Timestamp, change: Change) {
        let minute = at.as_second().div_euclid(OBSERVATION_GRAIN_SECONDS);
        let counts = self.minutes.entry(minute).or_default();
        if let Some(count) = counts.get_mut(place(change)) {
            *count += 1;
        }
        self.first_at = Some(self.first_at.map_or(at, |first| first.min(at)));
        self.last_at = Some(self.last_at.map_or(at, |last| last.max(at)));
        self.bound();
    }

    pub(in crate::shadow) fn merge(&mut self, other: Self) {
        for (minute, counts) in other.minutes {
            add(self.minutes.entry(minute).or_default(), &counts);
        }
        self.first_at = earliest(self.first_at, other.first_at);
        self.last_at = self.last_at.max(other.last_at);
        self.bound();
    }

    /// Drops the oldest minutes, so the observed time is a lower bound.
    fn bound(&mut self) {
        while self.minutes.len() > MAX_OBSERVED_MINUTES {
            self.minutes.pop_first();
        }
    }

    /// Time with traffic.
    #[must_use]
    pub fn observation_seconds(&self) -> u64 {
        let minutes = u64::try_from(self.minutes.len()).unwrap_or(u64::MAX);
        minutes.saturating_mul(OBSERVATION_GRAIN_SECONDS.unsigned_abs())
    }

    /// The first comparison whose time is known.
    #[must_use]
    pub fn first_at(&self) -> Option<Timestamp> {
        self.first_at
    }

    /// The last comparison whose time is known.
    #[must_use]
    pub fn last_at(&self) -> Option<Timestamp> {
        self.last_at
    }

    /// As a report shows it: in points just wide enough that there aren't too many.
    #[must_use]
    pub fn to_report(&self) -> TimelineReport {
        let first = self.minutes.keys().next().copied().unwrap_or_default();
        let last = self.minutes.keys().next_back().copied().unwrap_or_default();
        let span = (last - first + 1).saturating_mul(OBSERVATION_GRAIN_SECONDS);
        let most = i64::try_from(MAX_TIMELINE_POINTS).unwrap_or(i64::MAX);
        // One point more than fits, since the first may begin before the traffic does.
        let fits = |width: &i64| span.div_euclid(*width) + 2 <= most;
        let width = POINT_SECONDS.into_iter().find(fits);
        let width = width.unwrap_or_else(|| span.div_euclid(most).max(1) * 2);
        let mut points: BTreeMap<i64, ByChange> = BTreeMap::new();
        for (minute, counts) in &self.minutes {
            let point = (minute * OBSERVATION_GRAIN_SECONDS).div_euclid(width);
            add(points.entry(point).or_default(), counts);
        }
        let shown = points.into_iter().filter_map(|(point, counts)| {
            let from = Timestamp::from_second(point * width).ok()?;
            Some(TimelinePoint::of(from, &counts))
        });
        TimelineReport {
            point_seconds: width,
            points: shown.collect(),
        }
    }
}

impl TimelinePoint {
    fn of(from: Timestamp, counts: &ByChange) -> Self {
        let count = |change| counts.get(place(change)).copied().unwrap_or_default();
        Self {
            from,
            compared: counts.iter().sum(),
            loosened: count(Change::Loosened),
            candidate_error: count(Change::CandidateError),
            tightened: count(Change::Tightened),
            reason_changed: count(Change::ReasonChanged),
        }
    }
}

/// A change's place in [`Change::ALL`].
pub(in crate::shadow) fn place(change: Change) -> usize {
    match change {
        Change::Loosened => 0,
        Change::CandidateError => 1,
        Change::Tightened => 2,
        Change::ReasonChanged => 3,
        Change::Same => 4,
    }
}

pub(in crate::shadow) fn add(counts: &mut ByChange, more: &ByChange) {
    for (count, more) in counts.iter_mut().zip(more) {
        *count += more;
    }
}

/// The earlier of two times, of which either may be unknown.
pub(in crate::shadow) fn earliest(a: Option<Timestamp>, b: Option<Timestamp>) -> Option<Timestamp> {
    match (a, b) {
        (Some(a), Some(b)) => Some(a.min(b)),
        (one, other) => one.or(other),
    }
}
