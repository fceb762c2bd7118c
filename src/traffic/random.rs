//! Chance that is the same on every platform: integers only, from a generator whose output
//! is part of its contract.

use rand_pcg::Pcg64Mcg;
use rand_pcg::rand_core::{Rng as _, SeedableRng as _};

/// One million: what a [`PerMillion`] is a share of.
const MILLION: u32 = 1_000_000;

/// A share in millionths.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PerMillion(u32);

impl PerMillion {
    /// A share of nothing.
    pub const ZERO: Self = Self(0);

    /// `millionths` of the whole; None above the whole.
    #[must_use]
    pub const fn new(millionths: u32) -> Option<Self> {
        if millionths <= MILLION {
            Some(Self(millionths))
        } else {
            None
        }
    }

    /// The number of millionths, at most 1,000,000.
    #[must_use]
    pub const fn millionths(self) -> u32 {
        self.0
    }

    pub(super) const fn percent(percent: u32) -> Self {
        Self(if percent < 100 {
            percent * (MILLION / 100)
        } else {
            MILLION
        })
    }

    /// The sum; None above the whole.
    pub(super) fn plus(self, other: Self) -> Option<Self> {
        Self::new(self.0.checked_add(other.0)?)
    }
}

/// Draws, one after the other.
#[derive(Debug, Clone)]
pub(super) struct Random(Pcg64Mcg);

impl Random {
    /// The `stream`th generator of a seed. Streams of one seed have nothing to do with each other.
    pub(super) fn new(seed: u64, stream: u64) -> Self {
        let mut seeds = Pcg64Mcg::seed_from_u64(seed);
        let seed = seeds.next_u64();
        // An odd factor keeps the streams apart; the generator's own seeding mixes them.
        let stream = stream.wrapping_add(1).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        Self(Pcg64Mcg::seed_from_u64(seed ^ stream))
    }

    /// Any 64 bits.
    pub(super) fn bits(&mut self) -> u64 {
        self.0.next_u64()
    }

    /// A number below `bound`; 0 if that is 0. The bias is below one in 2³² / `bound`.
    pub(super) fn below(&mut self, bound: u32) -> u32 {
        let product = u64::from(self.0.next_u32()) * u64::from(bound);
        u32::try_from(product >> 32).unwrap_or(0)
    }

    /// True in `share` of all draws.
    pub(super) fn chance(&mut self, share: PerMillion) -> bool {
        self.below(MILLION) < share.0
    }

    /// A number below one million, to be compared with several shares.
    pub(super) fn millionth(&mut self) -> u32 {
        self.below(MILLION)
    }

    /// A number after `quantiles`, which cut all draws into equal parts: one part is drawn, and
    /// within it every number is alike. Fewer than two quantiles give the one that there is.
    pub(super) fn between(&mut self, quantiles: &[u32]) -> u32 {
        let parts = u32::try_from(quantiles.len().saturating_sub(1)).unwrap_or(u32::MAX);
        let part = self.below(parts);
        let mut from = quantiles.iter().skip(usize::try_from(part).unwrap_or(0));
        let low = from.next().copied().unwrap_or(0);
        let high = from.next().copied().unwrap_or(low);
        low + self.below(high.saturating_sub(low))
    }
}

/// Things with weights, known when the program is built. Holds at least one.
#[derive(Debug)]
pub(super) struct Weighted<T: 'static> {
    last: &'static T,
    others: &'static [(u32, T)],
    total: u32,
}

impl<T> Weighted<T> {
    /// Must be evaluated when the program is built, where an empty table breaks the build.
    #[expect(clippy::panic, reason = "only ever evaluated at compile time")]
    pub(super) const fn new(items: &'static [(u32, T)]) -> Self {
        let Some(((weight, last), others)) = items.split_last() else {
            panic!("a table must hold something");
        };
        let mut total = *weight;
        let mut rest = others;
        while let Some(((weight, _), after)) = rest.split_first() {
            total += *weight;
            rest = after;
        }
        Self {
            last,
            others,
            total,
        }
    }

    /// One of them, as often as its weight says.
    pub(super) fn pick(&self, random: &mut Random) -> &'static T {
        let mut drawn = random.below(self.total);
        for (weight, item) in self.others {
            match drawn.checked_sub(*weight) {
                Some(left) => drawn = left,
                None => return item,
            }
        }
        self.last
    }
}

