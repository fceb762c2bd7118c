//! Expressions whose value is constant.

use std::collections::HashMap;

use super::lex::Token;
use crate::action::limits::MAX_COMMAND_BYTES;

/// What an expression is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Value {
    Text(String),
    List(Vec<Value>),
    Unknown,
}

/// Constants by the names that hold them.
pub(super) type Names = HashMap<String, Value>;

/// Functions whose value is that of their argument, as far as commands and paths go.
const SAME: &[&str] = &[
    "Path",
    "PurePath",
    "PosixPath",
    "str",
    "String",
    "fspath",
    "abspath",
    "expanduser",
    "realpath",
    "resolve",
    "Pathname",
    "file",
    "raw",
    "Cmd",
    "expand_path",
    "url",
    "as_posix",
];

/// How deep brackets of an expression may nest.
const MAX_DEPTH: usize = 16;

/// Bytes of a value that is joined, or that a name holds, each of which a few bytes of code can
/// copy; a larger one counts as not known.
const MAX_VALUE_BYTES: usize = 4096;

/// The value of an expression of these tokens.
pub(super) fn of(tokens: &[Token], names: &Names) -> Value {
    expression(tokens, names, 0)
}

fn expression(tokens: &[Token], names: &Names, depth: usize) -> Value {
    if depth > MAX_DEPTH {
        return Value::Unknown;
    }
    let mut rest = trimmed(tokens);
    let mut value: Option<Value> = None;
    while !rest.is_empty() {
        let Some((part, used)) = primary(rest, names, depth) else {
            return Value::Unknown;
        };
        rest = rest.get(used..).unwrap_or_default();
        value = Some(match (value, part) {
            (None, part) => part,
            (Some(Value::Text(a)), Value::Text(b)) => bounded(Value::Text(a + &b)),
            (Some(Value::List(mut a)), Value::List(b)) => {
                a.extend(b);
                bounded(Value::List(a))
            }
            _ => Value::Unknown,
        });
        rest = postfix(rest, &mut value, names, depth);
        rest = without_operator(rest);
    }
    value.unwrap_or(Value::Unknown)
}

/// The value, if it is no larger than [`MAX_VALUE_BYTES`]: a script of 300 bytes can double a text
/// forty times.
pub(super) fn bounded(value: Value) -> Value {
    match size(&value) > MAX_VALUE_BYTES {
        true => Value::Unknown,
        false => value,
    }
}

/// Bytes of its texts, and one for each value.
fn size(value: &Value) -> usize {
    match value {
        Value::Text(text) => text.len() + 1,
        Value::List(items) => 1 + items.iter().map(size).sum::<usize>(),
        Value::Unknown => 1,
    }
}

fn trimmed(tokens: &[Token]) -> &[Token] {
    let is_space = |token: &Token| matches!(token, Token::Mark('\n'));
    let start = tokens.iter().take_while(|token| is_space(token)).count();
    let end = tokens
        .iter()
        .rev()
        .take_while(|token| is_space(token))
        .count();
    tokens
        .get(start..tokens.len().saturating_sub(end).max(start))
        .unwrap_or_default()
}

/// What joins texts: `+`, `.`, `..`, `~`, `&`, `,` of no call, and nothing at all.
fn without_operator(tokens: &[Token]) -> &[Token] {
    let count = tokens
        .iter()
        .take_while(|token| matches!(token, Token::Mark('+' | '.' | '~' | '&' | '\n' | '\\')))
        .count();
    tokens.get(count..).unwrap_or_default()
}

fn primary(tokens: &[Token], names: &Names, depth: usize) -> Option<(Value, usize)> {
    match tokens.first()? {
        Token::Text(text) if text.open => Some((Value::Unknown, 1)),
        Token::Text(text) if text.list => Some((split(&text.text), 1)),
        Token::Text(text) => Some((Value::Text(text.text.clone()), 1)),
        Token::Mark(open @ ('[' | '(')) => {
            let end = closing(tokens)?;
            let inner = tokens.get(1..end)?;
            let items = arguments(inner);
            let is_list = *open == '[' || items.len() > 1;
            let value = if is_list {
                list(&items, names, depth)
            } else {
                expression(inner, names, depth + 1)
            };
            Some((value, end + 1))
        }
        Token::Name(name) => named(name, tokens, names, depth),
        Token::Mark(_) => None,
    }
}

/// The list of these items, if it is no larger than the longest command line.
fn list(items: &[&[Token]], names: &Names, depth: usize) -> Value {
    let mut left = MAX_COMMAND_BYTES;
    let mut values = Vec::with_capacity(items.len());
    for item in items {
        let value = expression(item, names, depth + 1);
        let Some(rest) = left.checked_sub(size(&value)) else {
            return Value::Unknown;
        };
        left = rest;
        values.push(value);
    }
    Value::List(values)
}

