//! What the tests of traffic share.

use std::num::NonZeroU32;

use cavra::traffic::{Event, Profile, Traffic, TrafficOptions};
use jiff::Timestamp;

pub(crate) const PROFILES: [Profile; 3] = [
    Profile::Mixed,
    Profile::Application,
    Profile::Infrastructure,
];

/// The usual options, from a Monday morning on.
pub(crate) fn options(seed: u64) -> TrafficOptions {
    TrafficOptions::new(seed, monday())
}

pub(crate) fn monday() -> Timestamp {
    "2026-01-05T08:00:00Z".parse().unwrap()
}

pub(crate) fn agents(count: u32) -> NonZeroU32 {
    NonZeroU32::new(count).unwrap()
}

pub(crate) fn events(options: &TrafficOptions) -> Traffic {
    Traffic::new(options).unwrap()
}

/// An event's document, as it is written.
pub(crate) fn line(event: &Event) -> String {
    serde_json::to_string(&event.action.as_document()).unwrap()
}
