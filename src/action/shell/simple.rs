//! Simple commands: words, assignments, redirections, and the functions that they call.

use brush_parser::ast;
use brush_parser::ast::CommandPrefixOrSuffixItem as Item;

use super::state::Stdin;
use super::variable::Variable;
use super::walk::{Done, Walk};
use super::{ShellWord, SimpleCommand, Unparsed, builtin, expand};
use crate::action::program;

impl Walk<'_> {
    /// Follows a command in each reading that its expansions have.
    pub(super) fn simple(
        &mut self,
        simple: &ast::SimpleCommand,
    ) -> Result<Option<String>, Unparsed> {
        let outer = (self.shell.reading, self.shell.readings);
        (self.shell.reading, self.shell.readings) = (0, 1);
        let chooses = std::mem::replace(&mut self.shell.chooses, true);
        let reads_pipe = std::mem::take(&mut self.shell.is_behind_pipe) && !redirects_input(simple);
        let output = self.one_reading(simple, reads_pipe)?;
        if simple.word_or_name.is_some() {
            for reading in 1..self.shell.readings {
                self.shell.reading = reading;
                self.branch(|walk| walk.one_reading(simple, reads_pipe).map(drop))?;
            }
        }
        (self.shell.reading, self.shell.readings) = outer;
        self.shell.chooses = chooses;
        Ok(output)
    }

    fn one_reading(
        &mut self,
        simple: &ast::SimpleCommand,
        reads_pipe: bool,
    ) -> Result<Option<String>, Unparsed> {
        let mut command = SimpleCommand {
            reads_pipe,
            ..SimpleCommand::default()
        };
        let reads = self.shell.environment.reads;
        if let Some(word) = &simple.word_or_name {
            let raw = self.texts.raw(&word.value);
            command.words = expand::words(self, &raw)?;
        }
        for item in simple.suffix.iter().flat_map(|suffix| &suffix.0) {
            self.argument(item, &mut command)?;
        }
        self.shell.shows_words(&command.words, reads);
        let mut assigned = Vec::new();
        // Without a program bash assigns before it opens files, whatever is written first.
        let prefix = || simple.prefix.iter().flat_map(|prefix| &prefix.0);
        let opens = |item: &&Item| !matches!(item, Item::AssignmentWord(..));
        let assignments = prefix().filter(|item| !opens(item));
        for item in assignments.chain(prefix().filter(opens)) {
            match item {
                Item::AssignmentWord(assignment, _) => {
                    let (name, value) = self.assignment(assignment, false)?;
                    command.assignments.push(name.clone());
                    if command.words.is_empty() {
                        self.shell.assign(&name, value);
                    } else {
                        assigned.push((name, value));
                    }
                }
                other => self.argument(other, &mut command)?,
            }
        }
        if command.words.is_empty() && command.may_not_run {
            for name in &command.assignments {
                self.shell.doubt(name);
            }
        }
        // A word that does not expand, such as `${x?}`, ends the command before it opens a file.
        let may_fail = self.shell.readings > 1
            || !command.assignments.is_empty()
            || command.words.iter().any(|word| word.dynamic);
        for redirection in command.redirections.iter_mut().filter(|_| may_fail) {
            redirection.surely_empties = false;
        }
        let output = self.output(&command);
        let passes_on = self.passes_on(&command);
        let prints_numbers = self.prints_numbers(simple, &command);
        self.settle_shown(&mut command.words);
        let guess = program::likely_output(&command.words);
        // `IFS=, read a b`: for this command only, but `eval` and functions see it.
        let local = !assigned.is_empty();
        if !local {
            self.finish(command)?;
            self.shell.guess = guess;
            self.shell.passes_on = passes_on;
            self.shell.prints_numbers = prints_numbers;
            return Ok(output);
        }
        let (mark, names) = (self.shell.undo.len(), command.assignments.clone());
        for (name, value) in assigned {
            self.shell.assign(&name, value);
        }
        self.finish(command)?;
        debug_assert!(self.shell.undo.len() >= mark);
        for name in names {
            // Some shells keep it after a function or a special builtin.
            self.shell.doubt(&name);
        }
        self.shell.passes_on = false;
        self.shell.prints_numbers = false;
        Ok(output)
    }

    /// Whether a word is the name of a builtin or a program, and of nothing that the line defined.
    pub(super) fn means_itself(&self, name: &str) -> bool {
        !self.shell.functions.contains_key(name) && !self.shell.aliases.contains_key(name)
    }

    /// Keeps the mark of being shown on those words that the command only shows.
    fn settle_shown(&self, words: &mut [ShellWord]) {
        if !words.iter().any(|word| word.shown) {
            return;
        }
        let program = words.first().and_then(ShellWord::known);
        let is_itself = program.is_some_and(|program| self.means_itself(program));
        let shown: Vec<bool> = match is_itself {
            true => program::shown(words),
            false => Vec::new(),
        };
        let mut shown = shown.into_iter();
        for word in words {
            word.shown &= shown.next().unwrap_or_default();
        }
    }

    /// Whether a command prints nothing but numbers, messages about errors included.
    fn prints_numbers(&self, simple: &ast::SimpleCommand, command: &SimpleCommand) -> bool {
        use ast::IoFileRedirectKind as Kind;
        let prefix = simple.prefix.iter().flat_map(|prefix| &prefix.0);
        let suffix = simple.suffix.iter().flat_map(|suffix| &suffix.0);
        let reads = |item: &Item| match item {
            Item::IoRedirect(redirection) => {
                matches!(redirection, ast::IoRedirect::File(_, Kind::Read, _))
            }
            Item::Word(_) => true,
            _ => false,
        };
        let name = command.words.first().and_then(ShellWord::known);
        name.is_some_and(|name| self.means_itself(name))
            && !self.shell.is_assigned("PATH")
            && prefix.chain(suffix).all(reads)
            && program::prints_numbers(&command.words)
    }

    /// What a command prints, if that is known.
    pub(super) fn output(&self, command: &SimpleCommand) -> Option<String> {
        let program = command.words.first()?.known()?;
        if self.shell.functions.contains_key(program)
            || command.redirections.iter().any(|r| r.writes)
        {
            return None;
        }
        let passes_on = |rest: &[ShellWord]| rest.iter().all(|word| word.known() == Some("-"));
        if program == "cat" && command.words.get(1..).is_some_and(passes_on) {
            let stdin = command.stdin.as_ref().unwrap_or(&self.shell.stdin);
            return match stdin {
                Stdin::Text(text) => Some(text.clone()),
                _ => None,
            };
        }
        program::constant_output(&command.words)
    }

    /// A builtin that prints its words, compares them or ends with them.
    fn shows(&self, command: &SimpleCommand) -> bool {
        let program = command.words.first().and_then(ShellWord::known);
        program.is_some_and(|program| {
            matches!(
                program,
                "basename" | "dirname" | "echo" | "printf" | "exit" | "return" | "test" | "["
            ) && self.means_itself(program)
        })
    }

    /// `cat` with a here-document of constant text, and nothing else that could change it.
    fn passes_on(&self, command: &SimpleCommand) -> bool {
        let is_cat = matches!(command.words.as_slice(), [cat] if cat.known() == Some("cat"));
        let has_text = matches!(command.stdin, Some(Stdin::Text(_)));
        let is_itself = self.means_itself("cat") && !self.shell.is_assigned("PATH");
        is_cat && has_text && is_itself && command.redirections.is_empty()
    }

    pub(super) fn argument(&mut self, item: &Item, command: &mut SimpleCommand) -> Done {
        match item {
            Item::IoRedirect(redirection) => self.redirection(redirection, command),
            Item::Word(word) => {
                let raw = self.texts.raw(&word.value);
                let is_shown = self.shows(command);
                let name = command.words.first().map_or("", |word| word.text.as_str());
                let is_printed =
                    is_shown && matches!(name, "basename" | "dirname" | "echo" | "printf");
                let words = expand::words_for(self, &raw, (is_shown, is_printed))?;
                command.words.extend(words);
                Ok(())
            }
            Item::AssignmentWord(assignment, word) => {
                let raw = self.raw_assignment(assignment, word);
                if command.words.first().is_some_and(declares) {
                    let mut options = command.words.iter().skip(1).take_while(is_option);
                    let map = options.next().is_some_and(is_map_option);
                    let (name, value) = self.assignment(assignment, map)?;
                    if matches!(value, Variable::Array(_) | Variable::Map(_)) {
                        self.declared.push((name, value));
                    }
                    command.words.push(expand::value(self, &raw)?);
                } else {
                    command.words.extend(expand::words(self, &raw)?);
                }
                Ok(())
            }
            // The lexer keeps process substitutions inside words.
            Item::ProcessSubstitution(_, subshell) => {
                self.background(|walk| walk.subshell(|walk| walk.list(&subshell.list)))
            }
        }
    }

    /// Hands over a command whose words are known, or follows the function that it calls.
    pub(super) fn finish(&mut self, command: SimpleCommand) -> Done {
        let name = command
            .words
            .first()
            .and_then(ShellWord::known)
            .unwrap_or_default();
        let definitions = self.shell.functions.get(name).cloned();
        let Some(definitions) = definitions else {
            return self.hand_over(&command);
        };
        let is_uncertain = definitions.uncertain || self.shell.is_lost();
        if is_uncertain {
            self.branch(|walk| walk.hand_over(&command))?;
        }
        if !command.redirections.is_empty() || !command.assignments.is_empty() {
            let rest = SimpleCommand {
                words: Vec::new(),
                exports: true,
                ..command.clone()
            };
            self.hand_over(&rest)?;
        }
        let arguments = command.words.get(1..).unwrap_or_default();
        let stdin = command.stdin.clone();
        let outer = stdin.map(|stdin| std::mem::replace(&mut self.shell.stdin, stdin));
        let is_sure = definitions.bodies.len() == 1 && !is_uncertain && !command.may_not_run;
        for function in &definitions.bodies {
            self.shell.spend_command()?;
            let name = name.to_owned();
            let arguments = Some(arguments.to_vec());
            let body = |walk: &mut Walk<'_>| walk.nested(|it| it.body(&name, function, arguments));
            match is_sure {
                true => body(self)?,
                false => self.branch(body)?,
            }
        }
        if let Some(outer) = outer {
            self.shell.stdin = outer;
        }
        Ok(())
    }

    pub(super) fn hand_over(&mut self, command: &SimpleCommand) -> Done {
        self.shell.spend_command()?;
        match command.may_not_run {
            false => self.runs(command),
            true => self.branch(|walk| walk.runs(command)),
        }
    }

    fn runs(&mut self, command: &SimpleCommand) -> Done {
        self.shell.notes_tracing(&command.words);
        self.shell.notes_trust(&command.words);
        self.visitor.command(self.shell, command)?;
        let stdin = command
            .stdin
            .clone()
            .unwrap_or_else(|| self.shell.stdin.clone());
        self.builtin(&command.words, Some(&stdin))?;
        if command.stdin.is_none() && builtin::may_read_stdin(&command.words) {
            if self.shell.script_on_stdin && builtin::reads_stdin(&command.words) {
                self.unknown("a command may read the rest of the script from standard input");
            }
            if matches!(self.shell.stdin, Stdin::Text(_)) {
                self.shell.stdin = Stdin::Dynamic;
            }
        }
        Ok(())
    }
}

