//! Code that a line may bring into the project, or choose, and then runs: a download, a copy of what lies elsewhere, a
//! file by which a launcher finds its program.

use super::Prepare;
use crate::action::facts::{Command, Deed, Extent, Facts, PathAccess};

/// Files by which a launcher chooses the program that it starts (asdf, mise, rustup, uv, proto, SDKMAN!, direnv), which may
/// be one at any path. So may those that are named for a language: `.python-version`.
const CHOOSERS: &[&str] = &[
    ".envrc",
    ".mise.toml",
    ".nvmrc",
    ".prototools",
    ".sdkmanrc",
    "global.json",
    "mise.toml",
    "rust-toolchain",
    "rust-toolchain.toml",
];
const ENDS_OF_CHOOSERS: [&str; 2] = ["-version", "-versions"];

/// What a line brings along.
#[derive(Debug, Default)]
pub(super) struct Brought {
    /// The index of the first command that reads from the network.
    downloads: Option<usize>,
    /// What it reads outside the workspace, where it also writes inside.
    copied: Option<Copied>,
    /// The first file that it writes by which a launcher chooses what it starts.
    chooser: Option<Chooser>,
}

/// A file that a line writes.
#[derive(Debug, Clone, Copy)]
struct Chooser {
    /// The index in `facts.writes`.
    write: usize,
    /// The index of the command that writes it.
    since: usize,
}

/// What a line may copy into the workspace.
#[derive(Debug, Clone, Copy)]
struct Copied {
    /// The index in `facts.reads`.
    read: usize,
    /// The index of the first command in front of which something was read outside and something written inside.
    since: usize,
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
        let writes = |access: &&PathAccess| is_copy(access) && !is_outside(access);
        let reads = |(_, access): &(usize, &PathAccess)| is_copy(access) && is_outside(access);
        let downloads = |command: &Command| command.effects.does.contains(Deed::NetworkRead);
        let written = facts.writes.iter().filter(writes).map(begins).min();
        let copied = written.and_then(|written| {
            let read = facts.reads.iter().enumerate().filter(reads);
            let (read, access) = read.min_by_key(|(_, access)| begins(access))?;
            let since = begins(access).max(written);
            Some(Copied { read, since })
        });
        Brought {
            downloads: facts.commands.iter().position(downloads),
            copied,
            chooser: chooser(&facts.writes),
        }
    }

    /// Whether the command runs the project's code in a line that read from the network before: what it runs may
    /// just have come from there (`curl -so Makefile URL && make test`).
    pub(super) fn runs_what_is_downloaded(
        &self,
        facts: &Facts,
        index: usize,
        command: &Command,
    ) -> bool {
        runs_project_code(command)
            && self
                .brought
                .downloads
                .is_some_and(|since| since <= last_before(facts, index))
    }

    /// What a line reads outside the workspace and may have copied into it, where the command runs the project's code
    /// (`cp /tmp/x.py conftest.py && pytest`).
    pub(super) fn runs_what_is_copied<'f>(
        &self,
        facts: &'f Facts,
        index: usize,
        command: &Command,
    ) -> Option<&'f PathAccess> {
        if !runs_project_code(command) {
            return None;
        }
        facts.reads.get(self.copied_before(facts, index)?.read)
    }

    /// The file that the line writes, where the command may run what it chooses (`echo 'nodejs path:/tmp/x' >
    /// .tool-versions; node --version`).
    pub(super) fn runs_what_is_chosen<'f>(
        &self,
        facts: &'f Facts,
        index: usize,
        command: &Command,
    ) -> Option<&'f PathAccess> {
        let chooser = self.chooser_before(facts, index)?;
        let starts = runs_project_code(command) || asks_for_version(command);
        facts.writes.get(chooser.write).filter(|_| starts)
    }

    fn chooser_before(&self, facts: &Facts, index: usize) -> Option<Chooser> {
        let chooser = self.brought.chooser?;
        (chooser.since <= last_before(facts, index)).then_some(chooser)
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
            return self.runs_what_is_chosen(facts, subject, command).is_some();
        }
        let mut before = facts.commands.iter().enumerate();
        let mut is_downloaded = || {
            let last = last_before(facts, subject);
            before.any(|(index, other)| {
                index != subject && index <= last && other.effects.does.contains(Deed::NetworkRead)
            })
        };
        self.chooser_before(facts, subject).is_some()
            || self.copied_before(facts, subject).is_some()
            || (!facts.writes.is_empty() && is_downloaded())
    }

    fn copied_before(&self, facts: &Facts, index: usize) -> Option<Copied> {
        let copied = self.brought.copied?;
        (copied.since <= last_before(facts, index)).then_some(copied)
    }
}

fn runs_project_code(command: &Command) -> bool {
    command.effects.does.contains(Deed::RunsProjectCode)
}

/// The index of the command from which on a path may be touched. A redirection around several commands opens it in front
/// of them all.
fn begins(access: &PathAccess) -> usize {
    access.command.unwrap_or(0)
}

/// The index of the last command that may run before a command ends: of those behind it, that it runs itself, or that
/// don't wait for it.
fn last_before(facts: &Facts, index: usize) -> usize {
    let behind = facts.commands.get(index + 1..).unwrap_or_default();
    let own = behind.iter().take_while(|command| command.tried).count();
    let command = facts.commands.get(index);
    let later = command.and_then(|command| command.may_follow);
    later.unwrap_or(index).max(index + own)
}

fn chooser(writes: &[PathAccess]) -> Option<Chooser> {
    let choosers = writes.iter().enumerate().filter(|(_, it)| is_chooser(it));
    let (write, access) = choosers.min_by_key(|(_, it)| begins(it))?;
    let since = begins(access);
    Some(Chooser { write, since })
}

/// Whether a launcher chooses by this file which program it starts.
fn is_chooser(write: &PathAccess) -> bool {
    let name = write.path.rsplit('/').next().unwrap_or_default();
    let is_it = |known: &&str| name.eq_ignore_ascii_case(known);
    let ends = |end: &&str| {
        let at = name.len().checked_sub(end.len());
        let tail = at.and_then(|at| name.get(at..));
        name.starts_with('.') && tail.is_some_and(|it| it.eq_ignore_ascii_case(end))
    };
    CHOOSERS.iter().any(is_it) || ENDS_OF_CHOOSERS.iter().any(ends)
}

/// Whether a command asks a program for its version: a launcher may start another program of that name.
fn asks_for_version(command: &Command) -> bool {
    const ASKS: [&str; 5] = ["--version", "-version", "-v", "version", "-V"];
    let mut words = command.words.iter().skip(1);
    words.any(|word| ASKS.contains(&&*word.text))
}
