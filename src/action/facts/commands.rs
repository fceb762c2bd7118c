//! A command line's facts: each simple command interpreted, wrappers looked through.

use super::access::Touch;
use super::{Command, Facts, Unknown, UnknownKind, Word};
use crate::action::path::{Base, Resolver};
use crate::action::program::{self, Inner, Leaf, Meaning, Wrapper};
use crate::action::shell::{
    self, Branch, Shell, ShellWord, SimpleCommand, Stdin, Unparsed, Visitor,
};
use crate::action::{facts::harmless, git};

/// What a command line would do.
pub(super) fn facts(line: &str, resolver: &Resolver, current_branch: Option<&str>) -> Facts {
    let mut collector = Collector {
        resolver,
        current_branch,
        facts: Facts::default(),
        lasting: Lifts::default(),
        passing: Lifts::default(),
        forms: Vec::new(),
    };
    let mut shell = Shell::new(resolver.start());
    if let Err(problem) = shell::run(&mut shell, line, &mut collector) {
        collector.unparsed(&problem);
    }
    if collector.facts.commands.is_empty() && collector.facts.unknowns.is_empty() {
        collector.unknown(
            UnknownKind::Unparsed,
            "there is no command".to_owned(),
            None,
        );
    }
    collector.facts
}

/// What keeps commands from being allowed.
#[derive(Debug, Default)]
struct Lifts {
    reasons: Vec<String>,
    /// Variables that are not known to be harmless.
    variables: Vec<String>,
}

/// Collects facts while a shell walks through a line.
pub(super) struct Collector<'a> {
    pub(super) resolver: &'a Resolver,
    current_branch: Option<&'a str>,
    pub(super) facts: Facts,
    /// Holds for all that follows (`export`, `alias`).
    lasting: Lifts,
    /// Holds inside the wrappers that are open.
    passing: Lifts,
    /// The wrappers' own words: patterns such as `sudo *` are held against them too.
    forms: Vec<Vec<String>>,
}

impl Visitor for Collector<'_> {
    fn command(&mut self, shell: &mut Shell, command: &SimpleCommand) -> Result<(), Unparsed> {
        let directory = shell.standing.directory.clone();
        let first = self.facts.commands.len();
        let variables = command
            .assignments
            .iter()
            .filter(|name| !harmless::variable(name));
        if command.words.is_empty() {
            self.lasting.variables.extend(variables.cloned());
            self.facts.commands.push(Command {
                via: shell.via.clone(),
                neutral: true,
                ..Command::default()
            });
        } else {
            let mark = self.passing.variables.len();
            self.passing.variables.extend(variables.cloned());
            let stdin = command.stdin.clone().unwrap_or_else(|| shell.stdin.clone());
            let result = self.simple(shell, &command.words, &stdin);
            self.passing.variables.truncate(mark);
            result?;
        }
        let index = (self.facts.commands.len() > first).then_some(first);
        for redirection in &command.redirections {
            let touch = Touch {
                base: &directory,
                via: "redirection",
                command: index,
            };
            self.redirection(redirection, touch);
        }
        Ok(())
    }

    fn unparsed(&mut self, problem: &Unparsed) {
        self.unknown(UnknownKind::Unparsed, problem.to_string(), None);
    }

    fn unknown(&mut self, reason: &str) {
        self.unknown(UnknownKind::Dynamic, reason.to_owned(), None);
    }
}

