//! The work that one action may cost. It is counted, and taken off a budget before it is done.
//!
//! A unit is about a nanosecond of the release build, and at least a byte of memory that is kept.
//! Work is counted, not timed, so an action has the same facts on every machine and under every
//! load.

use std::cell::Cell;
use std::rc::Rc;

use super::shell::{ShellWord, Unparsed};

/// The cost of interpreting one simple command and keeping it as a fact.
pub const COMMAND: usize = 4_000;
/// The cost of reading one word of a command and keeping it in each form that is judged.
pub const WORD: usize = 300;
/// The cost of looking an option up in the tables of its program.
pub const OPTION: usize = 1_000;
/// The cost of resolving one path, keeping it, and matching it with a pack's patterns.
const PATH: usize = 1_000;
/// The additional cost of each byte of a path: patterns may begin at each of its directories.
const PATH_BYTE: usize = 32;
/// The cost of evaluating one arithmetic expression, or of looking at one variable.
pub const LOOK: usize = 100;
/// The cost of parsing one token of the shell's grammar.
const TOKEN: usize = 400;
/// The additional cost of a word that is more than letters and digits, and so is kept apart from
/// the grammar and expanded.
const EXPANDED_TOKEN: usize = 800;
/// The cost of finding and adding the next part of a word that is expanded.
pub const PUSH: usize = 20;
/// The cost of cutting one byte of a script into tokens.
pub const LEX: usize = 5;
/// The cost of copying one byte to each place where a word is kept.
pub const BYTE: usize = 4;

/// The work that is left for an action. Clones share one budget.
#[derive(Debug, Clone)]
pub struct Budget(Rc<Cell<usize>>);

impl Budget {
    /// A budget of `units` units.
    #[must_use]
    pub fn new(units: usize) -> Self {
        Self(Rc::new(Cell::new(units)))
    }

    /// Takes `units` off. If fewer are left, the budget is used up for all clones.
    ///
    /// # Errors
    /// If there are fewer left.
    pub fn spend(&self, units: usize) -> Result<(), Unparsed> {
        let left = self.0.get().checked_sub(units);
        self.0.set(left.unwrap_or(0));
        left.map(drop)
            .ok_or_else(|| Unparsed::exhausted("following all of it takes too much work"))
    }

    /// The units that are left.
    #[must_use]
    pub fn left(&self) -> usize {
        self.0.get()
    }

    /// Sets the budget to `units`, and returns the units that were left before.
    pub fn replace(&self, units: usize) -> usize {
        self.0.replace(units)
    }
}

/// The cost of interpreting the command of these words.
#[must_use]
pub fn of_words(words: &[ShellWord]) -> usize {
    let one = |word: &ShellWord| {
        let option = usize::from(word.text.starts_with('-')) * OPTION;
        WORD + option + BYTE * word.text.len()
    };
    words.iter().map(one).sum()
}

/// The cost of parsing `tokens` tokens, of which `expanded` are expanded.
#[must_use]
pub fn of_tokens(tokens: usize, expanded: usize) -> usize {
    let of = usize::saturating_mul;
    of(TOKEN, tokens).saturating_add(of(EXPANDED_TOKEN, expanded))
}

/// The cost of judging a path of `bytes` bytes.
#[must_use]
pub fn of_path(bytes: usize) -> usize {
    PATH.saturating_add(PATH_BYTE.saturating_mul(bytes))
}

/// The cost of copying these texts.
pub fn of_texts<'a>(texts: impl IntoIterator<Item = &'a String>) -> usize {
    let one = |text: &String| size_of::<String>() + text.len();
    texts.into_iter().map(one).sum()
}
