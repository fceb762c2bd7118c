//! A command line's facts: each simple command interpreted, wrappers looked through.

use std::borrow::Cow;
use std::ops::Range;

use super::collector::{Collector, Touch, Trial};
use super::harmless;
use super::remotes::{self, ANOTHER_REPOSITORY};
use super::returns::{is_rest, without_return};
use super::spelled;
use crate::action::budget;
use crate::action::facts::{Command, Effects, UnknownKind, Word};
use crate::action::path::{Base, Use, is_doubtful, is_doubtful_directory};
use crate::action::program::{self, Leaf, Meaning, Reach};
use crate::action::shell::{
    Branch, Mark, Shell, ShellWord, SimpleCommand, Stdin, Unparsed, Visitor,
};

impl Visitor for Collector<'_> {
    fn command(&mut self, shell: &mut Shell, command: &SimpleCommand) -> Result<(), Unparsed> {
        let redirects = !command.redirections.is_empty();
        let place = redirects.then(|| shell.location.clone());
        let first = self.facts.commands.len();
        self.keeps_files |= keeps_files(&command.words);
        let variables = command.assignments.iter();
        let variables = variables.filter(|name| !harmless::as_assigned(shell, name));
        let variables: Vec<String> = variables.cloned().collect();
        if command.words.is_empty() {
            // It reaches a program only if the name is exported.
            let is_reaching = |name: &&String| command.exports || !program::is_local(name);
            let reaching = variables.iter().filter(is_reaching);
            self.assigned(shell, reaching)?;
            self.only_assigns(shell);
        } else {
            let mark = self.passing.variables.len();
            self.passing.variables.extend(variables);
            let stdin = command.stdin.clone().unwrap_or_else(|| shell.stdin.clone());
            self.reads_pipe = command.reads_pipe && shell.via.is_empty();
            let result = self
                .simple(shell, &command.words, &stdin)
                .and_then(|()| self.aliased(shell, &command.words));
            self.reads_pipe = false;
            self.passing.variables.truncate(mark);
            result?;
        }
        let Some(place) = place else {
            return Ok(());
        };
        let index = (self.facts.commands.len() > first).then_some(first);
        for redirection in &command.redirections {
            let touch = Touch {
                base: &place.directory,
                via: "redirection",
                command: index,
                search: None,
            };
            self.redirection(redirection, touch);
            self.opened_elsewhere(&place.elsewhere, redirection, touch);
        }
        self.notes_written(command, &place.directory);
        Ok(())
    }

    fn unparsed(&mut self, problem: &Unparsed) {
        self.incomplete |= self.trial <= Trial::Carried;
        self.unknown(UnknownKind::Unparsed, problem.to_string(), None);
    }

    fn unknown(&mut self, reason: &str) {
        self.unknown(UnknownKind::Dynamic, reason.to_owned(), None);
    }

    fn repeats(&mut self) {
        self.endless.repeats = true;
    }

    fn mark(&self) -> Mark {
        self.point()
    }

    fn after(&mut self, part: Range<Mark>, since: Mark) {
        self.runs_after(part, since);
    }

    fn beside(&mut self, part: Range<Mark>) {
        self.goes_on(part);
    }
}

