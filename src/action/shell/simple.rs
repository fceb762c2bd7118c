//! Simple commands: words, assignments, redirections, and the functions that they call.

use std::rc::Rc;

use brush_parser::ast;

use super::arithmetic::arithmetic;
use super::state::Stdin;
use super::variable::Variable;
use super::walk::{Done, Walk};
use super::{Redirection, ShellWord, SimpleCommand, Unparsed, builtin, expand, names, scan};
use crate::action::program;

impl Walk<'_> {
    /// Follows a command in each reading that its expansions have.
    pub(super) fn simple(
        &mut self,
        simple: &ast::SimpleCommand,
    ) -> Result<Option<String>, Unparsed> {
        let outer = (self.shell.reading, self.shell.readings);
        (self.shell.reading, self.shell.readings) = (0, 1);
        let output = self.one_reading(simple)?;
        if simple.word_or_name.is_some() {
            for reading in 1..self.shell.readings {
                self.shell.reading = reading;
                self.branch(|walk| walk.one_reading(simple).map(drop))?;
            }
        }
        (self.shell.reading, self.shell.readings) = outer;
        Ok(output)
    }

    fn one_reading(&mut self, simple: &ast::SimpleCommand) -> Result<Option<String>, Unparsed> {
        let mut command = SimpleCommand::default();
        if let Some(word) = &simple.word_or_name {
            let raw = self.texts.raw(&word.value);
            command.words = expand::words(self, &raw)?;
        }
        for item in simple.suffix.iter().flat_map(|suffix| &suffix.0) {
            self.argument(item, &mut command)?;
        }
        let mut assigned = Vec::new();
        for item in simple.prefix.iter().flat_map(|prefix| &prefix.0) {
            match item {
                ast::CommandPrefixOrSuffixItem::AssignmentWord(assignment, _) => {
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
        let output = self.output(&command);
        let guess = program::likely_output(&command.words);
        // `IFS=, read a b`: for this command only, but `eval` and functions see it.
        let local = !assigned.is_empty();
        if !local {
            self.finish(command)?;
            self.shell.guess = guess;
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
        Ok(output)
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

    pub(super) fn argument(
        &mut self,
        item: &ast::CommandPrefixOrSuffixItem,
        command: &mut SimpleCommand,
    ) -> Done {
        use ast::CommandPrefixOrSuffixItem as Item;
        match item {
            Item::IoRedirect(redirection) => self.redirection(redirection, command),
            Item::Word(word) => {
                let raw = self.texts.raw(&word.value);
                command.words.extend(expand::words(self, &raw)?);
                Ok(())
            }
            Item::AssignmentWord(assignment, word) => {
                let raw = self.raw_assignment(assignment, word);
                if command.words.first().is_some_and(declares) {
                    let mut options = command.words.iter().skip(1).take_while(is_option);
                    let map = options.any(is_map_option);
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
                self.subshell(|walk| walk.list(&subshell.list))
            }
        }
    }

    /// The text of a word that looks like an assignment.
    pub(super) fn raw_assignment(&self, assignment: &ast::Assignment, word: &ast::Word) -> String {
        match (&assignment.name, &assignment.value) {
            (ast::AssignmentName::ArrayElementName(..), ast::AssignmentValue::Scalar(value)) => {
                self.texts.raw(&value.value)
            }
            _ => self.texts.raw(&word.value),
        }
    }

    /// `map`: `-A` is in front of it.
    pub(super) fn assignment(
        &mut self,
        assignment: &ast::Assignment,
        map: bool,
    ) -> Result<(String, Variable), Unparsed> {
        let name = match &assignment.name {
            ast::AssignmentName::VariableName(name) => name.clone(),
            ast::AssignmentName::ArrayElementName(name, _) => {
                if let ast::AssignmentValue::Scalar(word) = &assignment.value {
                    self.element(name, &self.texts.raw(&word.value))?;
                }
                return Ok((name.clone(), Variable::Dynamic));
            }
        };
        let value = match &assignment.value {
            ast::AssignmentValue::Scalar(word) => self.scalar(word)?,
            ast::AssignmentValue::Array(items) => {
                let map = map || self.shell.is_map(&name);
                self.array(items, map)?
            }
        };
        if !assignment.append {
            return Ok((name, value));
        }
        let joined = self.joined(&name, value)?;
        Ok((name, joined))
    }

    /// `NAME[SUBSCRIPT]=VALUE`
    fn element(&mut self, name: &str, raw: &str) -> Done {
        let assignment = names::assignment(raw);
        let subscript = assignment.and_then(|(_, value)| value.subscript);
        self.subscript(name, subscript.unwrap_or(raw))?;
        let value = assignment.map_or(raw, |(_, value)| value.text);
        if self.shell.is_integer(name) {
            return arithmetic(self, value).map(drop);
        }
        expand::value(self, value).map(drop)
    }

    fn scalar(&mut self, word: &ast::Word) -> Result<Variable, Unparsed> {
        let value = self.value(word)?;
        Ok(if !value.dynamic {
            Variable::Text(value.text)
        } else if is_count(&self.texts.raw(&word.value)) {
            Variable::Number
        } else if value.likely().is_some() {
            Variable::Likely(value.text)
        } else {
            Variable::Dynamic
        })
    }

    /// `NAME+=VALUE`
    fn joined(&mut self, name: &str, value: Variable) -> Result<Variable, Unparsed> {
        if self.shell.is_integer(name) && self.shell.holds_number(name) {
            return Ok(match value.is_number() {
                true => Variable::Number,
                false => value,
            });
        }
        let old = self.shell.value(name);
        Ok(match (old, value) {
            (Some(Variable::Text(old)), Variable::Text(new)) => {
                let joined = format!("{old}{new}");
                self.shell.spend_bytes(joined.len())?;
                Variable::Text(joined)
            }
            (
                Some(Variable::Text(old) | Variable::Likely(old)),
                Variable::Text(new) | Variable::Likely(new),
            ) => {
                let joined = format!("{old}{new}");
                self.shell.spend_bytes(joined.len())?;
                Variable::Likely(joined)
            }
            (Some(Variable::Array(old)), Variable::Array(new)) => {
                let joined: Vec<String> = old.into_iter().chain(new).collect();
                let size = joined.iter().map(String::len).sum();
                self.shell.spend_bytes(size)?;
                Variable::Array(joined)
            }
            _ => Variable::Dynamic,
        })
    }

    /// The elements of `NAME=(…)`; in a `map` they have texts for keys.
    fn array(
        &mut self,
        items: &[(Option<ast::Word>, ast::Word)],
        map: bool,
    ) -> Result<Variable, Unparsed> {
        let mut known = Some(Vec::new());
        let mut pairs = Some(Vec::new());
        for (index, word) in items {
            let raw = self.texts.raw(&word.value);
            if let Some(index) = index {
                let index = self.texts.raw(&index.value);
                arithmetic(self, &index)?;
            }
            let Some((key, text)) = keyed(&raw) else {
                pairs = None;
                for word in expand::words(self, &raw)? {
                    match (word.known(), &mut known) {
                        (Some(text), Some(known)) => known.push(text.to_owned()),
                        _ => known = None,
                    }
                }
                continue;
            };
            known = None;
            if !map {
                arithmetic(self, key)?;
            }
            let (key, value) = (expand::value(self, key)?, expand::value(self, text)?);
            match (key.known(), value.known(), &mut pairs) {
                (Some(key), Some(value), Some(pairs)) => {
                    pairs.push((key.to_owned(), value.to_owned()));
                }
                _ => pairs = None,
            }
        }
        Ok(match (map, known, pairs) {
            (true, _, Some(pairs)) => Variable::Map(pairs),
            (false, Some(known), _) => Variable::Array(known),
            _ => Variable::Dynamic,
        })
    }

    pub(super) fn redirection(
        &mut self,
        redirection: &ast::IoRedirect,
        command: &mut SimpleCommand,
    ) -> Done {
        use ast::IoFileRedirectKind as Kind;
        match redirection {
            ast::IoRedirect::File(descriptor, kind, target) => {
                self.descriptor(*descriptor)?;
                let word = match target {
                    ast::IoFileRedirectTarget::Filename(word)
                    | ast::IoFileRedirectTarget::Duplicate(word) => self.value(word)?,
                    ast::IoFileRedirectTarget::Fd(_) => return Ok(()),
                    ast::IoFileRedirectTarget::ProcessSubstitution(_, subshell) => {
                        return self.subshell(|walk| walk.list(&subshell.list));
                    }
                };
                let (reads, writes) = match kind {
                    Kind::Read => (true, false),
                    Kind::ReadAndWrite => (true, true),
                    Kind::Write | Kind::Append | Kind::Clobber => (false, true),
                    Kind::DuplicateInput | Kind::DuplicateOutput if is_descriptor(&word.text) => {
                        return Ok(());
                    }
                    Kind::DuplicateInput => (true, false),
                    Kind::DuplicateOutput => (false, true),
                };
                if reads && descriptor.is_none_or(|descriptor| descriptor == 0) {
                    command.stdin = Some(Stdin::Dynamic);
                }
                command.redirections.push(Redirection {
                    target: word,
                    reads,
                    writes,
                });
            }
            ast::IoRedirect::OutputAndError(word, _) => {
                let target = self.value(word)?;
                command.redirections.push(Redirection {
                    target,
                    reads: false,
                    writes: true,
                });
            }
            ast::IoRedirect::HereString(descriptor, word) => {
                self.descriptor(*descriptor)?;
                let mut word = self.value(word)?;
                word.text.push('\n');
                feed(command, *descriptor, word);
            }
            ast::IoRedirect::HereDocument(descriptor, document) => {
                self.descriptor(*descriptor)?;
                let raw = self.texts.raw(&document.doc.value);
                let word = if self.texts.expands(&document.doc.value) {
                    expand::here_document(self, &raw)?
                } else {
                    ShellWord::constant(raw)
                };
                feed(command, *descriptor, word);
            }
        }
        Ok(())
    }

    /// `{NAME}` in front of a redirection takes on a descriptor's number.
    fn descriptor(&mut self, number: Option<i32>) -> Done {
        let texts = Rc::clone(&self.texts);
        match number.and_then(|number| texts.named_descriptor(number)) {
            Some(name) => self.assigned_word(&ShellWord::constant(name), Variable::Number),
            None => Ok(()),
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
        if definitions.uncertain {
            self.hand_over(&command)?;
        } else if !command.redirections.is_empty() || !command.assignments.is_empty() {
            let rest = SimpleCommand {
                words: Vec::new(),
                ..command.clone()
            };
            self.hand_over(&rest)?;
        }
        let arguments = command.words.get(1..).unwrap_or_default();
        let outer = self.shell.stdin.clone();
        if let Some(stdin) = &command.stdin {
            self.shell.stdin = stdin.clone();
        }
        for function in &definitions.bodies {
            self.shell.spend_command()?;
            let name = name.to_owned();
            let arguments = Some(arguments.to_vec());
            self.nested(|walk| walk.body(&name, function, arguments))?;
        }
        self.shell.stdin = outer;
        Ok(())
    }

    pub(super) fn hand_over(&mut self, command: &SimpleCommand) -> Done {
        self.shell.spend_command()?;
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

/// Text for standard input (or for another descriptor, which nothing here follows).
fn feed(command: &mut SimpleCommand, descriptor: Option<i32>, word: ShellWord) {
    if descriptor.is_none_or(|descriptor| descriptor == 0) {
        command.stdin = Some(if word.dynamic {
            Stdin::Dynamic
        } else {
            Stdin::Text(word.text)
        });
    }
}

/// `[KEY]=VALUE` among an array's elements.
fn keyed(raw: &str) -> Option<(&str, &str)> {
    if !raw.starts_with('[') {
        return None;
    }
    let end = scan::bracketed(raw, 1, 0).ok()?;
    let value = raw.get(end..)?;
    let value = value
        .strip_prefix("+=")
        .or_else(|| value.strip_prefix('='))?;
    Some((scan::slice(raw, 1, end - 1), value))
}

/// Builtins take options in front of operands only.
fn is_option(word: &&ShellWord) -> bool {
    word.text.starts_with(['-', '+'])
}

/// `-A`, also in a cluster.
fn is_map_option(word: &ShellWord) -> bool {
    word.text.starts_with('-') && word.text.contains('A')
}

/// A value that is one expression, count or status: some number.
fn is_count(raw: &str) -> bool {
    let raw = raw
        .strip_prefix('"')
        .and_then(|raw| raw.strip_suffix('"'))
        .unwrap_or(raw);
    if matches!(raw, "$#" | "$?" | "$$") {
        return true;
    }
    let whole =
        |end: Result<Option<usize>, Unparsed>| matches!(end, Ok(Some(end)) if end == raw.len());
    let expression = raw.starts_with("$((") && raw.ends_with("))") || raw.starts_with("$[");
    expression && whole(scan::substitution(raw, 0, 0, true))
}

/// `2>&1`, `>&-`, `<&3-`
fn is_descriptor(text: &str) -> bool {
    let digits = text.strip_suffix('-').unwrap_or(text);
    digits.bytes().all(|b| b.is_ascii_digit())
}

/// Builtins whose arguments are assignments, neither split nor globbed.
fn declares(program: &ShellWord) -> bool {
    matches!(
        program.text.as_str(),
        "export" | "readonly" | "declare" | "typeset" | "local" | "alias"
    )
}
