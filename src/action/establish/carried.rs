//! Commands that the allow of another one takes in: `pytest` in `uv run pytest`.

use super::collector::Collector;
use crate::action::facts::{Command, Deed, Extent, Facts};

/// How much there was of the facts before a command was followed.
#[derive(Debug, Clone, Copy)]
pub(super) struct Marks {
    commands: usize,
    presumed_reads: usize,
}

/// Reasons that are kept for one command; a person reads no more.
const MAX_REASONS: usize = 8;

impl Collector<'_> {
    pub(super) fn marks(&self) -> Marks {
        Marks {
            commands: self.facts.commands.len(),
            presumed_reads: self.facts.presumed_reads.len(),
        }
    }

    /// Takes what keeps the commands since `from` from being allowed over to the command at the
    /// index `outer`, which runs them. A skim allows nothing, so there is nothing to take over.
    pub(super) fn carry(&mut self, outer: usize, from: Marks) {
        if self.skimmed.is_some() {
            return;
        }
        for read in self
            .facts
            .presumed_reads
            .iter_mut()
            .skip(from.presumed_reads)
        {
            read.command = Some(outer);
        }
        let commands = &mut self.facts.commands;
        let Some((before, inner)) = commands.split_at_mut_checked(from.commands) else {
            return;
        };
        let Some(outer) = before.get_mut(outer) else {
            return;
        };
        super::known::carry(&mut outer.effects, inner);
        if inner.is_empty() {
            lift(outer, "what it runs is not known");
        }
        for command in inner {
            if command.allow_form.is_none() && command.allow_lifted.is_empty() && !command.neutral {
                lift(outer, "what it runs can't be allowed");
            }
            for reason in &command.allow_lifted {
                lift(outer, reason);
            }
            outer
                .assignments
                .extend(command.assignments.iter().cloned());
            outer.unvouched.extend(command.unvouched.iter().cloned());
        }
        outer.assignments.sort_unstable();
        outer.assignments.dedup();
        if outer.allow_form.is_none() {
            outer.unvouched.clear();
        }
    }
}

fn lift(command: &mut Command, reason: &str) {
    command.allow_form = None;
    let reasons = &mut command.allow_lifted;
    if reasons.len() < MAX_REASONS && !reasons.iter().any(|known| known == reason) {
        reasons.push(reason.to_owned());
    }
}

/// Where a line writes a file and takes content from another repository, what may run code of the project may run
/// that: `git show FETCH_HEAD:a.py > conftest.py; pytest`.
pub(super) fn brings(facts: &mut Facts) {
    if facts.writes.iter().all(|write| write.device) {
        return;
    }
    let runs_none = |command: &Command| {
        let effects = &command.effects;
        effects.extent == Extent::Known && !effects.does.contains(Deed::RunsProjectCode)
    };
    let commands = facts.commands.iter_mut();
    commands
        .filter(|it| !runs_none(it) && !it.neutral)
        .for_each(|it| lift(it, BROUGHT));
}

const BROUGHT: &str = "it may run what the line takes from another repository";