/// A name's constant, or a call that passes its argument on: `pathlib.Path("x")`, `shlex.split("a b")`.
fn named(name: &str, tokens: &[Token], names: &Names, depth: usize) -> Option<(Value, usize)> {
    match tokens.get(1) {
        Some(Token::Mark('(')) => {
            let end = closing(tokens.get(1..)?)? + 1;
            let inner = expression(tokens.get(2..end)?, names, depth + 1);
            let value = match (name, inner) {
                ("split" | "shellsplit" | "shellwords", Value::Text(text)) => split(&text),
                (name, inner) if SAME.contains(&name) => inner,
                _ => Value::Unknown,
            };
            Some((value, end + 1))
        }
        // `os.path.expanduser("x")`, `$x->y`: the last name counts.
        Some(Token::Mark('.' | ':')) if matches!(tokens.get(2), Some(Token::Name(_))) => {
            let (value, used) = primary(tokens.get(2..)?, names, depth)?;
            let is_call = matches!(tokens.get(3), Some(Token::Mark('(')));
            Some((if is_call { value } else { Value::Unknown }, used + 2))
        }
        _ => Some((names.get(name).cloned().unwrap_or(Value::Unknown), 1)),
    }
}

/// `.split()` and `.split(" ")` make words, other methods something unknown.
fn postfix<'a>(
    tokens: &'a [Token],
    value: &mut Option<Value>,
    names: &Names,
    depth: usize,
) -> &'a [Token] {
    let [Token::Mark('.'), Token::Name(method), rest @ ..] = tokens else {
        return tokens;
    };
    let open = matches!(rest.first(), Some(Token::Mark('(')));
    let used = if open {
        closing(rest).map_or(rest.len(), |end| end + 1)
    } else {
        0
    };
    match (method.as_str(), value.take()) {
        ("split", Some(Value::Text(text))) => *value = Some(split(&text)),
        ("join", Some(own)) => {
            let argument = rest.get(1..used.saturating_sub(1)).unwrap_or_default();
            *value = Some(joined(own, expression(argument, names, depth + 1)));
        }
        ("strip" | "to_s" | "freeze" | "toString" | "encode" | "decode" | "chomp", same) => {
            *value = same
        }
        // `"a" . name . "b"` joins, as in PHP and Perl.
        (_, Some(Value::Text(_))) if !open => {
            *value = Some(Value::Unknown);
        }
        _ => *value = Some(Value::Unknown),
    }
    rest.get(used..).unwrap_or_default()
}

/// `" ".join(["a", "b"])`, `["a", "b"].join(" ")`
fn joined(own: Value, argument: Value) -> Value {
    let (separator, items) = match (own, argument) {
        (Value::Text(separator), Value::List(items))
        | (Value::List(items), Value::Text(separator)) => (separator, items),
        _ => return Value::Unknown,
    };
    let texts: Option<Vec<String>> = items
        .into_iter()
        .map(|item| match item {
            Value::Text(text) => Some(text),
            _ => None,
        })
        .collect();
    texts.map_or(Value::Unknown, |texts| {
        bounded(Value::Text(texts.join(&separator)))
    })
}

fn split(text: &str) -> Value {
    let words = shlex::split(text).unwrap_or_default();
    Value::List(words.into_iter().map(Value::Text).collect())
}

/// The index of what closes the bracket that these tokens begin with.
pub(super) fn closing(tokens: &[Token]) -> Option<usize> {
    let mut depth = 0usize;
    for (at, token) in tokens.iter().enumerate() {
        match token {
            Token::Mark('(' | '[' | '{') => depth += 1,
            Token::Mark(')' | ']' | '}') => {
                depth = depth.saturating_sub(1);
                if depth == 0 {
                    return Some(at);
                }
            }
            _ => {}
        }
    }
    None
}

/// The arguments between commas that are in no bracket of their own.
pub(super) fn arguments(tokens: &[Token]) -> Vec<&[Token]> {
    let mut found = Vec::new();
    let (mut depth, mut start) = (0usize, 0);
    for (at, token) in tokens.iter().enumerate() {
        match token {
            Token::Mark('(' | '[' | '{') => depth += 1,
            Token::Mark(')' | ']' | '}') => depth = depth.saturating_sub(1),
            Token::Mark(',') if depth == 0 => {
                found.push(tokens.get(start..at).unwrap_or_default());
                start = at + 1;
            }
            _ => {}
        }
    }
    let last = trimmed(tokens.get(start..).unwrap_or_default());
    if !last.is_empty() {
        found.push(last);
    }
    found
}
