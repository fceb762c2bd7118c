//! A script as a tree, walked to its simple commands in the order in which they could run.

use std::borrow::Cow;
use std::rc::Rc;

use brush_parser::{ParserOptions, ast};

use super::arithmetic;
use super::lexer;
use super::state::{Shell, Stdin};
use super::walk::{Done, Walk};
use super::{ShellWord, SimpleCommand, Unparsed, Visitor, contained, skim};
use crate::action::{budget, program};

/// Words that the grammar treats apart where a program's name is expected.
const RESERVED: &[&str] = &[
    "case", "coproc", "do", "done", "elif", "else", "esac", "fi", "for", "function", "if", "in",
    "select", "then", "time", "until", "while",
];

pub(super) fn run(shell: &mut Shell, text: &str, visitor: &mut dyn Visitor) -> Done {
    shell.spend_bytes(text.len())?;
    if let Some(words) = plain(text) {
        return Walk::new(shell, visitor).words(words);
    }
    if shell.skims {
        return skim::part(shell, text, visitor);
    }
    parsed(shell, text, visitor)
}

/// The words of a line in which no character means anything to the shell.
pub(super) fn plain(text: &str) -> Option<Vec<ShellWord>> {
    let is_plain = |b: u8| {
        b.is_ascii_alphanumeric()
            || matches!(
                b,
                b' ' | b'_' | b'.' | b'/' | b'=' | b':' | b'@' | b',' | b'+' | b'-'
            )
    };
    if !text.bytes().all(is_plain) {
        return None;
    }
    let mut words = Vec::with_capacity(4);
    let mut rest = text;
    while !rest.is_empty() {
        let end = rest.bytes().position(|b| b == b' ').unwrap_or(rest.len());
        let (word, behind) = rest.split_at(end);
        if !word.is_empty() {
            words.push(ShellWord::constant(word));
        }
        rest = behind.get(1..).unwrap_or_default();
    }
    let first = words.first()?.text.as_str();
    let is_reserved = first.contains('=') || RESERVED.contains(&first);
    (!is_reserved).then_some(words)
}

fn parsed(shell: &mut Shell, text: &str, visitor: &mut dyn Visitor) -> Done {
    let text = returns(shell, text);
    shell.spend(budget::LEX.saturating_mul(text.len()))?;
    let lexed = lexer::lex(&text)?;
    shell.has_lines |= text.trim().contains('\n');
    let expanded = lexed.texts.count();
    shell.spend(budget::of_tokens(lexed.tokens.len(), expanded))?;
    let options = ParserOptions::default();
    let program = brush_parser::parse_tokens(&lexed.tokens, &options)
        .map_err(|_| Unparsed::new("not valid shell syntax"))?;
    let mut walk = Walk::new(shell, visitor);
    walk.texts = Rc::new(lexed.texts);
    walk.loops = Rc::new(lexed.loops);
    program
        .complete_commands
        .iter()
        .try_for_each(|list| walk.list(list))?;
    if !is_one_pipeline(&program.complete_commands) {
        shell.printed = None;
        shell.prints_numbers = false;
    }
    Ok(())
}

/// The text as the shell reads it. To bash a carriage return is a character like any other; some
/// builds of it for Windows drop those at the ends of lines.
fn returns<'t>(shell: &mut Shell, text: &'t str) -> Cow<'t, str> {
    if !text.ends_with('\r') && !text.contains("\r\n") {
        return Cow::Borrowed(text);
    }
    shell.met_returns = true;
    if shell.drops_returns {
        return Cow::Owned(without_returns(text));
    }
    Cow::Borrowed(text)
}

/// A text without the carriage returns at the ends of its lines.
pub(super) fn without_returns(text: &str) -> String {
    let text = text.replace("\r\n", "\n");
    text.strip_suffix('\r').unwrap_or(&text).to_owned()
}

/// Whether what the last pipeline prints is all that the script prints.
fn is_one_pipeline(lists: &[ast::CompoundList]) -> bool {
    let [ast::CompoundList(items)] = lists else {
        return false;
    };
    matches!(items.as_slice(), [ast::CompoundListItem(and_or, _)] if and_or.additional.is_empty())
}

/// What a substitution prints.
#[derive(Debug)]
pub(super) struct Printed {
    pub(super) text: String,
    /// It prints this text and no other, whatever is installed and set.
    pub(super) is_certain: bool,
}

