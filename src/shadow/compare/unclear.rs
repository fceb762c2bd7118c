//! Decisions of a live run that the journal can't replay: nobody can recompute what they show.
//!
//! They are counted apart, so that the other counts of the run can be recomputed. Who is judged can
//! make such decisions on purpose, so what the candidate loosens of them is listed by group.

use std::collections::BTreeMap;

use super::group::{GroupKey, GroupRef};
use super::observation::Observation;
use crate::decision::Change;
use crate::shadow::limits::MAX_UNCLEAR_GROUPS;
use crate::shadow::report::Counts;

/// Decisions that can't be replayed, counted. Memory depends on [`MAX_UNCLEAR_GROUPS`], not on the
/// traffic.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Unclear {
    counts: Counts,
    loosened: BTreeMap<GroupKey, u64>,
    beyond: u64,
}

impl Unclear {
    /// Counts one comparison, and returns how the decisions differ.
    pub fn record(&mut self, observation: &Observation<'_>) -> Change {
        let change = observation.change();
        self.counts.add(change);
        if change == Change::Loosened {
            self.group(GroupRef::of(observation, change).to_key());
        }
        change
    }

    fn group(&mut self, key: GroupKey) {
        let is_room = self.loosened.len() < MAX_UNCLEAR_GROUPS;
        match self.loosened.get_mut(&key) {
            Some(count) => *count += 1,
            None if is_room => drop(self.loosened.insert(key, 1)),
            None => self.beyond += 1,
        }
    }

    /// The number of decisions of each class.
    #[must_use]
    pub fn counts(&self) -> Counts {
        self.counts
    }

    /// The loosened groups, and how many decisions each has.
    pub fn loosened(&self) -> impl Iterator<Item = (&GroupKey, u64)> {
        self.loosened.iter().map(|(key, count)| (key, *count))
    }

    /// How many loosened decisions have no group because there are too many groups.
    #[must_use]
    pub fn beyond(&self) -> u64 {
        self.beyond
    }
}
