//! Commands that a program starts besides what it does itself, and those that it may start.

use super::collector::{By, Collector, Touch, Trial};
use crate::action::path::Base;
use crate::action::program::{self, Inner, Language, Source};
use crate::action::shell::{self, Branch, Shell, ShellWord, Stdin, Unparsed};

impl Collector<'_> {
    /// Follows the commands that a program starts, in the directory that it works in.
    pub(super) fn started(
        &mut self,
        shell: &mut Shell,
        words: &[ShellWord],
        starts: &[Inner],
        base: &[ShellWord],
        stdin: &Stdin,
    ) -> Result<(), Unparsed> {
        if starts.is_empty() {
            return Ok(());
        }
        let name = super::commands::last_segment(words);
        let outer_location = shell.location.clone();
        for word in base {
            shell.location.change(|base| self.changed(base, word));
        }
        let outer = self.facts.commands.len().checked_sub(1);
        let start = self.point();
        let result = shell.through(&name, |shell| {
            starts.iter().try_for_each(|inner| {
                let from = self.marks();
                let result = self.inner(shell, By::apart(&name), inner, stdin);
                if let (Inner::Carried(_), Some(outer)) = (inner, outer) {
                    self.carry(outer, from);
                }
                result
            })
        });
        shell.location.returns_to(outer_location);
        self.wraps(&name, start);
        shell::contained(result, self)
    }

    /// The commands that variables of the line make a program start: `PAGER=… git log`.
    pub(super) fn by_variables(
        &self,
        shell: &Shell,
        words: &[ShellWord],
    ) -> Result<Vec<Inner>, Unparsed> {
        let texts = shell.starting_variables()?;
        let texts = texts.into_iter();
        Ok(texts
            .filter_map(|(name, text)| program::started_by_variable(words, name, text))
            .collect())
    }

    /// Follows commands that may happen. Their changes to the shell are undone.
    pub(super) fn tried(
        &mut self,
        shell: &mut Shell,
        by: By<'_>,
        inner: &Inner,
        stdin: &Stdin,
        trial: Trial,
    ) -> Result<(), Unparsed> {
        let before = self.trial;
        let marks = (self.lasting.reasons.len(), self.lasting.variables.len());
        let branch = shell.location.branch.clone();
        self.trial = before.max(trial);
        let result = shell.subshell(|shell| {
            if trial == Trial::Elsewhere {
                shell.location.directory = Base::Unknown;
            }
            self.inner(shell, by, inner, stdin)
        });
        let result = shell::contained(result, self);
        self.trial = before;
        self.lasting.reasons.truncate(marks.0);
        self.lasting.variables.truncate(marks.1);
        if branch != shell.location.branch {
            shell.location.branch = Branch::Unknown;
        }
        result
    }

    /// Follows code in another language as far as it is constant.
    pub(super) fn code(
        &mut self,
        shell: &mut Shell,
        name: &str,
        code: (Language, &Source),
        stdin: &Stdin,
    ) -> Result<(), Unparsed> {
        let (language, source) = code;
        let text = match (source, stdin) {
            (Source::Text(text), _) | (Source::Stdin, Stdin::Text(text)) => Some(text.clone()),
            (Source::Process(written), _) => shell.processes.get(written).cloned(),
            (Source::Stdin, _) => None,
        };
        let Some(text) = text else {
            return Ok(());
        };
        let found = program::constants_of(language, &text);
        let directory = shell.location.directory.clone();
        let touch = Touch {
            base: &directory,
            via: name,
            command: self.facts.commands.len().checked_sub(1),
            search: None,
        };
        for operand in &found.operands {
            self.operand(operand, touch);
        }
        let elsewhere = shell.location.elsewhere.clone();
        self.operands_elsewhere(&elsewhere, &found.operands, touch);
        found
            .starts
            .iter()
            .try_for_each(|inner| self.inner(shell, By::apart(name), inner, &Stdin::Dynamic))
    }
}
