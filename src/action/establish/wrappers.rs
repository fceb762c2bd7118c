//! Commands that run other commands.

use super::collector::{By, Collector, Touch, Trial};
use super::commands::{last_segment, shown, texts};
use super::harmless;
use crate::action::facts::{Command, UnknownKind};
use crate::action::path::Base;
use crate::action::program::{Inner, Runs, Script, Wrapper, is_portable};
use crate::action::shell::{self, Branch, Shell, ShellWord, Stdin, Unparsed};

impl Collector<'_> {
    pub(super) fn wrapped(
        &mut self,
        shell: &mut Shell,
        words: &[ShellWord],
        wrapper: &Wrapper,
        stdin: &Stdin,
    ) -> Result<(), Unparsed> {
        let first = self.facts.commands.len();
        let marks = (self.passing.reasons.len(), self.passing.variables.len());
        self.passing.reasons.extend(wrapper.lifts_allow.clone());
        let variables = wrapper.assignments.iter().filter(|name| {
            let mut values = wrapper.values.iter().rev();
            let value = values.find(|(given, _)| given == *name);
            !harmless::variable(name, value.map(|(_, value)| value.as_str()))
        });
        self.passing.variables.extend(variables.cloned());
        self.forms.push(texts(words));
        let outer = wrapper.directory.as_ref().map(|word| {
            let outer = shell.location.clone();
            shell.location.change(|base| self.changed(base, word));
            outer
        });
        let from = self.point();
        let result = shell.through(&wrapper.name, |shell| {
            if wrapper.values.is_empty() {
                return self.each(shell, wrapper, stdin);
            }
            shell.subshell(|shell| {
                for (name, value) in &wrapper.values {
                    shell.set_variable(name, value);
                }
                self.each(shell, wrapper, stdin)
            })
        });
        if let Some(outer) = outer {
            shell.location.returns_to(outer);
        }
        self.forms.pop();
        self.passing.reasons.truncate(marks.0);
        self.passing.variables.truncate(marks.1);
        self.wraps(&wrapper.name, from);
        if wrapper.runs == Runs::AsAlias {
            let definitions = words.iter().filter_map(|word| word.text.split_once('='));
            let definitions = definitions.map(|(name, text)| (name.to_owned(), text.to_owned()));
            shell.aliases.extend(definitions);
        }
        if wrapper.runs.is_later() {
            self.lasting.lifted(wrapper.lifts_allow.clone());
        }
        if self.facts.commands.len() == first {
            self.opaque(shell, words, wrapper);
        }
        if !wrapper.operands.is_empty() {
            let place = shell.location.clone();
            let touch = Touch {
                base: &place.directory,
                via: &wrapper.name,
                command: Some(first),
                search: None,
            };
            for operand in &wrapper.operands {
                self.operand(operand, touch);
            }
            self.operands_elsewhere(&place.elsewhere, &wrapper.operands, touch);
        }
        result
    }

    fn each(
        &mut self,
        shell: &mut Shell,
        wrapper: &Wrapper,
        stdin: &Stdin,
    ) -> Result<(), Unparsed> {
        let by = By {
            name: &wrapper.name,
            runs: wrapper.runs,
        };
        wrapper
            .inner
            .iter()
            .try_for_each(|inner| self.inner(shell, by, inner, stdin))
    }

    pub(super) fn inner(
        &mut self,
        shell: &mut Shell,
        by: By<'_>,
        inner: &Inner,
        stdin: &Stdin,
    ) -> Result<(), Unparsed> {
        let name = by.name;
        match (inner, stdin) {
            (Inner::Carried(words), _) => {
                let inner = Inner::Words(words.clone());
                self.tried(shell, by, &inner, stdin, Trial::Carried)
            }
            (Inner::Tried(inner), _) => self.tried(shell, by, inner, stdin, Trial::Here),
            (Inner::Elsewhere(inner), _) => self.tried(shell, by, inner, stdin, Trial::Elsewhere),
            (Inner::Code(language, source), _) => {
                self.code(shell, name, (*language, source), stdin)
            }
            (Inner::Words(words), _) => {
                shell.spend_command()?;
                self.simple(shell, words, stdin)
            }
            (Inner::Script(script), _) => match by.runs {
                Runs::Here => self.fed(shell, script, stdin),
                // It runs later or never, with the variables of that time.
                Runs::OnSignal | Runs::AsAlias => shell.subshell(|shell| {
                    let branch = shell.location.branch.clone();
                    shell.forget_variables();
                    shell.location.directory = Base::Unknown;
                    let result = shell::run_part(shell, script, self);
                    if branch != shell.location.branch {
                        shell.location.branch = Branch::Unknown;
                    }
                    result
                }),
                Runs::Apart => shell.child(None, |shell| shell::run_part(shell, script, self)),
            },
            (Inner::Called(script), _) => self.called(shell, by, script, stdin),
            (Inner::Process(written), _) => match shell.processes.get(written).cloned() {
                Some(script) if by.runs == Runs::Here => shell::run_part(shell, &script, self),
                Some(script) => shell.child(None, |shell| shell::run_part(shell, &script, self)),
                None => Ok(()),
            },
            (Inner::Stdin, Stdin::Text(script)) => {
                let script = script.clone();
                self.shared_stdin(shell, &script, None)
            }
            (Inner::Stdin, _) => {
                let reason = format!("`{name}` reads its commands from standard input");
                self.unknown(UnknownKind::Dynamic, reason, None);
                Ok(())
            }
            (Inner::Dynamic(reason), _) => {
                shell.forget_variables();
                let reason = format!("`{name}` runs what only the run will show: {reason}");
                self.unknown(UnknownKind::Dynamic, reason, None);
                Ok(())
            }
        }
    }

    /// A script with arguments of its own, mostly for a new shell.
    fn called(
        &mut self,
        shell: &mut Shell,
        by: By<'_>,
        script: &Script,
        stdin: &Stdin,
    ) -> Result<(), Unparsed> {
        let name = by.name;
        let text = match (&script.text, stdin) {
            (Some(text), _) | (None, Stdin::Text(text)) => text.clone(),
            (None, _) => return self.inner(shell, By::apart(name), &Inner::Stdin, &Stdin::Dynamic),
        };
        if script.portable && !is_portable(&text) {
            let reason =
                format!("`{name}` need not be bash, and may read the script in another way");
            self.unknown(UnknownKind::Dynamic, reason, None);
        }
        if by.runs == Runs::Here {
            return shell.with_arguments(&script.arguments, |shell| {
                self.on_shared_stdin(shell, &text)
            });
        }
        let arguments = Some(script.arguments.clone());
        if script.text.is_some() {
            return shell.child(arguments, |shell| self.fed(shell, &text, stdin));
        }
        self.shared_stdin(shell, &text, arguments)
    }

    /// Runs a script whose commands read this, if nothing else is redirected to them.
    fn fed(&mut self, shell: &mut Shell, script: &str, stdin: &Stdin) -> Result<(), Unparsed> {
        if shell.stdin == *stdin {
            return shell::run_part(shell, script, self);
        }
        let outer = std::mem::replace(&mut shell.stdin, stdin.clone());
        let result = shell::run_part(shell, script, self);
        shell.stdin = outer;
        result
    }

    /// A new shell that reads its commands from the standard input that they share.
    fn shared_stdin(
        &mut self,
        shell: &mut Shell,
        script: &str,
        arguments: Option<Vec<ShellWord>>,
    ) -> Result<(), Unparsed> {
        shell.child(arguments, |shell| self.on_shared_stdin(shell, script))
    }

    /// Runs a script that comes from the standard input of its commands.
    fn on_shared_stdin(&mut self, shell: &mut Shell, script: &str) -> Result<(), Unparsed> {
        let outer = std::mem::replace(&mut shell.stdin, Stdin::Dynamic);
        let before = std::mem::replace(&mut shell.script_on_stdin, true);
        let result = shell::run_part(shell, script, self);
        shell.script_on_stdin = before;
        shell.stdin = outer;
        result
    }

    /// A wrapper whose command is not known at all.
    pub(super) fn opaque(&mut self, shell: &Shell, words: &[ShellWord], wrapper: &Wrapper) {
        let mut forms = vec![texts(words)];
        forms.extend(self.forms.iter().cloned());
        self.kept(Command {
            program: last_segment(words),
            words: shown(words),
            via: shell.via.clone(),
            block_forms: forms,
            allow_lifted: vec![format!("what `{}` runs is not known", wrapper.name)],
            tried: self.trial != Trial::No,
            ..Command::default()
        });
    }

    /// The command if its program is an alias and aliases are expanded.
    pub(super) fn aliased(
        &mut self,
        shell: &mut Shell,
        words: &[ShellWord],
    ) -> Result<(), Unparsed> {
        let Some((program, arguments)) = words.split_first() else {
            return Ok(());
        };
        let Some(text) = shell.aliases.get(&program.text) else {
            return Ok(());
        };
        let label = format!("alias {}", program.text);
        if shell.via.contains(&label) {
            return Ok(());
        }
        let mut script = text.clone();
        let mut follows = text.ends_with([' ', '\t']);
        for word in arguments {
            script.push(' ');
            // If the alias ends with a blank, bash expands the next word too.
            let next = shell.aliases.get(&word.text).filter(|_| follows);
            follows = next.is_some_and(|text| text.ends_with([' ', '\t']));
            if let Some(next) = next {
                script.push_str(next);
                continue;
            }
            match shlex::try_quote(&word.text) {
                Ok(quoted) if !word.dynamic && !word.glob => script.push_str(&quoted),
                _ => script.push_str(&word.text),
            }
        }
        shell.through(&label, |shell| shell::run_part(shell, &script, self))
    }
}
