//! How much is known of a command's effects, where it is in the line.

use super::collector::{Collector, Endless, Touch, Trial};
use super::harmless;
use crate::action::facts::{
    Anchor, Certainty, Command, Deed, Does, Effects, Extent, Facts, ProjectTask, ProjectTasks,
    TaskKind,
};
use crate::action::path::{Base, Kind, Use, is_doubtful};
use crate::action::program::Leaf;
use crate::action::shell::{Shell, ShellWord};

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

/// Programs that keep what they read in a temporary file until it ends.
const KEEPING: &[&str] = &["sort", "tac"];

/// Where a line writes a file, what prints without end may fill the disk, and is less than known. So is
/// each command of a line with a loop that nothing ends.
pub(super) fn fills(facts: &mut Facts, endless: &Endless) {
    let writes = !facts.writes.is_empty();
    let keeps = |command: &Command| KEEPING.contains(&&*command.program);
    let is_kept = writes || facts.commands.iter().any(keeps);
    for (index, command) in facts.commands.iter_mut().enumerate() {
        let fills = (is_kept && endless.commands.contains(&index)) || (writes && endless.repeats);
        if fills && command.effects.extent == Extent::Known {
            command.effects.extent = Extent::Partly;
            command.effects.unaccounted = vec![command.program.clone()];
        }
    }
}

/// Whether the effects are what they are without the variable that is assigned: a few variables
/// with harmless values, for tools of the project.
fn keeps(leaf: &Leaf, shell: &Shell, name: &str) -> bool {
    let runs_tasks = leaf
        .known
        .as_ref()
        .is_some_and(|it| it.effects.project.is_some());
    let value = || shell.assigned(name);
    runs_tasks && value().is_some_and(|value| harmless::for_tools(name, value.known()))
}

/// Whether what lifts an allow, or an assignment, makes the effects less than known.
pub(super) fn lifts(
    leaf: &Leaf,
    shell: &Shell,
    (lifted, assignments): (&[String], &[String]),
) -> bool {
    let are_kept = assignments.iter().all(|name| keeps(leaf, shell, name));
    !(lifted.is_empty() && are_kept)
}

/// Words of a command that are named because no table accounts for them.
const MAX_UNACCOUNTED: usize = 4;

/// Adds what the commands do that a launcher starts to what the launcher does. They are `inner`, the
/// one that it starts itself first.
pub(super) fn carry(outer: &mut Effects, inner: &[Command]) {
    if outer.is_unknown() {
        return;
    }
    for Command { effects, .. } in inner {
        outer.does = outer.does.and(effects.does);
        if effects.extent != Extent::Known {
            outer.extent = Extent::Partly;
            let left = MAX_UNACCOUNTED.saturating_sub(outer.unaccounted.len());
            let words = effects.unaccounted.iter().take(left).cloned();
            outer.unaccounted.extend(words);
        }
    }
    let Some(first) = inner.first() else {
        outer.extent = Extent::Partly;
        return;
    };
    let other = || ProjectTasks {
        tasks: vec![ProjectTask {
            kind: TaskKind::Other,
            name: None,
        }],
        tool: first.program.clone(),
    };
    outer.project = first.effects.project.clone().or_else(|| Some(other()));
}

impl Collector<'_> {
    /// Whether a command runs in a place that is known, and takes the code that it runs from the
    /// project.
    pub(super) fn is_placed(&self, leaf: &Leaf, base: &Base) -> bool {
        let Some(known) = &leaf.known else {
            return false;
        };
        let stays = |word: &ShellWord| {
            if word.text.is_empty() {
                return true;
            }
            if is_doubtful(&word.text, word.glob, Use::Entered) {
                return false;
            }
            let found = self.resolver.resolve(&word.text, base);
            found.is_ok_and(|found| {
                !found.outside_workspace && found.anchor == Anchor::Workspace && !word.dynamic
            })
        };
        let runs_code = known.effects.does.contains(Deed::RunsProjectCode);
        self.resolver.is_placed(base)
            && (!runs_code || self.resolver.holds_project(base))
            && known.loads.iter().all(stays)
    }

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
        let text = match is_doubtful(&word.text, word.glob, Use::Entered) {
            true => "/",
            false => word.text.as_str(),
        };
        let found = self.resolver.resolve(text, base);
        let found = found.or_else(|_| self.resolver.resolve("/", base));
        let Some(found) = found.ok().filter(|found| found.kind != Kind::Nothing) else {
            return;
        };
        for found in found.each() {
            let mut access = found.access(&word.text, certainty, touch.via);
            access.command = touch.command;
            self.facts.lists.push(access);
        }
    }
}
