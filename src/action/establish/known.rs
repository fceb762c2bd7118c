//! How much is known of a command's effects, where it is in the line.

use super::collector::{Collector, Touch, Trial};
use crate::action::facts::{Certainty, Command, Deed, Does, Effects, Extent};
use crate::action::path::Kind;
use crate::action::program::Leaf;
use crate::action::shell::ShellWord;

/// What the table of the program says, as far as the line around the command leaves it true: it is
/// less where something lifts an allow (a wrapper, an alias, another directory), where a variable
/// is assigned, and where nobody says where the command runs (it is not `placed`).
pub(super) fn effects(leaf: &mut Leaf, words: &[ShellWord], placed: bool, lifts: bool) -> Effects {
    let known = leaf.known.as_mut();
    let mut effects = known.map_or_else(Effects::default, |it| std::mem::take(&mut it.effects));
    let is_left = placed && !lifts && leaf.unknowns.is_empty();
    if effects.extent != Extent::Known || is_left {
        return effects;
    }
    effects.extent = Extent::Partly;
    if !leaf.unknowns.is_empty() {
        effects.unaccounted = words
            .first()
            .map(|word| word.text.clone())
            .into_iter()
            .collect();
    }
    effects
}

/// Where the line itself shows variables of the environment, each command of it may be what shows
/// them: what reads a here-document, what runs behind a test, what a trace prints.
pub(super) fn shows_environment(commands: &mut [Command]) {
    let known = commands.iter_mut().map(|command| &mut command.effects);
    for effects in known.filter(|effects| !effects.is_unknown()) {
        effects.does = effects.does.and(Does::only(Deed::Environment));
    }
}

impl Collector<'_> {
    /// A path of which the name is shown, and not the content.
    pub(super) fn listed(&mut self, word: &ShellWord, touch: Touch<'_>) {
        if self.trial == Trial::Elsewhere || self.skimmed.is_some() || word.dynamic {
            return;
        }
        let Some(base) = self.paid(&word.text, touch.base) else {
            return;
        };
        let certainty = match word.glob {
            true => Certainty::Possible,
            false => Certainty::Certain,
        };
        // A path that can't be resolved lies nowhere that is known.
        let found = self.resolver.resolve(&word.text, base);
        let found = found.or_else(|_| self.resolver.resolve("/", base));
        let Some(found) = found.ok().filter(|found| found.kind != Kind::Nothing) else {
            return;
        };
        let mut access = found.access(&word.text, certainty, touch.via);
        access.command = touch.command;
        self.facts.lists.push(access);
    }
}