impl Collector<'_> {
    pub(super) fn simple(
        &mut self,
        shell: &mut Shell,
        words: &[ShellWord],
        stdin: &Stdin,
    ) -> Result<(), Unparsed> {
        shell.spend(budget::of_words(words) + self.surroundings(shell))?;
        let environment = |name: &str| shell.assigned(name);
        let told = program::git_with_environment(words, &environment);
        let read = told.as_deref().unwrap_or(words);
        let meaning = program::interpret(read);
        let contacts = self.contacts(shell, read, matches!(meaning, Meaning::Wraps(_)));
        let first = self.facts.commands.len();
        let result = self.meant(shell, words, meaning, stdin);
        self.connects(contacts, first);
        result.and_then(|()| self.runs_written(shell, words, stdin))
    }

    fn meant(
        &mut self,
        shell: &mut Shell,
        words: &[ShellWord],
        meaning: Meaning,
        stdin: &Stdin,
    ) -> Result<(), Unparsed> {
        match meaning {
            Meaning::Wraps(wrapper) => {
                let starts = self.by_variables(shell, words)?;
                self.started(shell, words, &starts, &[], stdin)?;
                self.wrapped(shell, words, &wrapper, stdin)
            }
            Meaning::Runs(mut leaf) => {
                let mut starts = std::mem::take(&mut leaf.starts);
                starts.extend(self.by_variables(shell, words)?);
                let base = leaf.base.clone();
                self.leaf(shell, words, leaf)?;
                self.started(shell, words, &starts, &base, stdin)
            }
        }
    }

    fn leaf(
        &mut self,
        shell: &mut Shell,
        words: &[ShellWord],
        mut leaf: Box<Leaf>,
    ) -> Result<(), Unparsed> {
        let index = self.facts.commands.len();
        let directory = shell.location.directory.clone();
        let others = shell.location.elsewhere.clone();
        let base = match leaf.base.as_slice() {
            [] => Cow::Borrowed(&directory),
            words => Cow::Owned(
                (words.iter()).fold(directory.clone(), |base, word| self.changed(&base, word)),
            ),
        };
        if leaf.walks_unless_fed && self.reads_pipe && shell.via.is_empty() {
            leaf.operands.retain(|operand| !program::is_here(operand));
        }
        self.stages(words, &mut leaf, &base);
        self.depends(words, &leaf, &base);
        self.brings |= leaf.brings;
        self.moves(shell, words, &mut leaf);
        // What a skim finds is never allowed, whatever lifts it.
        let skims = self.skimmed.is_some();
        let spelled = self.spelled_directory(words, &leaf, (&directory, &base));
        let in_folder = spelled.is_some() && self.is_in_folder(&leaf, &base);
        spelled::runs_code(&mut leaf, in_folder);
        let lifted = match skims {
            true => Vec::new(),
            false => self.lifted(words, &leaf, &base, spelled.is_some()),
        };
        if let Some(spelled) = spelled {
            leaf.allow_form = Some(spelled::texts_of(words));
            leaf.unvouched.extend(spelled);
        }
        let mut forms = std::mem::take(&mut leaf.block_forms);
        self.unknown_subcommand(words, &forms, index);
        forms.extend(self.forms.iter().cloned());
        self.tracks |= leaf.git.is_some() && remotes::tracks_another(&forms);
        let program = last_segment(words);
        for reason in &leaf.unknowns {
            self.unknown(
                UnknownKind::Dynamic,
                format!("`{program}`: {reason}"),
                Some(index),
            );
        }
        let assignments = [&self.lasting, &self.passing]
            .into_iter()
            .filter(|_| !skims)
            .flat_map(|lifts| &lifts.variables);
        let assignments: Vec<String> = assignments.cloned().collect();
        let effects = match skims {
            true => Effects::default(),
            false => {
                let lifts = super::known::lifts(&leaf, shell, (&lifted, &assignments));
                let mut bases = others.iter().chain([&*base]);
                let placed = bases.all(|base| self.is_placed(&leaf, base));
                // Another repository's configuration may name programs that git runs.
                let is_moved = leaf.git.is_some() && !self.resolver.is_root(&base);
                let elsewhere = is_moved && !in_folder;
                super::known::effects(&mut leaf, words, placed, lifts || elsewhere)
            }
        };
        if leaf.known.as_ref().is_some_and(|it| it.is_endless) {
            self.endless.commands.push(index);
        }
        let exported = leaf
            .assignments
            .iter()
            .filter(|name| !harmless::as_given(words, name));
        self.assigned(shell, exported)?;
        if leaf.reach == Reach::Following {
            self.lasting.lifted(leaf.allow_lifted.clone());
        }
        let push = leaf
            .git_remote
            .as_ref()
            .map(|remote| self.push(shell, remote, &leaf, &base, index));
        let allow_form = if lifted.is_empty() && !skims {
            let form = leaf.allow_form.take();
            form.map(|form| without_return(form, shell.met_returns))
        } else {
            None
        };
        let lifted_all = allow_form.is_none();
        let dynamic = words.first().is_none_or(|word| word.known().is_none());
        self.kept(Command {
            program: if dynamic {
                String::new()
            } else {
                program.clone()
            },
            words: shown(words),
            via: shell.via.clone(),
            block_forms: forms,
            allow_form,
            allow_lifted: lifted,
            assignments,
            neutral: (leaf.neutral || is_rest(words, shell)) && self.is_plain(),
            inert: leaf.inert,
            may_follow: None,
            effect: leaf.effect,
            effects,
            push,
            tried: self.trial != Trial::No,
            unvouched: if lifted_all || leaf.neutral {
                Vec::new()
            } else {
                std::mem::take(&mut leaf.unvouched)
            },
        });
        let touch = Touch {
            base: &base,
            via: &program,
            command: Some(index),
            search: leaf.known.as_ref().and_then(|it| it.search.as_ref()),
        };
        for operand in &leaf.operands {
            self.operand(operand, touch);
        }
        for operand in &leaf.presumed {
            self.presumed(operand, touch);
        }
        self.touched_elsewhere(&others, &leaf, touch);
        self.bare(std::mem::take(&mut leaf.bare), touch);
        self.notes_links(words, &leaf.operands, &base);
        for word in leaf.known.iter().flat_map(|known| &known.lists) {
            self.listed(word, touch);
        }
        let elsewhere = leaf.git.as_ref().is_some_and(|git| git.elsewhere);
        if let Some(word) = &leaf.switches_to {
            shell.location.branch = match word.known() {
                Some(name) if !elsewhere && !name.ends_with('\r') => Branch::Switched {
                    name: name.to_owned(),
                    directory: base.clone().into_owned(),
                },
                _ => Branch::Unknown,
            };
        }
        Ok(())
    }

    /// Moves the shell, as `cd` does. The command is neutral if the shell stays inside the
    /// workspace.
    fn moves(&mut self, shell: &mut Shell, words: &[ShellWord], leaf: &mut Leaf) {
        if let Some(word) = &leaf.directory {
            // A file made before may be another one seen from a directory that `cd` didn't reach.
            self.made.clear();
            let before = shell.location.clone();
            match words {
                [popd] if popd.text == "popd" => {
                    let top = shell.location.pop();
                    shell.location.change(|_| top.clone());
                }
                _ if shell.is_assigned("CDPATH") || shell.is_lost() => {
                    shell.location.change(|_| Base::Unknown)
                }
                // There hardly is such a directory: bash stays where it is.
                _ if word.text.ends_with('\r') => {}
                _ => shell.location.change(|base| self.changed(base, word)),
            }
            match words {
                [pushd, _] if pushd.text == "pushd" && word.known().is_some() => {
                    shell.location.push(before.directory.clone());
                }
                // Rotations and `-n`: what lies where is not followed.
                [program, _, ..] if program.text != "cd" => shell.location.stack.clear(),
                _ => {}
            }
            let directory = &shell.location.directory;
            leaf.neutral &= self.resolver.is_inside(directory);
            // The root is there, and so is the directory above one that is.
            let is_there = self.resolver.is_root(directory) || word.known() == Some("..");
            if !is_there && self.skimmed.is_none() {
                shell.location.may_fail(before);
            }
        }
    }

    pub(super) fn changed(&self, base: &Base, word: &ShellWord) -> Base {
        match word.known() {
            Some(text)
                if !is_doubtful(text, false, Use::Entered) && !is_doubtful_directory(text) =>
            {
                self.resolver.change(base, text)
            }
            _ => Base::Unknown,
        }
    }

    /// Every reason why nothing can allow a command.
    fn lifted(
        &self,
        words: &[ShellWord],
        leaf: &Leaf,
        base: &Base,
        is_spelled: bool,
    ) -> Vec<String> {
        let mut reasons = leaf.allow_lifted.clone();
        reasons.extend(self.passing.reasons.iter().cloned());
        reasons.extend(self.lasting.reasons.iter().cloned());
        if !self.resolver.is_inside(base) {
            reasons.push("it works outside the workspace, or where is not known".to_owned());
        }
        let dynamic = "a word is known only at run time";
        if words.iter().any(ShellWord::is_open) && !reasons.iter().any(|reason| reason == dynamic) {
            reasons.push(dynamic.to_owned());
        }
        let stays = |word: &ShellWord| {
            if is_doubtful(&word.text, word.glob, Use::Entered) {
                return false;
            }
            let found = self.resolver.resolve(&word.text, base);
            found.is_ok_and(|found| {
                !found.outside_workspace && found.anchor == crate::action::facts::Anchor::Workspace
            })
        };
        if leaf.git.is_some() && !self.resolver.is_root(base) && !is_spelled {
            reasons.push(ANOTHER_REPOSITORY.to_owned());
        }
        reasons.extend(self.foreign(leaf, base));
        reasons.extend(self.by_path(words, leaf, base));
        if self.removes_workspace(leaf, base) {
            reasons.push("it deletes or moves the workspace, or a folder that holds it".to_owned());
        }
        // An empty word names no file.
        let mut loads = leaf.loads.iter().filter(|word| !word.text.is_empty());
        if loads.any(|word| !stays(word)) {
            reasons.push("it takes files from outside the workspace".to_owned());
        }
        if words.iter().any(|word| word.glob && !stays(word)) {
            reasons.push("a glob can match outside the workspace".to_owned());
        }
        if program::may_find_options(words) {
            reasons.push("a glob can match a name that is an option".to_owned());
        }
        reasons
    }
}

/// Whether a command may set `noclobber`, with which `>` leaves a file as it is (`set -C`).
fn keeps_files(words: &[ShellWord]) -> bool {
    let is_set = |word: &ShellWord| word.known() == Some("set");
    let sets = |word: &ShellWord| {
        word.known().is_none() || word.text.contains('C') || word.text == "noclobber"
    };
    words.iter().take(2).any(is_set) && words.iter().any(sets)
}

pub(super) fn texts(words: &[ShellWord]) -> Vec<String> {
    let program = last_segment(words).to_lowercase();
    let rest = words.iter().skip(1).map(|word| word.text.clone());
    std::iter::once(program).chain(rest).collect()
}

pub(super) fn shown(words: &[ShellWord]) -> Vec<Word> {
    let shown = |word: &ShellWord| Word {
        text: word.text.clone(),
        dynamic: word.dynamic,
    };
    words.iter().map(shown).collect()
}

pub(super) fn last_segment(words: &[ShellWord]) -> String {
    let program = words.first().map_or("", |word| word.text.as_str());
    program::file_name(program).to_owned()
}
