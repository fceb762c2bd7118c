//! Kills of a service at random moments of a change of what is enforced.

use std::thread::sleep;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use super::desk::{Desk, spawned};
use super::serve::Service;

/// The longest time from a command to the kill at first, and its bounds, in milliseconds.
const FIRST_PAUSE_MS: u32 = 400;
const LEAST_PAUSE_MS: u32 = 20;
const GREATEST_PAUSE_MS: u32 = 4_000;

/// The kills of one test.
pub(crate) struct Kills {
    random: u32,
    longest_ms: u32,
    changed: u64,
    /// How many there are.
    pub(crate) count: u64,
}

impl Kills {
    /// As many as `CAVRA_KILLS` says, or this number.
    pub(crate) fn of(number: u64) -> Self {
        let count = std::env::var("CAVRA_KILLS").ok();
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
        Self {
            random: now.subsec_nanos(),
            longest_ms: FIRST_PAUSE_MS,
            changed: 0,
            count: count.map_or(number, |number| number.parse().unwrap()),
        }
    }

    /// Starts a command, and kills the service at some moment. Whether the command was answered.
    pub(crate) fn during(&mut self, desk: &Desk, service: &mut Service, words: &[&str]) -> bool {
        let mut child = spawned(desk, words);
        self.random = self.random.wrapping_mul(1_664_525);
        self.random = self.random.wrapping_add(1_013_904_223);
        let pause = (self.random >> 8) % self.longest_ms;
        sleep(Duration::from_millis(pause.into()));
        assert_eq!(service.stop("-KILL"), None);
        child.wait().unwrap().success()
    }

    /// Takes into account whether the change was made before its kill. What was answered is on disk.
    pub(crate) fn took(&mut self, is_changed: bool, answered: bool, what: &str) {
        assert!(is_changed || !answered, "{what}");
        self.changed += u64::from(is_changed);
        // Half of the changes shall happen before the kill.
        self.longest_ms = match is_changed {
            true => (self.longest_ms * 3 / 4).max(LEAST_PAUSE_MS),
            false => (self.longest_ms * 4 / 3).min(GREATEST_PAUSE_MS),
        };
    }

    /// The kills hit some changes before and some after their record.
    pub(crate) fn end(self) {
        let Self { changed, count, .. } = self;
        assert!(changed > 0, "no change happened before its kill");
        println!("{changed} of {count} changes happened before the kill");
    }
}
