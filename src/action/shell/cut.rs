//! Words as they were written, and what the grammar sees of them.

use brush_parser::Token;

use super::Unparsed;
use super::lexer::Lexer;
use super::names;
use super::scan::{self, byte, slice};

/// Digits of the largest descriptor that is followed; larger ones represent names.
const DESCRIPTOR_DIGITS: usize = 6;

/// `NAME` or `NAME[SUBSCRIPT]`, which takes on the number of a descriptor.
fn is_variable(text: &str) -> bool {
    let length = names::name_length(text);
    let rest = text.get(length..).unwrap_or_default();
    length > 0 && (rest.is_empty() || (rest.starts_with('[') && rest.ends_with(']')))
}

impl Lexer<'_> {
    pub(super) fn plain_word(&mut self) -> Result<(), Unparsed> {
        let raw = self.take_word()?;
        let name = self.name(raw);
        self.push_word(name);
        Ok(())
    }

    pub(super) fn word(&mut self) -> Result<(), Unparsed> {
        let raw = self.take_word()?;
        if matches!(self.peek(), Some(b'<' | b'>')) && self.descriptor(&raw)? {
            return Ok(());
        }
        if let Some(case) = self.cases.last_mut().filter(|case| case.head) {
            if raw == "in" {
                case.head = false;
                case.pattern = true;
                self.command_position = true;
            }
            self.push_word_of(raw);
            return Ok(());
        }
        let leads = self.command_position && !self.in_test;
        if leads && raw == "--" && matches!(self.last_word(), Some("time" | "-p")) {
            return Ok(());
        }
        let mut seen = None;
        if self.in_test {
            self.test_word(&raw)?;
        } else if self.command_position {
            seen = self.first_word(&raw)?;
        } else if self.loop_depth > 0 {
            self.note_assignment(&raw);
        }
        let raw = seen.map_or(raw, str::to_owned);
        // The grammar doesn't know `select`, which takes any of its words.
        let raw = if raw == "select" && leads {
            "for".to_owned()
        } else {
            raw
        };
        self.push_word_of(raw);
        Ok(())
    }

    pub(super) fn push_word_of(&mut self, raw: String) {
        if !self.skipping {
            let name = self.name(raw);
            self.push_word(name);
        }
    }

    /// `2>` and `{fd}>`: the word is part of the redirection.
    pub(super) fn descriptor(&mut self, raw: &str) -> Result<bool, Unparsed> {
        let digits = !raw.is_empty() && raw.bytes().all(|b| b.is_ascii_digit());
        let named = raw
            .strip_prefix('{')
            .and_then(|rest| rest.strip_suffix('}'));
        let named = named.filter(|name| is_variable(name));
        if byte(self.text, self.at + 1) == Some(b'(') || !(digits || named.is_some()) {
            return Ok(false);
        }
        if raw.len() > DESCRIPTOR_DIGITS && digits {
            return Err(Unparsed::new("a file descriptor's number is too large"));
        }
        if !self.skipping {
            let number = match named {
                Some(name) => self.texts.descriptor(name).to_string(),
                None => raw.to_owned(),
            };
            let span = self.spans.touching.clone();
            self.tokens.push(Token::Word(number, span));
        }
        Ok(true)
    }

    /// A word as it was written, without line continuations.
    pub(super) fn take_word(&mut self) -> Result<String, Unparsed> {
        let mut raw = String::new();
        while let Some(b) = self.peek() {
            let end = match b {
                b' ' | b'\t' | b'\n' | b'&' | b'|' | b';' | b')' => break,
                b'(' if self.in_test && raw.ends_with(['@', '?', '*', '+', '!']) => {
                    scan::command(self.text, self.at + 1, self.depth)?
                }
                b'(' => break,
                b'<' | b'>' if byte(self.text, self.at + 1) == Some(b'(') => {
                    scan::command(self.text, self.at + 2, self.depth)?
                }
                b'<' | b'>' => break,
                b'\\' => {
                    scan::character(self.text, self.at + 1).map_or(self.at + 1, |(_, end)| end)
                }
                b'\'' => scan::single_quoted(self.text, self.at + 1)?,
                b'"' => scan::double_quoted(self.text, self.at + 1, self.depth)?,
                b'$' => self.dollar()?,
                b'`' => scan::backquoted(self.text, self.at + 1)?,
                _ => scan::character(self.text, self.at).map_or(self.at + 1, |(_, end)| end),
            };
            if end > self.text.len() {
                return Err(Unparsed::new("the text ends in the middle of a word"));
            }
            raw.push_str(slice(self.text, self.at, end));
            self.at = end;
        }
        Ok(raw)
    }

    pub(super) fn dollar(&self) -> Result<usize, Unparsed> {
        let start = self.at;
        match byte(self.text, start + 1) {
            Some(b'\'') => scan::ansi_quoted(self.text, start + 2),
            Some(b'"') => scan::double_quoted(self.text, start + 2, self.depth),
            _ => Ok(scan::substitution(self.text, start, self.depth, false)?.unwrap_or(start + 1)),
        }
    }

    /// What the grammar sees of a word: itself if it is plain, else an opaque name behind
    /// the part that makes it an assignment.
    pub(super) fn name(&mut self, raw: String) -> String {
        let plain = |b: u8| b.is_ascii_alphanumeric() || b"_./:@,+-{}!%^]*?".contains(&b);
        if raw.bytes().all(plain)
            || raw == "[["
            || raw == "="
            || raw == "=="
            || raw == "!="
            || raw == "=~"
        {
            return raw;
        }
        let Some((name, value)) = names::assignment(&raw) else {
            return self.texts.add(raw);
        };
        let operator = if value.append { "+=" } else { "=" };
        if value.subscript.is_some() {
            // The index is code as well: the whole word goes along.
            let head = format!("{name}[0]{operator}");
            return head + &self.texts.add_whole(raw.clone());
        }
        let head = format!("{name}{operator}");
        if value.text.is_empty() {
            return head;
        }
        head + &self.texts.add(value.text.to_owned())
    }
}
