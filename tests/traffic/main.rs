//! Traffic: the same from the same seed, documents that can be judged, and a plausible day.

#![expect(clippy::unwrap_used, reason = "tests")]

mod day;
mod documents;
mod law;
mod options;
mod support;
