//! The strings of a JSON text, without a tree of its values.

use std::borrow::Cow;

/// A string or key of a JSON text.
pub(super) struct Literal<'a> {
    /// As it is written, with its quotes.
    pub(super) written: &'a str,
    /// What lies between this one and the one before.
    pub(super) before: &'a str,
}

impl<'a> Literal<'a> {
    /// Whether it is written with escapes.
    pub(super) fn has_escapes(&self) -> bool {
        self.written.contains('\\')
    }

    /// What it means. None if its escapes are wrong.
    pub(super) fn meant(&self) -> Option<Cow<'a, str>> {
        if self.has_escapes() {
            return serde_json::from_str(self.written).ok().map(Cow::Owned);
        }
        self.written
            .get(1..self.written.len().checked_sub(1)?)
            .map(Cow::Borrowed)
    }
}

/// Reads the strings and keys of a JSON text in turn.
pub(super) struct Literals<'a> {
    rest: &'a str,
}

/// The strings and keys of `text`, which is JSON.
pub(super) fn literals(text: &str) -> Literals<'_> {
    Literals { rest: text }
}

impl<'a> Literals<'a> {
    /// What follows the last string, once there is none left. In a text that is not JSON, it can
    /// begin a string that doesn't end.
    pub(super) fn rest(&self) -> &'a str {
        self.rest
    }
}

impl<'a> Iterator for Literals<'a> {
    type Item = Literal<'a>;

    fn next(&mut self) -> Option<Literal<'a>> {
        let start = self.rest.find('"')?;
        let end = end_of_string(self.rest, start + 1)?;
        let literal = Literal {
            before: self.rest.get(..start)?,
            written: self.rest.get(start..end)?,
        };
        self.rest = self.rest.get(end..)?;
        Some(literal)
    }
}

/// Where the string that begins before `at` ends, its quote included.
fn end_of_string(text: &str, mut at: usize) -> Option<usize> {
    loop {
        let rest = text.as_bytes().get(at..)?;
        let found = at + rest.iter().position(|byte| matches!(byte, b'"' | b'\\'))?;
        match text.as_bytes().get(found)? {
            b'"' => return Some(found + 1),
            // The next character is escaped; four hex digits behind a `u` end no string.
            _ => at = found + 2,
        }
    }
}
