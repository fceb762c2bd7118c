//! A map that keeps its smallest keys, independent of the order in which keys are added.

use std::hash::Hash;

use foldhash::fast::RandomState;
use hashbrown::{Equivalent, HashMap};

/// What can be counted in parts and put together.
pub(in crate::shadow) trait Merge {
    /// Adds what `other` counted.
    fn merge(&mut self, other: Self);
}

/// Counts by key, of which the `limit` least keys are exact and the others forgotten.
///
/// A key is forgotten only when `limit` lesser ones are there; lesser keys stay, so a
/// forgotten key is never among the least again, in this map or in one that it merges
/// into. Hence [`Bounded::least`] is the same for every order and every split of
/// what was counted. Up to twice the limit is kept, so that forgetting stays rare.
#[derive(Debug, Clone)]
pub(in crate::shadow) struct Bounded<K, V> {
    limit: usize,
    entries: HashMap<K, V, RandomState>,
}

impl<K: Ord + Hash + Clone, V: Merge> Bounded<K, V> {
    pub(in crate::shadow) fn new(limit: usize) -> Self {
        Self {
            limit,
            entries: HashMap::with_hasher(RandomState::default()),
        }
    }

    pub(in crate::shadow) fn get_mut<Q>(&mut self, key: &Q) -> Option<&mut V>
    where
        Q: Hash + Equivalent<K> + ?Sized,
    {
        self.entries.get_mut(key)
    }

    /// Adds to the entry of `key`, which may be forgotten at once.
    pub(in crate::shadow) fn add(&mut self, key: K, value: V) {
        match self.entries.get_mut(&key) {
            Some(entry) => entry.merge(value),
            None => {
                self.entries.insert(key, value);
                if self.entries.len() > self.limit.saturating_mul(2) {
                    self.forget();
                }
            }
        }
    }

    pub(in crate::shadow) fn merge(&mut self, other: Self) {
        for (key, value) in other.entries {
            self.add(key, value);
        }
    }

    /// The least entries, in order.
    pub(in crate::shadow) fn least(&self) -> Vec<(&K, &V)> {
        let mut entries: Vec<(&K, &V)> = self.entries.iter().collect();
        entries.sort_unstable_by_key(|(key, _)| *key);
        entries.truncate(self.limit);
        entries
    }

    fn forget(&mut self) {
        let mut keys: Vec<K> = self.entries.keys().cloned().collect();
        if let Some(index) = self.limit.checked_sub(1).filter(|it| *it < keys.len()) {
            let (_, last, _) = keys.select_nth_unstable(index);
            let last = last.clone();
            self.entries.retain(|key, _| *key <= last);
        }
    }
}
