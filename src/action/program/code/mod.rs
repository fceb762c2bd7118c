//! What is constant in code of other languages than the shell's: commands that it starts,
//! files that it reads and writes. What isn't constant stays unknown.

use super::{Inner, Operand};

/// A language that programs take code in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Language {
    /// A makefile.
    Make,
}

/// What is constant in a piece of code.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Constants {
    /// Commands that it starts.
    pub starts: Vec<Inner>,
    /// Files that it reads and writes.
    pub operands: Vec<Operand>,
}

/// What is constant in code of a language.
#[must_use]
pub fn constants_of(language: Language, text: &str) -> Constants {
    let _ = (language, text);
    Constants::default()
}