/// Things of which the first ones are by far the most popular, as with files and words: the
/// `n`th is drawn about half as often as the one at `n` / 2 (Zipf's law). Holds at least one.
#[derive(Debug)]
pub(super) struct Ranked<T> {
    items: Vec<T>,
    last: T,
    /// For each of `items`, the sum of the weights up to and with it.
    cumulative: Vec<u32>,
    total: u32,
}

/// How much the first of a [`Ranked`] weighs.
const FIRST_WEIGHT: u32 = 1 << 20;
/// The ranks that the law leaves out at its beginning, so that the first doesn't get everything.
const RANKS_LEFT_OUT: u32 = 3;

impl<T> Ranked<T> {
    /// The most popular first; `last` is the least.
    pub(super) fn new(items: Vec<T>, last: T) -> Self {
        let mut total = 0;
        let mut cumulative = Vec::with_capacity(items.len());
        for rank in (0..).take(items.len()) {
            total += Self::weight(rank);
            cumulative.push(total);
        }
        let rank = u32::try_from(items.len()).unwrap_or(u32::MAX);
        total += Self::weight(rank);
        Self {
            items,
            last,
            cumulative,
            total,
        }
    }

    fn weight(rank: u32) -> u32 {
        FIRST_WEIGHT / (rank.saturating_add(RANKS_LEFT_OUT))
    }

    /// The place of one of them, for [`Self::get`].
    pub(super) fn pick(&self, random: &mut Random) -> usize {
        let drawn = random.below(self.total);
        self.cumulative.partition_point(|until| *until <= drawn)
    }

    /// The thing at a place.
    pub(super) fn get(&self, place: usize) -> &T {
        self.items.get(place).unwrap_or(&self.last)
    }

    #[cfg(test)]
    fn len(&self) -> usize {
        self.items.len() + 1
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const DRAWS: u32 = 200_000;

    #[test]
    fn weights_are_kept() {
        const TABLE: Weighted<char> = Weighted::new(&[(1, 'a'), (2, 'b'), (7, 'c')]);
        let mut random = Random::new(7, 0);
        let mut counts = [0_u32; 3];
        for _ in 0..DRAWS {
            match TABLE.pick(&mut random) {
                'a' => counts[0] += 1,
                'b' => counts[1] += 1,
                _ => counts[2] += 1,
            }
        }
        for (count, tenths) in counts.into_iter().zip([1, 2, 7]) {
            let expected = DRAWS / 10 * tenths;
            assert!(count.abs_diff(expected) < DRAWS / 200, "{counts:?}");
        }
    }

    #[test]
    fn popularity_falls_with_the_rank_and_everything_is_drawn() {
        let ranked = Ranked::new((0..199).collect(), 199);
        let mut random = Random::new(7, 1);
        let mut counts = vec![0_u32; ranked.len()];
        for _ in 0..DRAWS {
            counts[*ranked.get(ranked.pick(&mut random))] += 1;
        }
        assert!(counts.iter().all(|count| *count > 0), "{counts:?}");
        assert!(counts[0] > 2 * counts[10] && counts[10] > 2 * counts[60]);
    }

    #[test]
    fn quantiles_bound_what_is_drawn() {
        let mut random = Random::new(7, 2);
        let drawn: Vec<u32> = (0..DRAWS)
            .map(|_| random.between(&[10, 20, 1_000]))
            .collect();
        assert!(drawn.iter().all(|it| (10..1_000).contains(it)));
        let low = drawn.iter().filter(|it| **it < 20).count();
        assert!((95_000..105_000).contains(&low), "{low}");
        assert_eq!(random.between(&[5]), 5);
        assert_eq!(random.between(&[]), 0);
    }

    #[test]
    fn streams_of_one_seed_differ_and_seeds_do_too() {
        let mut first = Random::new(1, 0);
        let mut second = Random::new(1, 1);
        let mut third = Random::new(2, 0);
        let drawn: Vec<u64> = vec![first.bits(), second.bits(), third.bits()];
        assert!(drawn[0] != drawn[1] && drawn[0] != drawn[2] && drawn[1] != drawn[2]);
        assert_eq!(Random::new(1, 0).bits(), drawn[0]);
    }
}
