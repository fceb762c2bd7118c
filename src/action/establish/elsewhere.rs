//! What a command touches if a `cd` before it failed, so that the shell is in another directory.

use super::collector::{Collector, Touch};
use crate::action::path::Base;
use crate::action::program::{Access, Leaf, Operand};
use crate::action::shell::{Redirection, ShellWord};

impl Collector<'_> {
    /// Adds what a command may touch in other directories: what blocks it or asks counts.
    pub(super) fn touched_elsewhere(&mut self, others: &[Base], leaf: &Leaf, touch: Touch<'_>) {
        let listed = leaf.known.iter().flat_map(|known| &known.lists);
        let listed: Vec<Operand> = match others {
            [] => return,
            _ => listed.map(|word| of(word, Access::Read)).collect(),
        };
        let enter = |base: Base, word: &ShellWord| self.changed(&base, word);
        let bases = others.iter().cloned();
        let bases: Vec<Base> = bases.map(|it| leaf.base.iter().fold(it, enter)).collect();
        for operands in [&leaf.operands, &leaf.presumed, &listed] {
            self.operands_elsewhere(&bases, operands, touch);
        }
    }

    /// Adds what operands may be in other directories.
    pub(super) fn operands_elsewhere(
        &mut self,
        others: &[Base],
        operands: &[Operand],
        touch: Touch<'_>,
    ) {
        let relative = || operands.iter().filter(|it| is_relative(&it.word));
        for base in others {
            relative().for_each(|operand| self.presumed(operand, Touch { base, ..touch }));
        }
    }

    /// Adds the files that a redirection may open in other directories.
    pub(super) fn opened_elsewhere(
        &mut self,
        others: &[Base],
        redirection: &Redirection,
        touch: Touch<'_>,
    ) {
        if !is_relative(&redirection.target) {
            return;
        }
        for base in others {
            let touch = Touch { base, ..touch };
            if redirection.reads {
                self.presumed(&of(&redirection.target, Access::Read), touch);
            }
            if redirection.writes {
                self.presumed(&of(&redirection.target, Access::Write), touch);
            }
        }
    }
}

fn is_relative(word: &ShellWord) -> bool {
    !word.text.starts_with(['/', '~'])
}

fn of(word: &ShellWord, access: Access) -> Operand {
    Operand {
        word: word.clone(),
        access,
        recursive: false,
    }
}
