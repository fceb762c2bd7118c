//! Commands whose facts depend on what the line does elsewhere to the repository and to files.
//!
//! The walk goes through a line once. A command of a loop, of a pipe or in the background may run
//! after commands that the walk meets later, and then it sees what those did.

use std::ops::Range;

use super::collector::{Collector, Dependent, Shows, Touch, Trial};
use super::spelled::{is_or_holds, own_file};
use crate::action::budget;
use crate::action::facts::{PathAccess, UnknownKind};
use crate::action::path::Base;
use crate::action::program::{Access, Leaf, Operand};
use crate::action::shell::{Mark, ShellWord};

/// Wrappers that run their command once, and end when it ends.
const ONCE: &[&str] = &[
    ".", "bash", "builtin", "chrt", "command", "dash", "doas", "env", "eval", "exec", "genv",
    "gtimeout", "ionice", "ksh", "nice", "nohup", "prlimit", "sh", "source", "stdbuf", "taskset",
    "time", "timeout", "zsh",
];

impl Collector<'_> {
    /// The point that the walk has come to.
    pub(super) fn point(&self) -> Mark {
        let Self {
            lasting, written, ..
        } = self;
        Mark {
            commands: self.facts.commands.len(),
            lasting: lasting.reasons.len() + lasting.variables.len() + written.texts.len(),
            depends: self.unordered.dependents.len(),
            staged: self.unordered.stagings,
            named: self.staged.len(),
            writes: self.facts.writes.len(),
            presumed_writes: self.facts.presumed_writes.len(),
            links: self.links.len(),
            branches: self.unordered.switches + usize::from(self.tracks),
        }
    }

    /// Notes what a command shows if files are staged, and which files it stages.
    pub(super) fn stages(&mut self, words: &[ShellWord], leaf: &mut Leaf, base: &Base) {
        if leaf.stages_unnamed {
            self.has_staged = true;
            self.unordered.stagings += 1;
        }
        let named = std::mem::take(&mut leaf.stages).into_iter();
        self.staged.extend(named.map(|word| (base.clone(), word)));
        if leaf.switches_to.is_some() {
            self.unordered.switches += 1;
        }
        let mut operands = std::mem::take(&mut leaf.shows_staged);
        if operands.is_empty() {
            return;
        }
        let command = self.facts.commands.len();
        self.shows_named(0, &super::commands::last_segment(words), command);
        if self.has_staged {
            leaf.operands.append(&mut operands);
        } else if self.skimmed.is_none() {
            let shows = Shows {
                operands,
                base: base.clone(),
                via: super::commands::last_segment(words),
                command,
                trial: self.trial,
            };
            self.unordered.dependents.push(Dependent::Shows(shows));
        }
    }

    /// Notes a program that is named by a path, and a push.
    pub(super) fn depends(&mut self, words: &[ShellWord], leaf: &Leaf, base: &Base) {
        if self.trial > Trial::Carried || self.skimmed.is_some() {
            return;
        }
        let command = self.facts.commands.len();
        if let Some(file) = own_file(words, leaf) {
            let found = self.resolver.resolve(&file.text, base);
            let path = found.map_or_else(|_| String::new(), |found| found.path.to_lowercase());
            let program = Dependent::Program { path, command };
            self.unordered.dependents.push(program);
        }
        if leaf.git_remote.is_some() {
            self.unordered.dependents.push(Dependent::Push { command });
        }
    }

    /// Notes that the commands of a wrapper, which the walk met since `from`, may run again and again, or go on
    /// when the wrapper has ended.
    pub(super) fn wraps(&mut self, wrapper: &str, from: Mark) {
        let name = wrapper.split(' ').next().unwrap_or_default();
        if !ONCE.contains(&name) {
            let part = from..self.point();
            self.runs_after(part.clone(), from);
            self.goes_on(part);
        }
    }

    /// Notes a part that may go on until the line ends.
    pub(super) fn goes_on(&mut self, part: Range<Mark>) {
        let since = part.end;
        self.unordered.beside.push((part, since));
    }

    /// Looks at what may have gone on until the end of the line. A function that calls itself runs all of it again,
    /// and the walk doesn't follow it there.
    pub(super) fn ends(&mut self) {
        if self.endless.repeats {
            self.runs_after(Mark::default()..self.point(), Mark::default());
        }
        for (part, since) in std::mem::take(&mut self.unordered.beside) {
            self.runs_after(part, since);
        }
    }

    /// Takes it that the commands of `part` run after all that the walk met since `since`.
    pub(super) fn runs_after(&mut self, part: Range<Mark>, since: Mark) {
        let now = self.point();
        let last = now.commands.checked_sub(1);
        let commands = self.facts.commands.iter_mut().enumerate();
        let part_of = commands.take(part.end.commands).skip(part.start.commands);
        for (_, command) in part_of.filter(|(index, _)| last > Some(*index)) {
            command.may_follow = last;
        }
        if now.links > since.links {
            self.may_be("a link is made while commands run that may follow it", None);
        }
        // Nothing below adds one.
        let mut dependents = std::mem::take(&mut self.unordered.dependents);
        let range = part.start.depends..part.end.depends;
        for dependent in dependents.get_mut(range).unwrap_or_default() {
            match dependent {
                Dependent::Shows(shows) => {
                    let outer = std::mem::replace(&mut self.trial, shows.trial);
                    self.shows_named(since.named, &shows.via, shows.command);
                    if now.staged > since.staged {
                        self.shows_what_is_staged(shows);
                    }
                    self.trial = outer;
                }
                Dependent::Push { command } if now.branches > since.branches => {
                    self.may_be("a push may run while a branch is switched", Some(*command));
                }
                Dependent::Program { path, command } if self.is_written_since(path, since) => {
                    self.may_be("a program may be what the line writes", Some(*command));
                }
                Dependent::Push { .. } | Dependent::Program { .. } => {}
            }
        }
        self.unordered.dependents = dependents;
    }

    fn may_be(&mut self, reason: &str, command: Option<usize>) {
        self.unknown(UnknownKind::Dynamic, reason.to_owned(), command);
    }

    /// Adds what a command shows of what is staged, if that was not added before.
    fn shows_what_is_staged(&mut self, shows: &mut Shows) {
        for operand in std::mem::take(&mut shows.operands) {
            let touch = Touch {
                base: &shows.base,
                via: &shows.via,
                command: Some(shows.command),
                search: None,
            };
            self.operand(&operand, touch);
        }
    }

    /// Adds the files that the line staged by their names, but the first few, to what a command shows. Where a
    /// file didn't change, nothing of it is shown, so that none is shown for certain.
    fn shows_named(&mut self, but_first: usize, via: &str, command: usize) {
        for (base, word) in self.staged.split_off(but_first) {
            let shown = Operand {
                word: ShellWord { glob: true, ..word },
                access: Access::Read,
                recursive: false,
            };
            let touch = Touch {
                base: &base,
                via,
                command: Some(command),
                search: None,
            };
            self.operand(&shown, touch);
            self.staged.push((base, shown.word));
        }
    }

    /// Whether the line wrote the file since then, or a directory that it is in, or may have.
    fn is_written_since(&self, path: &str, since: Mark) -> bool {
        let of = |all: &'_ [PathAccess], from: usize| -> bool {
            let all = all.get(from..).unwrap_or_default();
            let cost = all.len().saturating_mul(budget::LOOK);
            // Where less is left than looking at them takes, the line is not followed.
            self.budget.spend(cost).is_err() || all.iter().any(|it| is_or_holds(it, path))
        };
        of(&self.facts.writes, since.writes)
            || of(&self.facts.presumed_writes, since.presumed_writes)
    }
}
