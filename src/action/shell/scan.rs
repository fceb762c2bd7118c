//! Where quotes and substitutions end: the part of the grammar that lexer and expansion share.
//!
//! All functions take a text and the index behind the opening mark, and return the index
//! behind the closing one. They work on bytes: every mark is ASCII, so an index never
//! falls inside a character.

use super::Unparsed;
use crate::action::limits::MAX_SHELL_NESTING;

type End = Result<usize, Unparsed>;

const UNCLOSED: &str = "a quote or a bracket is not closed";

pub(super) fn is_unclosed(problem: &Unparsed) -> bool {
    problem.reason == UNCLOSED
}

pub(super) fn byte(text: &str, at: usize) -> Option<u8> {
    text.as_bytes().get(at).copied()
}

/// The text between two indices that a scan returned.
pub(super) fn slice(text: &str, from: usize, to: usize) -> &str {
    text.get(from..to).unwrap_or_default()
}

/// The character at an index, and the index behind it.
pub(super) fn character(text: &str, at: usize) -> Option<(char, usize)> {
    let c = text.get(at..)?.chars().next()?;
    Some((c, at + c.len_utf8()))
}

fn deeper(depth: usize) -> Result<usize, Unparsed> {
    if depth >= MAX_SHELL_NESTING {
        return Err(Unparsed::new("brackets and quotes nest too deeply"));
    }
    Ok(depth + 1)
}

/// Behind the opening `'`.
pub(super) fn single_quoted(text: &str, from: usize) -> End {
    let rest = text.get(from..).unwrap_or_default();
    match rest.find('\'') {
        Some(at) => Ok(from + at + 1),
        None => Err(Unparsed::new(UNCLOSED)),
    }
}

/// Behind the opening `$'`.
pub(super) fn ansi_quoted(text: &str, mut at: usize) -> End {
    while let Some(b) = byte(text, at) {
        match b {
            b'\'' => return Ok(at + 1),
            b'\\' => at += 2,
            _ => at += 1,
        }
    }
    Err(Unparsed::new(UNCLOSED))
}

/// Behind the opening backquote.
pub(super) fn backquoted(text: &str, mut at: usize) -> End {
    while let Some(b) = byte(text, at) {
        match b {
            b'`' => return Ok(at + 1),
            b'\\' => at += 2,
            _ => at += 1,
        }
    }
    Err(Unparsed::new(UNCLOSED))
}

/// Behind the opening `"`.
pub(super) fn double_quoted(text: &str, mut at: usize, depth: usize) -> End {
    let depth = deeper(depth)?;
    while let Some(b) = byte(text, at) {
        at = match b {
            b'"' => return Ok(at + 1),
            b'\\' => at + 2,
            b'$' | b'`' => substitution(text, at, depth, true)?.unwrap_or(at + 1),
            _ => at + 1,
        };
    }
    Err(Unparsed::new(UNCLOSED))
}

/// At a `$` or a backquote: the end of the substitution that begins there, if one does.
pub(super) fn substitution(
    text: &str,
    at: usize,
    depth: usize,
    quoted: bool,
) -> Result<Option<usize>, Unparsed> {
    if byte(text, at) == Some(b'`') {
        return backquoted(text, at + 1).map(Some);
    }
    match (byte(text, at + 1), byte(text, at + 2)) {
        // bash drops the continuation before it looks for a substitution.
        (Some(b'\\'), Some(b'\n')) => Err(Unparsed::new("a line continuation follows a `$`")),
        (Some(b'$'), _) => Ok(Some(at + 2)),
        (Some(b'('), Some(b'(')) => match arithmetic(text, at + 3, depth)? {
            Some(end) => Ok(Some(end)),
            None => command(text, at + 2, depth).map(Some),
        },
        (Some(b'('), _) => command(text, at + 2, depth).map(Some),
        (Some(b'{'), _) => braced(text, at + 2, depth, quoted).map(Some),
        (Some(b'['), _) => bracketed(text, at + 2, depth).map(Some),
        _ => Ok(None),
    }
}

/// Behind `${`.
fn braced(text: &str, mut at: usize, depth: usize, quoted: bool) -> End {
    let depth = deeper(depth)?;
    let plain_quote = quoted && takes_word(text.get(at..).unwrap_or_default());
    while let Some(b) = byte(text, at) {
        at = match b {
            b'}' => return Ok(at + 1),
            b'\'' if plain_quote => at + 1,
            _ => quoted_or_next(text, at, b, depth, quoted)?,
        };
    }
    Err(Unparsed::new(UNCLOSED))
}

