//! Actions made of fragments, and small changes of them.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::LazyLock;

use rand_pcg::Pcg64Mcg;
use rand_pcg::rand_core::Rng as _;

use crate::kind::{Kind, Place};

/// Parts of texts, most of them only useful beside others. In JSON, `#` is a number of its own for
/// each value.
static FRAGMENTS: LazyLock<BTreeMap<String, Vec<String>>> =
    LazyLock::new(|| serde_json::from_str(include_str!("fragments.json")).unwrap());

/// The fragments that texts of a kind are made of.
fn fragments(kind: Kind) -> &'static [String] {
    let name = match kind {
        Kind::Command => "shell",
        Kind::Read | Kind::Search | Kind::Write => "paths",
        Kind::Git => "refs",
        Kind::Definition | Kind::Plan => "values",
        Kind::Arguments => "arguments",
    };
    &FRAGMENTS[name]
}

/// Bytes of a plan, at most.
const PLAN: usize = 1 << 20;

/// An action: fragments, each so often, in front of a block that is repeated, and behind it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Genes {
    pub(crate) kind: Kind,
    place: Place,
    head: Vec<(usize, usize)>,
    block: Vec<(usize, usize)>,
    /// How often; it ends where the limit does.
    repeat: usize,
    tail: Vec<(usize, usize)>,
}

/// Random numbers from a seed.
pub(crate) struct Dice(Pcg64Mcg);

impl Dice {
    pub(crate) fn new(seed: u64) -> Self {
        Self(Pcg64Mcg::new(u128::from(seed) | 1))
    }

    /// Below `count`.
    pub(crate) fn below(&mut self, count: usize) -> usize {
        usize::try_from(self.0.next_u64() % count.max(1) as u64).unwrap_or_default()
    }

    fn often(&mut self) -> usize {
        [1, 1, 1, 1, 2, 3, 8, 64, 1000, 20_000][self.below(10)]
    }
}

impl Genes {
    pub(crate) fn random(kind: Kind, dice: &mut Dice) -> Self {
        let mut part = |most: usize| -> Vec<(usize, usize)> {
            let count = dice.below(most + 1);
            (0..count)
                .map(|_| (dice.below(fragments(kind).len()), dice.often()))
                .collect()
        };
        let (head, mut block, tail) = (part(3), part(6), part(3));
        block.push((dice.below(fragments(kind).len()), 1));
        Self {
            kind,
            place: Place::ALL[dice.below(Place::ALL.len())],
            head,
            block,
            repeat: dice.often(),
            tail,
        }
    }

    /// A few changes.
    pub(crate) fn changed(&self, dice: &mut Dice) -> Self {
        let mut genes = self.clone();
        for _ in 0..=dice.below(3) {
            genes.change(dice);
        }
        genes
    }

    fn change(&mut self, dice: &mut Dice) {
        let fragment = (dice.below(fragments(self.kind).len()), dice.often());
        match dice.below(12) {
            0 | 1 => return self.repeat = dice.often(),
            2 => return self.place = Place::ALL[dice.below(Place::ALL.len())],
            _ => {}
        }
        let part = match dice.below(4) {
            0 => &mut self.head,
            1 => &mut self.tail,
            _ => &mut self.block,
        };
        let at = dice.below(part.len() + 1);
        match dice.below(5) {
            0 if at < part.len() => drop(part.remove(at)),
            1 if at < part.len() => part[at] = fragment,
            2 if at < part.len() => part[at].1 = fragment.1,
            3 if at < part.len() => part.insert(at, part[at]),
            _ => part.insert(at, fragment),
        }
        part.truncate(24);
    }

    /// The document of the action.
    pub(crate) fn document(&self) -> Vec<u8> {
        self.kind.document(&self.text(), self.place)
    }

    fn each(&self) -> impl Iterator<Item = &'static str> {
        let fragments = fragments(self.kind);
        let part = |part: &[(usize, usize)]| -> Vec<&'static str> {
            part.iter()
                .flat_map(|(index, count)| std::iter::repeat_n(fragments[*index].as_str(), *count))
                .collect()
        };
        let block = part(&self.block);
        let blocks = std::iter::repeat_n(block, self.repeat).flatten();
        part(&self.head)
            .into_iter()
            .chain(blocks)
            .chain(part(&self.tail))
    }

    fn text(&self) -> String {
        let (between, limit) = (self.kind.between(), self.kind.limit(PLAN));
        let mut text = String::new();
        for (number, fragment) in self.each().enumerate() {
            let fragment = match between {
                "" => Cow::Borrowed(fragment),
                _ => Cow::Owned(fragment.replace('#', &number.to_string())),
            };
            if text.len() + fragment.len() + between.len() > limit {
                break;
            }
            if number > 0 {
                text.push_str(between);
            }
            text.push_str(&fragment);
        }
        text
    }
}
