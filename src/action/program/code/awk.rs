//! awk(1): `system("…")`, pipes to and from commands, files that are read and written.

use super::Constants;
use super::lex::{self, Token};
use super::tables;
use super::value::{self, Names, Value};

/// What is constant in an awk program.
pub(super) fn add(program: &str, found: &mut Constants) {
    let tokens = lex::tokens(program, tables::AWK);
    let names = constants(&tokens);
    for (at, token) in tokens.iter().enumerate() {
        let rest = tokens.get(at + 1..).unwrap_or_default();
        match token {
            Token::Name(name) if name == "system" => system(rest, &names, found),
            Token::Name(name) if name == "ARGV" => argument(rest, &names, found),
            Token::Name(name) if name == "getline" => getline(&tokens, at, &names, found),
            Token::Mark('|') => pipe(rest, &names, found),
            Token::Mark('>') if is_output(&tokens, at) => {
                if let Some(path) = operand(rest, &names) {
                    found.writes(&path);
                }
            }
            Token::Mark('@') => directive(rest, found),
            _ => {}
        }
    }
}

/// Tokens of the index of an argument.
const MAX_INDEX: usize = 32;

/// `ARGV[1] = "FILE"`: awk then reads that file.
fn argument(rest: &[Token], names: &Names, found: &mut Constants) {
    let Some(end) = rest
        .iter()
        .take(MAX_INDEX)
        .position(|token| *token == Token::Mark(']'))
    else {
        return;
    };
    if let Some([Token::Mark('='), value @ ..]) = rest.get(end + 1..)
        && let Some(path) = operand(value, names)
    {
        found.reads(&path);
    }
}

/// `@include "F"`, `@load "F"`
fn directive(rest: &[Token], found: &mut Constants) {
    if let [Token::Name(name), Token::Text(text), ..] = rest
        && matches!(name.as_str(), "include" | "load")
    {
        found.reads(&text.text);
    }
}

/// `-v` isn't seen here; `name = "…"` is.
fn constants(tokens: &[Token]) -> Names {
    let mut names = Names::new();
    for (at, token) in tokens.iter().enumerate() {
        if let (Token::Name(name), Some([Token::Mark('='), rest @ ..])) =
            (token, tokens.get(at + 1..))
            && !matches!(rest.first(), Some(Token::Mark('=')))
        {
            let value = operand(rest, &names).map_or(Value::Unknown, Value::Text);
            names.insert(name.clone(), value::bounded(value));
        }
    }
    names
}

fn system(rest: &[Token], names: &Names, found: &mut Constants) {
    let Some(end) = value::closing(rest) else {
        return;
    };
    if let Value::Text(command) = value::of(rest.get(1..end).unwrap_or_default(), names) {
        found.shell(&command);
    }
}

/// `"CMD" | getline`, `getline [NAME] < "FILE"`
fn getline(tokens: &[Token], at: usize, names: &Names, found: &mut Constants) {
    let before = tokens.get(..at).unwrap_or_default();
    if let [.., Token::Mark('|')] | [.., Token::Mark('|'), Token::Mark('&')] = before {
        let bars = before
            .iter()
            .rev()
            .take_while(|token| matches!(token, Token::Mark('|' | '&')))
            .count();
        let head = before.get(..before.len() - bars).unwrap_or_default();
        if let Value::Text(command) = value::of(in_front(head), names) {
            found.shell(&command);
        }
    }
    let rest = tokens.get(at + 1..).unwrap_or_default();
    let less = rest
        .iter()
        .take(3)
        .position(|token| *token == Token::Mark('<'));
    if let Some(path) = less.and_then(|less| operand(rest.get(less + 1..)?, names)) {
        found.reads(&path);
    }
}

/// The expression that ends here: texts and names, or one pair of brackets.
fn in_front(head: &[Token]) -> &[Token] {
    let mut depth = 0usize;
    let belongs = |token: &&Token| match token {
        Token::Mark(')') => {
            depth += 1;
            true
        }
        Token::Mark('(') if depth > 0 => {
            depth -= 1;
            true
        }
        Token::Text(_) | Token::Name(_) => true,
        Token::Mark(_) => depth > 0,
    };
    let length = head.iter().rev().take_while(belongs).count();
    head.get(head.len() - length..).unwrap_or_default()
}

/// `print … | "CMD"`; `| getline` is seen from there.
fn pipe(rest: &[Token], names: &Names, found: &mut Constants) {
    let rest = match rest {
        [Token::Mark('&'), rest @ ..] => rest,
        rest => rest,
    };
    if matches!(rest.first(), Some(Token::Mark('|'))) {
        return;
    }
    if let Some(command) = operand(rest, names) {
        found.shell(&command);
    }
}

/// Texts and names with a constant one behind the other, or brackets around them.
fn operand(rest: &[Token], names: &Names) -> Option<String> {
    let rest = match rest {
        [Token::Mark('>'), rest @ ..] => rest,
        rest => rest,
    };
    if let Some(Token::Mark('(')) = rest.first() {
        let end = value::closing(rest)?;
        return match value::of(rest.get(1..end)?, names) {
            Value::Text(text) => Some(text),
            _ => None,
        };
    }
    let known = |token: &&Token| match token {
        Token::Text(_) => true,
        Token::Name(name) => matches!(names.get(name), Some(Value::Text(_))),
        Token::Mark(_) => false,
    };
    let length = rest.iter().take_while(known).count();
    match value::of(rest.get(..length)?, names) {
        Value::Text(text) if length > 0 => Some(text),
        _ => None,
    }
}

/// The statement begins with `print` or `printf`; elsewhere `>` compares.
fn is_output(tokens: &[Token], at: usize) -> bool {
    tokens
        .get(..at)
        .unwrap_or_default()
        .iter()
        .rev()
        .take_while(|token| !matches!(token, Token::Mark(';' | '{' | '}' | '\n')))
        .any(|token| matches!(token, Token::Name(name) if name == "print" || name == "printf"))
}