impl Collector<'_> {
    pub(super) fn unknown(&mut self, kind: UnknownKind, reason: String, command: Option<usize>) {
        let unknown = Unknown {
            kind,
            reason,
            command,
        };
        if !self.facts.unknowns.contains(&unknown) {
            self.facts.unknowns.push(unknown);
        }
    }

    fn simple(
        &mut self,
        shell: &mut Shell,
        words: &[ShellWord],
        stdin: &Stdin,
    ) -> Result<(), Unparsed> {
        match program::interpret(words) {
            Meaning::Wraps(wrapper) => self.wrapped(shell, words, &wrapper, stdin),
            Meaning::Runs(leaf) => {
                self.leaf(shell, words, leaf);
                Ok(())
            }
        }
    }

    fn wrapped(
        &mut self,
        shell: &mut Shell,
        words: &[ShellWord],
        wrapper: &Wrapper,
        stdin: &Stdin,
    ) -> Result<(), Unparsed> {
        let first = self.facts.commands.len();
        let marks = (self.passing.reasons.len(), self.passing.variables.len());
        self.passing.reasons.extend(wrapper.lifts_allow.clone());
        let variables = wrapper
            .assignments
            .iter()
            .filter(|name| !harmless::variable(name));
        self.passing.variables.extend(variables.cloned());
        self.forms.push(texts(words));
        let directory = shell.standing.directory.clone();
        if let Some(word) = &wrapper.directory {
            shell.standing.directory = self.changed(&directory, word);
        }
        let result = shell.through(&wrapper.name, |shell| {
            wrapper
                .inner
                .iter()
                .try_for_each(|inner| self.inner(shell, wrapper, inner, stdin))
        });
        if wrapper.directory.is_some() {
            shell.standing.directory = directory.clone();
        }
        self.forms.pop();
        self.passing.reasons.truncate(marks.0);
        self.passing.variables.truncate(marks.1);
        if wrapper.name == "alias" || wrapper.name == "trap" {
            self.lasting.reasons.extend(wrapper.lifts_allow.clone());
        }
        if self.facts.commands.len() == first {
            self.opaque(shell, words, wrapper);
        }
        for operand in &wrapper.operands {
            let touch = Touch {
                base: &directory,
                via: &wrapper.name,
                command: Some(first),
            };
            self.operand(operand, touch);
        }
        result
    }

    fn inner(
        &mut self,
        shell: &mut Shell,
        wrapper: &Wrapper,
        inner: &Inner,
        stdin: &Stdin,
    ) -> Result<(), Unparsed> {
        match (inner, stdin) {
            (Inner::Words(words), _) => {
                shell.spend_command()?;
                self.simple(shell, words, stdin)
            }
            (Inner::Script(script), _) => match wrapper.name.as_str() {
                "eval" => shell::run_part(shell, script, self),
                // Runs later or never, with the variables that there are then.
                "trap" | "alias" => shell.subshell(|shell| {
                    shell.forget_variables();
                    shell.standing.directory = Base::Unknown;
                    shell::run_part(shell, script, self)
                }),
                _ => shell.child(|shell| shell::run_part(shell, script, self)),
            },
            (Inner::Stdin, Stdin::Text(script)) => {
                let script = script.clone();
                shell.child(|shell| {
                    let outer = std::mem::replace(&mut shell.stdin, Stdin::Dynamic);
                    let before = std::mem::replace(&mut shell.script_on_stdin, true);
                    let result = shell::run_part(shell, &script, self);
                    shell.script_on_stdin = before;
                    shell.stdin = outer;
                    result
                })
            }
            (Inner::Stdin, _) => {
                let reason = format!("`{}` reads its commands from standard input", wrapper.name);
                self.unknown(UnknownKind::Dynamic, reason, None);
                Ok(())
            }
            (Inner::Dynamic(reason), _) => {
                shell.forget_variables();
                let reason = format!(
                    "`{}` runs what only the run will show: {reason}",
                    wrapper.name
                );
                self.unknown(UnknownKind::Dynamic, reason, None);
                Ok(())
            }
        }
    }

    /// A wrapper of which nothing that it runs is known.
    fn opaque(&mut self, shell: &Shell, words: &[ShellWord], wrapper: &Wrapper) {
        let mut forms = vec![texts(words)];
        forms.extend(self.forms.iter().cloned());
        self.facts.commands.push(Command {
            program: last_segment(words),
            words: shown(words),
            via: shell.via.clone(),
            block_forms: forms,
            allow_lifted: vec![format!("what `{}` runs is not known", wrapper.name)],
            ..Command::default()
        });
    }

    fn leaf(&mut self, shell: &mut Shell, words: &[ShellWord], mut leaf: Leaf) {
        let index = self.facts.commands.len();
        let directory = shell.standing.directory.clone();
        let base = leaf
            .base
            .iter()
            .fold(directory.clone(), |base, word| self.changed(&base, word));
        self.moves(shell, &mut leaf);
        let lifted = self.lifted(words, &leaf, &base);
        let mut forms = std::mem::take(&mut leaf.block_forms);
        self.unknown_subcommand(words, &forms, index);
        forms.extend(self.forms.iter().cloned());
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
            .flat_map(|lifts| &lifts.variables);
        let assignments = assignments.cloned().collect();
        let exported = leaf
            .assignments
            .iter()
            .filter(|name| !harmless::variable(name));
        self.lasting.variables.extend(exported.cloned());
        if leaf
            .allow_lifted
            .iter()
            .any(|reason| reason.contains("later commands"))
        {
            self.lasting.reasons.extend(leaf.allow_lifted.clone());
        }
        let push = leaf
            .git_remote
            .as_ref()
            .map(|remote| self.push(shell, remote, index));
        let allow_form = if lifted.is_empty() {
            leaf.allow_form.take()
        } else {
            None
        };
        let dynamic = words.first().is_none_or(|word| word.known().is_none());
        self.facts.commands.push(Command {
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
            neutral: leaf.neutral,
            inert: leaf.inert,
            effect: leaf.effect,
            push,
        });
        for operand in &leaf.operands {
            let touch = Touch {
                base: &base,
                via: &program,
                command: Some(index),
            };
            self.operand(operand, touch);
        }
        if let Some(word) = &leaf.switches_to {
            shell.standing.branch = match word.known() {
                Some(name) => Branch::Switched(name.to_owned()),
                None => Branch::Unknown,
            };
        }
    }

    /// `cd` moves the shell; it is neutral if it stays inside the workspace.
    fn moves(&self, shell: &mut Shell, leaf: &mut Leaf) {
        if let Some(word) = &leaf.directory {
            let directory = if shell.is_assigned("CDPATH") {
                Base::Unknown
            } else {
                self.changed(&shell.standing.directory, word)
            };
            leaf.neutral &= self.resolver.is_inside(&directory);
            shell.standing.directory = directory;
        }
    }

    fn changed(&self, base: &Base, word: &ShellWord) -> Base {
        match word.known() {
            Some(directory) => self.resolver.change(base, directory),
            None => Base::Unknown,
        }
    }

    /// Every reason why nothing can allow a command.
    fn lifted(&self, words: &[ShellWord], leaf: &Leaf, base: &Base) -> Vec<String> {
        let mut reasons = leaf.allow_lifted.clone();
        reasons.extend(self.passing.reasons.iter().cloned());
        reasons.extend(self.lasting.reasons.iter().cloned());
        if !self.resolver.is_inside(base) {
            reasons.push("it works outside the workspace, or where is not known".to_owned());
        }
        let dynamic = "a word is known only at run time";
        if words.iter().any(|word| word.dynamic) && !reasons.iter().any(|reason| reason == dynamic)
        {
            reasons.push(dynamic.to_owned());
        }
        let stays = |word: &ShellWord| {
            let found = self.resolver.resolve(&word.text, base);
            found.is_ok_and(|found| {
                !found.outside_workspace && found.anchor == super::Anchor::Workspace
            })
        };
        if words.iter().any(|word| word.glob && !stays(word)) {
            reasons.push("a glob can match outside the workspace".to_owned());
        }
        // A file may be named like an option.
        if words
            .iter()
            .skip(1)
            .any(|word| word.glob && word.text.starts_with(['*', '?', '[', '-']))
        {
            reasons.push("a glob can match a name that is an option".to_owned());
        }
        reasons
    }

    /// A subcommand that only the run will show: the program is known, what it does is not.
    fn unknown_subcommand(&mut self, words: &[ShellWord], forms: &[Vec<String>], index: usize) {
        let has_subcommands = |form: &Vec<String>| {
            form.first()
                .is_some_and(|program| harmless::SUBCOMMANDS.contains(&program.as_str()))
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
                last_segment(words)
            );
            self.unknown(UnknownKind::Dynamic, reason, Some(index));
        }
    }

    fn push(&mut self, shell: &Shell, words: &[ShellWord], index: usize) -> usize {
        let branch = match &shell.standing.branch {
            Branch::Initial => self.current_branch,
            Branch::Switched(name) => Some(name.as_str()),
            Branch::Unknown => None,
        };
        let mut push = git::push_from_command(words, branch);
        push.command = Some(index);
        self.facts.pushes.push(push);
        self.facts.pushes.len() - 1
    }
}

fn texts(words: &[ShellWord]) -> Vec<String> {
    let program = last_segment(words).to_lowercase();
    let rest = words.iter().skip(1).map(|word| word.text.clone());
    std::iter::once(program).chain(rest).collect()
}

fn shown(words: &[ShellWord]) -> Vec<Word> {
    let shown = |word: &ShellWord| Word {
        text: word.text.clone(),
        dynamic: word.dynamic,
    };
    words.iter().map(shown).collect()
}

fn last_segment(words: &[ShellWord]) -> String {
    let program = words.first().map_or("", |word| word.text.as_str());
    program
        .rsplit(['/', '\\'])
        .next()
        .unwrap_or(program)
        .to_owned()
}
