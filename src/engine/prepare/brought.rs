//! Code that a line may bring into the project, and then runs: a download, or a copy of what lies elsewhere.

use super::Prepare;
use crate::action::facts::{Command, Deed, Extent, Facts, PathAccess};

/// What a line brings along.
#[derive(Debug, Default)]
pub(super) struct Brought {
    /// It reads from the network.
    downloads: bool,
    /// The index of what it reads outside the workspace, in `facts.reads`, where it also writes inside.
    copied: Option<usize>,
}

impl Prepare<'_> {
    /// What the line may bring into the project. What the project's own code reads and writes doesn't count: it
    /// does that whenever it runs.
    pub(super) fn brought(&self, facts: &Facts) -> Brought {
        let is_own = |access: &PathAccess| {
            let command = access.command.and_then(|index| facts.commands.get(index));
            command.is_some_and(runs_project_code)
        };
        let is_copy = |access: &PathAccess| !access.device && !is_own(access);
        let is_outside = |access: &PathAccess| self.sight(access).outside;
        let writes = |access: &PathAccess| is_copy(access) && !is_outside(access);
        let reads = |access: &PathAccess| is_copy(access) && is_outside(access);
        let downloads = |command: &Command| command.effects.does.contains(Deed::NetworkRead);
        let writes_inside = facts.writes.iter().any(writes);
        let copied = writes_inside.then(|| facts.reads.iter().position(reads));
        Brought {
            downloads: facts.commands.iter().any(downloads),
            copied: copied.flatten(),
        }
    }

    /// Whether the command runs the project's code in a line that also reads from the network: what it runs may
    /// just have come from there (`curl -so Makefile URL && make test`).
    pub(super) fn runs_what_is_downloaded(&self, command: &Command) -> bool {
        self.brought.downloads && runs_project_code(command)
    }

    /// What a line reads outside the workspace and may copy into it, where the command runs the project's code
    /// (`cp /tmp/x.py conftest.py && pytest`).
    pub(super) fn runs_what_is_copied<'f>(
        &self,
        facts: &'f Facts,
        command: &Command,
    ) -> Option<&'f PathAccess> {
        let copied = facts.reads.get(self.brought.copied?)?;
        runs_project_code(command).then_some(copied)
    }

    /// Whether the line brings a file along, and the command may run it: it is not known to run no code (`curl -so
    /// conftest.py URL; pytest`). A pattern that allows the command didn't mean such code.
    pub(super) fn runs_what_is_brought(
        &self,
        facts: &Facts,
        subject: usize,
        command: &Command,
    ) -> bool {
        let known = command.effects.extent == Extent::Known;
        if known && !runs_project_code(command) {
            return false;
        }
        let mut others = facts.commands.iter().enumerate();
        let mut is_downloaded = || {
            others.any(|(index, other)| {
                index != subject && other.effects.does.contains(Deed::NetworkRead)
            })
        };
        self.brought.copied.is_some() || (!facts.writes.is_empty() && is_downloaded())
    }
}

fn runs_project_code(command: &Command) -> bool {
    command.effects.does.contains(Deed::RunsProjectCode)
}
