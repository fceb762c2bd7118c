//! How many patterns a pack has, before any of them is compiled.

use super::pack::{List, Pack, Patterns, Stage};
use crate::action::patterns::count_alternatives;

/// Patterns of all lists of a pack together, after inheritance, with every choice of their
/// braces counted. Compiling takes time and memory with each.
pub const MAX_PACK_PATTERNS: usize = 16_384;

/// Counts the patterns of a pack: its own, or after inheritance those of its parents too.
#[must_use]
pub fn of<S: Stage>(pack: &Pack<S>) -> usize {
    let lists = List::ALL.iter().copied();
    let counts = lists.flat_map(|list| {
        let entries = pack.list(list).iter();
        entries.map(move |entry| match list.patterns() {
            Patterns::EachChoice => count_alternatives(entry.as_ref()),
            Patterns::One => 1,
            Patterns::None => 0,
        })
    });
    counts.fold(0, usize::saturating_add)
}

/// What is wrong with so many patterns; nothing within the limit.
#[must_use]
pub fn problem(count: usize) -> Option<String> {
    (count > MAX_PACK_PATTERNS).then(|| {
        format!(
            "{count} patterns in all lists together, every choice of their braces counted; the limit \
             is {MAX_PACK_PATTERNS}"
        )
    })
}