/// Builtins take options in front of operands only.
fn is_option(word: &&ShellWord) -> bool {
    word.text.starts_with(['-', '+'])
}

/// `-A`, also in a cluster.
fn is_map_option(word: &ShellWord) -> bool {
    let letters = word.text.strip_prefix('-').unwrap_or_default();
    letters.contains('A') && letters.bytes().all(|letter| b"Agrx".contains(&letter))
}

/// Builtins whose arguments are assignments, neither split nor globbed.
fn declares(program: &ShellWord) -> bool {
    matches!(
        program.text.as_str(),
        "export" | "readonly" | "declare" | "typeset" | "local" | "alias"
    )
}

/// Whether a redirection may change what a command reads from standard input.
fn redirects_input(simple: &ast::SimpleCommand) -> bool {
    use ast::CommandPrefixOrSuffixItem as Item;
    use ast::IoFileRedirectKind as Kind;
    let prefix = simple.prefix.iter().flat_map(|prefix| &prefix.0);
    let suffix = simple.suffix.iter().flat_map(|suffix| &suffix.0);
    let changes = |item: &Item| match item {
        Item::IoRedirect(ast::IoRedirect::File(descriptor, kind, _)) => {
            let is_output = matches!(
                kind,
                Kind::Write | Kind::Append | Kind::Clobber | Kind::DuplicateOutput
            );
            !is_output || *descriptor == Some(0)
        }
        Item::IoRedirect(ast::IoRedirect::OutputAndError(..)) => false,
        Item::IoRedirect(_) | Item::ProcessSubstitution(..) => true,
        Item::Word(_) | Item::AssignmentWord(..) => false,
    };
    prefix.chain(suffix).any(changes)
}
