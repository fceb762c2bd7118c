//! Who takes how many of the places for requests.

use std::collections::BTreeSet;

use foldhash::HashMap;
use uuid::Uuid;

use crate::approval::asker::Asker;

/// The places that requests take, by asker; each request by what orders those of its asker.
#[derive(Debug)]
pub(super) struct Places<K> {
    taken: HashMap<Asker, BTreeSet<K>>,
    /// How many places each asker takes, the fewest first.
    counts: BTreeSet<(usize, Asker)>,
    all: usize,
}

/// The places of requests in the order in which they were asked for.
pub(super) type ByAge = Places<Uuid>;

impl<K> Default for Places<K> {
    fn default() -> Self {
        Self {
            taken: HashMap::default(),
            counts: BTreeSet::new(),
            all: 0,
        }
    }
}

impl<K: Ord + Copy> Places<K> {
    /// How many places are taken.
    pub(super) fn all(&self) -> usize {
        self.all
    }

    /// How many places an asker takes.
    pub(super) fn count(&self, asker: Asker) -> usize {
        self.taken.get(&asker).map_or(0, BTreeSet::len)
    }

    /// The requests of an asker, the oldest first.
    pub(super) fn of(&self, asker: Asker) -> impl DoubleEndedIterator<Item = K> {
        self.taken.get(&asker).into_iter().flatten().copied()
    }

    /// The asker with the most places, and how many those are.
    pub(super) fn most(&self) -> Option<(usize, Asker)> {
        self.counts.last().copied()
    }

    /// Gives a request a place.
    pub(super) fn take(&mut self, asker: Asker, id: K) {
        if self.taken.entry(asker).or_default().insert(id) {
            self.all += 1;
            let count = self.count(asker);
            self.counts.remove(&(count - 1, asker));
            self.counts.insert((count, asker));
        }
    }

    /// Takes the place of a request back.
    pub(super) fn release(&mut self, asker: Asker, id: K) {
        let Some(places) = self.taken.get_mut(&asker) else {
            return;
        };
        let before = places.len();
        if places.remove(&id) {
            let count = places.len();
            self.all -= 1;
            self.counts.remove(&(before, asker));
            if count > 0 {
                self.counts.insert((count, asker));
            } else {
                self.taken.remove(&asker);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn the_counts_are_those_of_the_requests(
            steps in prop::collection::vec((any::<bool>(), 0..4_u32, 0..8_u128), 0..200),
        ) {
            let mut places = ByAge::default();
            let mut model = BTreeSet::new();
            for (takes, user, id) in steps {
                let (asker, id) = (Asker::User(user), Uuid::from_u128(id));
                if takes {
                    places.take(asker, id);
                    model.insert((asker, id));
                } else {
                    places.release(asker, id);
                    model.remove(&(asker, id));
                }
                let of = |asker| model.iter().filter(move |it| it.0 == asker);
                let askers = (0..4).map(Asker::User);
                let counts = askers.map(|asker| (of(asker).count(), asker));
                let most = counts.filter(|it| it.0 > 0).max();
                prop_assert_eq!(places.most(), most);
                prop_assert_eq!(places.all(), model.len());
                prop_assert!(places.of(asker).eq(of(asker).map(|it| it.1)));
            }
        }
    }
}
