//! Keeps the facts of a line other than paths: commands, unknowns, and reasons that lift an allow.

use super::collector::{Collector, Trial};
use crate::action::budget;
use crate::action::facts::{Command, Unknown, UnknownKind};
use crate::action::limits::MAX_UNKNOWNS;
use crate::action::program;
use crate::action::shell::{Shell, ShellWord, Unparsed};

impl Collector<'_> {
    pub(super) fn unknown(&mut self, kind: UnknownKind, reason: String, command: Option<usize>) {
        if self.trial > Trial::Carried {
            return;
        }
        let unknown = Unknown {
            kind,
            reason,
            command,
        };
        let unknowns = &mut self.facts.unknowns;
        let first_of_kind = || unknowns.iter().all(|other| other.kind != kind);
        if unknowns.len() >= MAX_UNKNOWNS && !first_of_kind() {
            return;
        }
        if !unknowns.contains(&unknown) {
            unknowns.push(unknown);
        }
    }

    /// A subcommand that is known only at run time. The program is known, and what it does is not.
    pub(super) fn unknown_subcommand(
        &mut self,
        words: &[ShellWord],
        forms: &[Vec<String>],
        index: usize,
    ) {
        let mut arguments = words.iter().skip(1);
        if arguments.all(|word| word.known().is_some()) {
            return;
        }
        let has_subcommands = |form: &Vec<String>| {
            form.first()
                .is_some_and(|name| program::needs_subcommand(name))
        };
        let unknown = forms
            .iter()
            .filter(|form| has_subcommands(form))
            .any(|form| {
                let subcommand = form.get(1);
                let same = |word: &ShellWord| subcommand.is_some_and(|text| *text == word.text);
                words
                    .iter()
                    .skip(1)
                    .any(|word| word.known().is_none() && same(word))
            });
        if unknown {
            let reason = format!(
                "`{}`: the subcommand is known only at run time",
                super::commands::last_segment(words)
            );
            self.unknown(UnknownKind::Dynamic, reason, Some(index));
        }
    }

    /// Adds a simple command to the facts.
    pub(super) fn kept(&mut self, command: Command) {
        match self.skimmed {
            Some(_) => self.keep_skimmed(command),
            None => {
                let commands = &mut self.facts.commands;
                // Most lines are one command, and a command is large.
                if commands.is_empty() {
                    commands.reserve_exact(1);
                }
                commands.push(command);
            }
        }
    }

    /// Whether nothing around the present command keeps it from being allowed. What runs a command
    /// in another way than the shell does may do more than the command itself.
    pub(super) fn is_plain(&self) -> bool {
        self.passing.reasons.is_empty() && self.lasting.reasons.is_empty()
    }

    /// Keeps a command without words, which assigns or redirects.
    pub(super) fn only_assigns(&mut self, shell: &Shell) {
        let lifts = [&self.lasting, &self.passing].into_iter();
        let lifts = lifts.filter(|_| self.skimmed.is_none());
        let (mut reasons, mut variables) = (Vec::new(), Vec::new());
        // The names that the command itself assigns reach only what follows.
        for lifts in lifts {
            reasons.extend(lifts.reasons.iter().cloned());
            variables.extend(lifts.variables.iter().cloned());
        }
        self.kept(Command {
            via: shell.via.clone(),
            block_forms: self.forms.clone(),
            allow_lifted: reasons,
            assignments: variables,
            neutral: self.is_plain(),
            tried: self.trial != Trial::No,
            ..Command::default()
        });
    }

    /// The cost of keeping, with a command, the reasons that hold for it from outside.
    pub(super) fn surroundings(&self, shell: &Shell) -> usize {
        let forms = self.forms.iter().map(budget::of_texts);
        let lifts = [&self.lasting, &self.passing].into_iter();
        let lifts = lifts
            .map(|lifts| budget::of_texts(&lifts.reasons) + budget::of_texts(&lifts.variables));
        forms.sum::<usize>() + lifts.sum::<usize>() + budget::of_texts(&shell.via)
    }

    /// Adds names that were assigned and reach the commands that follow. A skim allows none of
    /// those commands.
    pub(super) fn assigned<'n>(
        &mut self,
        shell: &mut Shell,
        names: impl Iterator<Item = &'n String>,
    ) -> Result<(), Unparsed> {
        if self.skimmed.is_some() {
            return Ok(());
        }
        for name in names {
            let known = &mut self.lasting.variables;
            shell.spend(known.len().saturating_mul(budget::BYTE))?;
            if !known.contains(name) {
                known.push(name.clone());
            }
        }
        Ok(())
    }
}
