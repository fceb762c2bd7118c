//! What a skim adds to the facts of a line that could not be followed to its end.
//!
//! Facts that were established before stay. A skimmed command is *tried*: a pattern that blocks
//! it or asks for an approval counts, and nothing is allowed. Of the first
//! [`MAX_SKIMMED_COMMANDS`] the words are kept; the others leave only their forms, in one fact.

use super::collector::{Collector, Lifts, Skimmed, Trial};
use super::guard;
use crate::action::budget::Budget;
use crate::action::facts::{Command, Effect};
use crate::action::limits::MAX_SKIMMED_COMMANDS;
use crate::action::shell::{self, Shell};

impl Collector<'_> {
    /// Adds what a skim of the whole line finds beyond the facts that there are. Gives the units
    /// of work that it took.
    pub(super) fn skim(&mut self, line: &str) -> usize {
        let mut skimmed = Skimmed::default();
        for command in &self.facts.commands {
            let key = Skimmed::key(&command.block_forms, command.effect);
            skimmed.commands.insert(key);
        }
        self.skimmed = Some(skimmed);
        self.trial = Trial::Here;
        self.forms.clear();
        (self.lasting, self.passing) = (Lifts::default(), Lifts::default());
        self.budget = Budget::new(0);
        let mut shell = Shell::new(self.start.clone(), self.budget.clone());
        let spent = shell::skim(&mut shell, line, self);
        self.trial = Trial::No;
        spent
    }

    /// Keeps a command that was skimmed, unless it is there.
    pub(super) fn keep_skimmed(&mut self, command: Command) {
        let Some(skimmed) = &mut self.skimmed else {
            return;
        };
        let key = Skimmed::key(&command.block_forms, command.effect);
        if command.inert || command.block_forms.is_empty() || !skimmed.commands.insert(key) {
            return;
        }
        skimmed.kept += 1;
        // How severe a block is depends on the effect of the one command.
        let apart = command.effect != Effect::None || guard::concerns(&command);
        if apart || skimmed.kept <= MAX_SKIMMED_COMMANDS {
            self.facts.commands.push(command);
            return;
        }
        let at = *skimmed.others.get_or_insert(self.facts.commands.len());
        if at == self.facts.commands.len() {
            self.facts.commands.push(Command {
                tried: true,
                ..Command::default()
            });
        }
        if let Some(others) = self.facts.commands.get_mut(at) {
            others.block_forms.extend(command.block_forms);
        }
    }
}
