//! Assignments that no assignment word makes: `{NAME}<f`, `${NAME:=v}`, `for NAME`,
//! `coproc NAME`, `((NAME = 1))`, `read NAME`, `printf -v NAME`, …

use super::arithmetic::{arithmetic, discard};
use super::names::is_name;
use super::variable::{Variable, subscripted};
use super::walk::{Done, Walk};
use super::{ShellWord, SimpleCommand};
use crate::action::program::is_local;

const NAME: &str = "the name of a variable is known only at run time";

impl Walk<'_> {
    /// A name gets a value. It is judged as the assignment `NAME=value` is.
    pub(super) fn assigned(&mut self, name: &str, value: Variable) -> Done {
        self.shell.assign(name, value);
        if is_local(name) {
            return Ok(());
        }
        self.shell.spend_command()?;
        let command = SimpleCommand {
            assignments: vec![name.to_owned()],
            ..SimpleCommand::default()
        };
        self.visitor.command(self.shell, &command)
    }

    /// A word that names a variable or one of its elements takes on a value.
    pub(super) fn assigned_word(&mut self, word: &ShellWord, value: Variable) -> Done {
        let Some(name) = self.named(word)? else {
            return Ok(());
        };
        let value = if word.text.contains('[') {
            Variable::Dynamic
        } else {
            value
        };
        self.assigned(&name, value)
    }

    /// The variable that a word names; its subscript is evaluated.
    pub(super) fn named(&mut self, word: &ShellWord) -> Result<Option<String>, super::Unparsed> {
        if word.dynamic {
            self.unknown(NAME);
            self.shell.forget_variables();
        }
        let Some((name, subscript)) = subscripted(&word.text) else {
            if word.text.contains('[') {
                self.unknown("bash evaluates an array subscript");
                discard(self, &word.text)?;
            }
            return Ok(None);
        };
        if let Some(subscript) = subscript {
            self.subscript(subscript)?;
        }
        Ok(Some(name.to_owned()))
    }

    /// The text between `[` and `]` behind a name that a builtin takes.
    pub(super) fn subscript(&mut self, subscript: &str) -> Done {
        if matches!(subscript, "@" | "*") {
            return Ok(());
        }
        if subscript.contains(['$', '`']) {
            // Builtins expand it again.
            self.unknown("bash evaluates an array subscript");
        }
        arithmetic(self, subscript).map(drop)
    }

    /// `NAME` of `coproc`: an array of descriptors, and `NAME_PID`.
    pub(super) fn coprocess(&mut self, raw: &str) -> Done {
        let word = super::expand::value(self, raw)?;
        if word.dynamic || !is_name(&word.text) {
            self.unknown("the name of a coprocess is known only at run time");
            return Ok(());
        }
        let pid = format!("{}_PID", word.text);
        self.assigned(&word.text, Variable::Dynamic)?;
        if is_local(&word.text) {
            self.shell.assign(&pid, Variable::Number);
            return Ok(());
        }
        self.assigned(&pid, Variable::Number)
    }
}
