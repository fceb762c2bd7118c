//! Reserved words: where a program's name is expected, and how deep commands nest.

use super::Unparsed;
use super::lexer::{Case, Lexer};
use super::names;
use super::texts::LoopName;
use crate::action::limits::{MAX_CASE_NESTING, MAX_SHELL_NESTING, MAX_TEST_OPERATORS};

impl Lexer<'_> {
    pub(super) fn open_one(&mut self) -> Result<(), Unparsed> {
        self.open += 1;
        if self.open + self.depth > MAX_SHELL_NESTING {
            return Err(Unparsed::new("commands nest too deeply"));
        }
        Ok(())
    }

    pub(super) fn test_word(&mut self, raw: &str) -> Result<(), Unparsed> {
        if raw == "]]" {
            self.in_test = false;
            self.command_position = true;
            self.open = self.open.saturating_sub(1);
        } else if raw == "!" {
            self.test_operators += 8;
            if self.test_operators > MAX_TEST_OPERATORS {
                return Err(Unparsed::new("a `[[` has too many operators"));
            }
        }
        Ok(())
    }

    /// A word where a program's name is expected.
    pub(super) fn first_word(&mut self, raw: &str) -> Result<Option<&'static str>, Unparsed> {
        if self.cases.last().is_some_and(|case| case.pattern) && raw != "esac" {
            return Ok(None);
        }
        if let Some(word) = self.brace(raw)? {
            return Ok(word);
        }
        if self.loop_depth > 0 {
            self.note_assignment(raw);
        }
        let names = std::mem::take(&mut self.name_follows);
        match raw {
            "if" | "while" | "until" | "coproc" => {
                self.open_one()?;
                self.name_follows = raw == "coproc";
                self.loop_depth += usize::from(matches!(raw, "while" | "until"));
            }
            "for" | "select" => {
                self.open_one()?;
                self.loop_depth += 1;
                self.body_follows = true;
                self.command_position = self.peek_past_blanks() == Some(b'(');
            }
            "case" => {
                self.open_one()?;
                if self.cases.len() >= MAX_CASE_NESTING {
                    return Err(Unparsed::new("`case` nests too deeply"));
                }
                self.cases.push(Case {
                    parens: self.parens,
                    pattern: false,
                    head: true,
                });
                self.command_position = false;
            }
            "esac" => {
                self.cases.pop();
                self.open = self.open.saturating_sub(1);
            }
            "done" => {
                self.loop_depth = self.loop_depth.saturating_sub(1);
                self.open = self.open.saturating_sub(1);
            }
            "fi" => self.open = self.open.saturating_sub(1),
            "function" => self.name_follows = true,
            "then" | "do" | "else" | "elif" | "!" | "time" | "-p" => {}
            "[[" => {
                self.in_test = true;
                self.open_one()?;
            }
            _ => self.command_position = names || names::assignment(raw).is_some(),
        }
        self.body_follows &= raw != "do";
        Ok(None)
    }

    /// `{` and `}`, which around the body of `for` mean `do` and `done` (bash(1) doesn't tell);
    /// gives the word that the grammar sees, if it is another.
    fn brace(&mut self, raw: &str) -> Result<Option<Option<&'static str>>, Unparsed> {
        match raw {
            "{" => {
                let body = std::mem::take(&mut self.body_follows);
                self.name_follows = false;
                self.braces.push(body);
                if body {
                    return Ok(Some(Some("do")));
                }
                self.open_one()?;
                Ok(Some(None))
            }
            "}" => {
                self.open = self.open.saturating_sub(1);
                let body = self.braces.pop().unwrap_or_default();
                self.loop_depth = self.loop_depth.saturating_sub(usize::from(body));
                Ok(Some(body.then_some("done")))
            }
            _ => Ok(None),
        }
    }

    pub(super) fn note_assignment(&mut self, raw: &str) {
        if let Some((name, value)) = names::assignment(raw) {
            let number = value.text.starts_with("$((") && value.text.ends_with("))")
                || value.text.parse::<i64>().is_ok();
            self.loops.names.push(LoopName {
                name: name.to_owned(),
                number: number && !value.append && value.subscript.is_none(),
            });
        }
        self.note_expressions(raw);
        self.loops.arguments |= matches!(raw, "shift" | "set");
        self.loops.any |= matches!(
            raw,
            "read"
                | "mapfile"
                | "readarray"
                | "printf"
                | "getopts"
                | "eval"
                | "source"
                | "."
                | "let"
                | "unset"
                | "declare"
                | "typeset"
                | "local"
                | "trap"
        );
    }

    /// `$((x++))` and `${x:=y}` assign as well.
    pub(super) fn note_expressions(&mut self, raw: &str) {
        let expression = raw.contains("$((") || raw.contains("$[");
        let steps = raw.contains("++") || raw.contains("--") || raw.contains('=');
        let behind = raw.split("${").skip(1).any(|rest| {
            rest.split('}')
                .next()
                .is_some_and(|rest| rest.contains('='))
        });
        self.loops.any |= behind || (expression && steps && names::assignment(raw).is_none());
    }

    /// The names in `((…))` take on numbers.
    pub(super) fn note_arithmetic(&mut self, expression: &str) {
        let names = expression.split(|c: char| !c.is_ascii_alphanumeric() && c != '_');
        for name in names.filter(|name| names::is_name(name)) {
            self.loops.names.push(LoopName {
                name: name.to_owned(),
                number: true,
            });
        }
    }

    pub(super) fn close_paren(&mut self) {
        self.push_operator(")");
        self.command_position = true;
        if let Some(case) = self.cases.last_mut()
            && case.pattern
            && self.parens <= case.parens + 1
        {
            case.pattern = false;
            if self.parens > case.parens {
                self.parens -= 1;
                self.open = self.open.saturating_sub(1);
            }
            return;
        }
        self.parens = self.parens.saturating_sub(1);
        self.open = self.open.saturating_sub(1);
    }
}