impl Walk<'_> {
    /// Follows a command of words in which no character means anything to the shell.
    pub(super) fn words(&mut self, words: Vec<ShellWord>) -> Done {
        let command = SimpleCommand::of(words);
        let output = self.output(&command);
        let guess = program::likely_output(&command.words);
        let name = command.words.first().and_then(ShellWord::known);
        let prints_numbers = name.is_some_and(|name| self.means_itself(name))
            && !self.shell.is_assigned("PATH")
            && program::prints_numbers(&command.words);
        self.finish(command)?;
        self.shell.guess = guess;
        self.shell.printed = output;
        self.shell.prints_numbers = prints_numbers;
        self.shell.passes_on = false;
        Ok(())
    }

    /// Runs the script of a command or process substitution; gives what it prints, if that
    /// is known.
    pub(super) fn substitute(
        &mut self,
        script: &str,
        label: &str,
    ) -> Result<Option<Printed>, Unparsed> {
        self.shell.prints_numbers = false;
        if script.trim().is_empty() {
            return Ok(None);
        }
        self.shell.printed = None;
        self.shell.guess = None;
        self.shell.passes_on = false;
        let visitor = &mut *self.visitor;
        let outer = self.shell.stdin.clone();
        if label == ">(…)" {
            self.shell.stdin = Stdin::Dynamic;
        }
        let start = visitor.mark();
        let result = self.shell.through(label, |shell| {
            shell.nested(|shell| shell.subshell(|shell| run(shell, script, visitor)))
        });
        if matches!(label, "<(…)" | ">(…)") {
            visitor.beside(start..visitor.mark());
        }
        if label == ">(…)" {
            self.shell.stdin = outer;
        }
        let guess = self.shell.guess.take();
        let printed = self.shell.printed.take();
        let is_certain = printed.is_some() && self.shell.passes_on;
        self.shell.passes_on = false;
        let text = printed.or(guess).filter(|_| result.is_ok());
        self.shell.prints_numbers &= result.is_ok();
        contained(result, visitor)?;
        Ok(text.map(|text| Printed { text, is_certain }))
    }

    pub(super) fn list(&mut self, list: &ast::CompoundList) -> Done {
        let (mut items, returns) = (list.0.iter(), self.shell.returns);
        while let Some(item) = items.next() {
            self.item(item)?;
            if self.shell.returns > returns {
                // What is behind a `return` may not run.
                return self.branch(|walk| items.try_for_each(|item| walk.item(item)));
            }
        }
        Ok(())
    }

    fn item(&mut self, item: &ast::CompoundListItem) -> Done {
        let ast::CompoundListItem(and_or, separator) = item;
        let result = match separator {
            // When it switches the branch, if it does, is not known.
            ast::SeparatorOperator::Async => self
                .background(|walk| walk.branch(|walk| walk.subshell(|walk| walk.and_or(and_or)))),
            ast::SeparatorOperator::Sequence => self.and_or(and_or),
        };
        if self.ends_the_shell(and_or) {
            self.shell.location.unless_failed.clear();
        }
        self.shell.location.settle();
        contained(result, self.visitor)?;
        let settled = arithmetic::settle(self);
        contained(settled, self.visitor)
    }

    /// Whether what follows runs only if the list succeeds: `cd DIR || exit`.
    ///
    /// Bash refuses `exit 1 2` and goes on behind it where it reads the script
    /// from a file or from standard input, so only a single number counts.
    fn ends_the_shell(&self, list: &ast::AndOrList) -> bool {
        let Some((ast::AndOr::Or(last), others)) = list.additional.split_last() else {
            return false;
        };
        // In `cd DIR || true || exit` the shell goes on although `cd` failed.
        if others.iter().any(|it| matches!(it, ast::AndOr::Or(_))) {
            return false;
        }
        let [ast::Command::Simple(simple)] = last.seq.as_slice() else {
            return false;
        };
        let name = simple.word_or_name.as_ref();
        let name = name.map(|word| self.texts.raw(&word.value));
        let suffix = simple.suffix.as_ref().map_or(&[][..], |it| &it.0);
        let ends = match suffix {
            [] => true,
            [ast::CommandPrefixOrSuffixItem::Word(status)] => {
                let status = self.texts.raw(&status.value);
                !status.is_empty() && status.bytes().all(|it| it.is_ascii_digit())
            }
            _ => false,
        };
        name.as_deref() == Some("exit")
            && self.means_itself("exit")
            && simple.prefix.is_none()
            && ends
    }

    /// Follows a part that goes on beside what comes behind it.
    pub(super) fn background(&mut self, inner: impl FnOnce(&mut Self) -> Done) -> Done {
        let start = self.visitor.mark();
        let result = inner(self);
        self.visitor.beside(start..self.visitor.mark());
        result
    }

    pub(super) fn and_or(&mut self, list: &ast::AndOrList) -> Done {
        if list.additional.is_empty() {
            return self.pipeline(&list.first);
        }
        let (start, before) = (self.shell.undo.len(), self.shell.location.clone());
        self.pipeline(&list.first)?;
        let (mark, after_first) = (self.shell.undo.len(), self.shell.location.clone());
        let mut moved = false;
        let mut skipped = None;
        self.shell.branches += 1;
        for item in &list.additional {
            let pipeline = match item {
                ast::AndOr::And(pipeline) => {
                    // In `a || b && c`, `c` runs as well if `b` didn't.
                    if let Some((mark, location)) = &skipped {
                        self.shell.blur(*mark);
                        self.shell.may_be_at(location);
                    }
                    pipeline
                }
                ast::AndOr::Or(pipeline) => {
                    let assigned = self.shell.undo.len().saturating_sub(start);
                    self.shell.spend(budget::LOOK.saturating_mul(assigned))?;
                    // What came before may have failed, and then changed nothing.
                    self.shell.blur(start);
                    self.shell.may_be_at(&before);
                    let here = (self.shell.undo.len(), self.shell.location.clone());
                    skipped.get_or_insert(here);
                    pipeline
                }
            };
            let here = self.shell.location.clone();
            self.pipeline(pipeline)?;
            moved |= here != self.shell.location;
        }
        self.shell.branches -= 1;
        self.shell.blur(mark);
        if moved {
            self.shell.may_be_at(&after_first);
        } else {
            self.shell.location = after_first;
        }
        Ok(())
    }

    pub(super) fn pipeline(&mut self, pipeline: &ast::Pipeline) -> Done {
        if let [only] = pipeline.seq.as_slice() {
            self.shell.printed = self.command(only)?;
            if pipeline.bang {
                self.shell.location.settle();
            }
            return Ok(());
        }
        // The first part reads what the shell reads, the others from their pipe.
        let mut outer = None;
        let mut last = None;
        let mut parts = Vec::with_capacity(pipeline.seq.len());
        for (index, command) in pipeline.seq.iter().enumerate() {
            let mut output = None;
            self.shell.is_behind_pipe = index > 0 && matches!(command, ast::Command::Simple(_));
            // A function that one part defines, the others and what follows don't know.
            self.shell.branches += 1;
            let start = self.visitor.mark();
            let result = self.subshell(|walk| {
                output = walk.command(command)?;
                Ok(())
            });
            self.shell.branches -= 1;
            self.shell.is_behind_pipe = false;
            result?;
            parts.push(start..self.visitor.mark());
            last.clone_from(&output);
            let piped = output.map_or(Stdin::Dynamic, Stdin::Text);
            let read = std::mem::replace(&mut self.shell.stdin, piped);
            outer.get_or_insert(read);
        }
        for part in parts {
            let end = part.end;
            self.visitor.after(part, end);
        }
        self.shell.printed = last;
        self.shell.stdin = outer.unwrap_or(Stdin::Dynamic);
        Ok(())
    }

    /// Follows one command; gives what it prints, if that is known.
    pub(super) fn command(&mut self, command: &ast::Command) -> Result<Option<String>, Unparsed> {
        match command {
            ast::Command::Simple(simple) => return self.simple(simple),
            ast::Command::Compound(compound, redirections) => {
                self.redirected(redirections.as_ref(), |walk| walk.compound(compound))?;
            }
            ast::Command::Function(function) => self.define(function)?,
            ast::Command::ExtendedTest(test, redirections) => {
                self.redirected(redirections.as_ref(), |walk| walk.test(&test.expr))?;
            }
        }
        self.shell.prints_numbers = false;
        Ok(None)
    }
}
