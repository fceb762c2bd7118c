//! What one action may cost: one count of work, taken off before the work is done.
//!
//! A unit is about a nanosecond of the release build, and no less than a byte of what is kept.
//! Counting instead of looking at a clock gives the same facts on any day and under any load.

use std::cell::Cell;
use std::rc::Rc;

use super::shell::{ShellWord, Unparsed};

/// To interpret one simple command and to keep it as a fact.
pub const COMMAND: usize = 4_000;
/// To read one word of a command and to keep it in each form that is judged.
pub const WORD: usize = 300;
/// To look an option up in the tables of its program.
pub const OPTION: usize = 1_000;
/// To resolve one path, to keep it, and to match it with a pack's patterns.
const PATH: usize = 1_000;
/// The same for each byte of the path: patterns may begin at each of its directories.
const PATH_BYTE: usize = 32;
/// To evaluate one arithmetic expression, or to look at one variable.
pub const LOOK: usize = 100;
/// To parse one token of the shell's grammar.
pub const TOKEN: usize = 400;
/// To find and to add the next part of a word that is expanded.
pub const PUSH: usize = 20;
/// To cut one byte of a script into tokens.
pub const LEX: usize = 5;
/// To copy one byte wherever a word is kept.
pub const BYTE: usize = 4;

/// What is left of an action's work. All who share a budget hold a clone of it.
#[derive(Debug, Clone)]
pub struct Budget(Rc<Cell<usize>>);

impl Budget {
    /// A budget of so many units.
    #[must_use]
    pub fn new(units: usize) -> Self {
        Self(Rc::new(Cell::new(units)))
    }

    /// Takes `units` off. What doesn't fit ends the budget, for everybody who shares it.
    ///
    /// # Errors
    /// If there are fewer left.
    pub fn spend(&self, units: usize) -> Result<(), Unparsed> {
        let left = self.0.get().checked_sub(units);
        self.0.set(left.unwrap_or(0));
        left.map(drop)
            .ok_or_else(|| Unparsed::exhausted("following all of it takes too much work"))
    }

    /// What is left.
    #[must_use]
    pub fn left(&self) -> usize {
        self.0.get()
    }

    /// Leaves `units` for what comes next, and gives back what was left before.
    pub fn replace(&self, units: usize) -> usize {
        self.0.replace(units)
    }
}

/// What it takes to interpret the command of these words.
#[must_use]
pub fn of_words(words: &[ShellWord]) -> usize {
    let one = |word: &ShellWord| {
        let option = usize::from(word.text.starts_with('-')) * OPTION;
        WORD + option + BYTE * word.text.len()
    };
    words.iter().map(one).sum()
}

/// What it takes to judge a path of so many bytes.
#[must_use]
pub fn of_path(bytes: usize) -> usize {
    PATH.saturating_add(PATH_BYTE.saturating_mul(bytes))
}

/// What it takes to copy these texts.
pub fn of_texts<'a>(texts: impl IntoIterator<Item = &'a String>) -> usize {
    let one = |text: &String| size_of::<String>() + text.len();
    texts.into_iter().map(one).sum()
}