/// Whether a parameter's operator is followed by a word in which, inside double quotes, a
/// `'` is a plain character (POSIX XCU 2.6.2); in a pattern it quotes.
fn takes_word(inner: &str) -> bool {
    let is_name = |c: char| c.is_ascii_alphanumeric() || c == '_';
    let operator = inner
        .strip_prefix('!')
        .unwrap_or(inner)
        .trim_start_matches(is_name);
    let operator = match operator
        .strip_prefix('[')
        .and_then(|rest| rest.split_once(']'))
    {
        Some((_, after)) => after,
        None => operator.strip_prefix(['@', '*']).unwrap_or(operator),
    };
    !operator.starts_with(['#', '%', '/', '^', ','])
}

/// Behind `$[`.
pub(super) fn bracketed(text: &str, mut at: usize, depth: usize) -> End {
    let depth = deeper(depth)?;
    let mut open = 1_usize;
    while let Some(b) = byte(text, at) {
        at = match b {
            b'[' => {
                open += 1;
                at + 1
            }
            b']' if open == 1 => return Ok(at + 1),
            b']' => {
                open -= 1;
                at + 1
            }
            _ => quoted_or_next(text, at, b, depth, false)?,
        };
    }
    Err(Unparsed::new(UNCLOSED))
}

fn quoted_or_next(text: &str, at: usize, b: u8, depth: usize, quoted: bool) -> End {
    Ok(match b {
        b'\\' => at + 2,
        b'\'' => single_quoted(text, at + 1)?,
        b'"' => double_quoted(text, at + 1, depth)?,
        b'$' if byte(text, at + 1) == Some(b'\'') => ansi_quoted(text, at + 2)?,
        b'$' | b'`' => substitution(text, at, depth, quoted)?.unwrap_or(at + 1),
        _ => at + 1,
    })
}

/// Levels of brackets that a substitution inside arithmetic counts for: each may be read
/// twice, as arithmetic and as commands, so that few may nest.
const ARITHMETIC_WEIGHT: usize = 8;

/// Behind `((`: the index behind the closing `))`, or nothing if these are two subshells.
///
/// Where a quote hides a bracket, bash and the grammar may differ: the text is refused.
pub(super) fn arithmetic(
    text: &str,
    mut at: usize,
    depth: usize,
) -> Result<Option<usize>, Unparsed> {
    let mut open = 0_usize;
    while let Some(b) = byte(text, at) {
        at = match b {
            b'\\' => at + 2,
            b'$' | b'`' => unit(text, at, depth)?,
            b'\'' | b'"' => plain_quote(text, at, b)?,
            b'(' => {
                open += 1;
                at + 1
            }
            b')' if open > 0 => {
                open -= 1;
                at + 1
            }
            b')' => return Ok((byte(text, at + 1) == Some(b')')).then_some(at + 2)),
            _ => at + 1,
        };
    }
    Ok(None)
}

/// The end of a substitution inside arithmetic; nested arithmetic is brackets like any other.
fn unit(text: &str, at: usize, depth: usize) -> End {
    if byte(text, at + 1) == Some(b'(') && byte(text, at + 2) == Some(b'(') {
        return Ok(at + 1);
    }
    let depth = deeper(depth + ARITHMETIC_WEIGHT - 1)?;
    Ok(substitution(text, at, depth, true)?.unwrap_or(at + 1))
}

/// A quote inside arithmetic, which may as well be a plain character.
fn plain_quote(text: &str, at: usize, quote: u8) -> End {
    let rest = text.get(at + 1..).unwrap_or_default();
    let Some(length) = rest.bytes().position(|b| b == quote) else {
        return Ok(at + 1);
    };
    let inside = rest.get(..length).unwrap_or_default();
    let balanced = inside.matches('(').count() == inside.matches(')').count();
    if (quote == b'"' && balanced) || !inside.contains(['(', ')', '`']) {
        // Either way the brackets add up.
        return Ok(at + length + 2);
    }
    Err(Unparsed::new(
        "a quote hides a bracket between `((` and `))`",
    ))
}

/// Behind `$(`, `<(` or `>(`: reads commands up to the `)` that closes them.
pub(super) fn command(text: &str, from: usize, depth: usize) -> End {
    let depth = deeper(depth)?;
    super::lexer::end_of_command(text, from, depth)
}
