//! The elements of arrays, about which bash and zsh differ.
//!
//! bash counts from 0, and `$a` is the first element; zsh counts from 1, and `$a` is each of them
//! (zshparam(1), "Array Subscripts"). A simple command is followed in both readings.

use super::expand::Expander;
use super::parameter::{Index, Parameter, Place};
use super::scan::byte;
use super::variable::Variable;
use super::{ShellWord, Unparsed};

impl Expander<'_, '_> {
    /// To zsh a `[` behind the name of a variable begins a subscript, also of a text, and a `:` with a letter
    /// changes the value: with `x=.envX`, `$x[1,4]` is `.env` (zshexpn(1), "Modifiers", zshparam(1)).
    pub(super) fn doubts(&mut self, at: usize) {
        const MODIFIERS: &[u8] = b"aAcefFghlPqQrstuwWx&";
        let is_modified = match byte(self.raw, at) {
            Some(b'[') => true,
            Some(b':') => byte(self.raw, at + 1).is_some_and(|next| MODIFIERS.contains(&next)),
            _ => false,
        };
        if is_modified {
            self.walk
                .unknown("shells differ about what comes behind the name of a variable");
        }
    }

    /// `$a` of an array.
    pub(super) fn elements(&mut self, items: Vec<String>, place: Place) -> Result<(), Unparsed> {
        if items.len() > 1 && self.is_of_zsh() {
            let words: Vec<ShellWord> = items.into_iter().map(ShellWord::constant).collect();
            return self.push_words(&words, true, place);
        }
        let first = items.into_iter().next().unwrap_or_default();
        self.push_value(&first, !self.walk.shell.is_sure(), place)
    }

    /// The index of an element as the present reading counts.
    pub(super) fn counted(&mut self, parameter: &Parameter<'_>, index: Index) -> Index {
        let Index::At(at) = index else { return index };
        let is_array = || {
            matches!(
                self.walk.shell.value(parameter.subject),
                Some(Variable::Array(_))
            )
        };
        match parameter.subscript.is_some() && is_array() && self.is_of_zsh() {
            true => at.checked_sub(1).map_or(Index::Before, Index::At),
            false => Index::At(at),
        }
    }

    /// Whether arrays are read as zsh does, this time. Where only one reading is followed, what the line
    /// does is not known.
    fn is_of_zsh(&mut self) -> bool {
        if self.splits && self.walk.shell.chooses {
            return self.walk.shell.choose(2) == 1;
        }
        self.walk
            .unknown("shells differ about which element of an array is meant");
        false
    }
}
