//! Names and assignments, as they are written.

use super::scan::{self, character};

/// An assignment's right side.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Value<'a> {
    pub(super) text: &'a str,
    pub(super) append: bool,
    pub(super) subscript: Option<&'a str>,
}

pub(super) fn is_name(text: &str) -> bool {
    !text.is_empty() && name_length(text) == text.len()
}

pub(super) fn name_length(text: &str) -> usize {
    if text.starts_with(|c: char| c.is_ascii_digit()) {
        return 0;
    }
    text.bytes()
        .take_while(|b| b.is_ascii_alphanumeric() || *b == b'_')
        .count()
}

/// Splits `NAME=VALUE`, `NAME+=VALUE` and `NAME[INDEX]=VALUE`.
pub(super) fn assignment(raw: &str) -> Option<(&str, Value<'_>)> {
    let (name, mut rest) = raw.split_at_checked(name_length(raw))?;
    if name.is_empty() {
        return None;
    }
    let mut subscript = None;
    if rest.starts_with('[') {
        let end = scan::bracketed(rest, 1, 0).ok()?;
        subscript = rest.get(1..end - 1);
        rest = rest.get(end..)?;
    }
    let (text, append) = match rest.strip_prefix("+=") {
        Some(text) => (text, true),
        None => (rest.strip_prefix('=')?, false),
    };
    Some((
        name,
        Value {
            text,
            append,
            subscript,
        },
    ))
}

/// A word that is skimmed without its quotes.
pub(super) fn unquote(raw: &str) -> String {
    let mut out = String::new();
    let mut at = 0;
    let mut quote = None;
    while let Some((c, end)) = character(raw, at) {
        at = end;
        match (c, quote) {
            ('\'' | '"', None) => quote = Some(c),
            (_, Some(open)) if c == open => quote = None,
            ('\\', None | Some('"')) => {
                if let Some((next, end)) = character(raw, at) {
                    out.push(next);
                    at = end;
                }
            }
            _ => out.push(c),
        }
    }
    out
}
