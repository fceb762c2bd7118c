//! Expansion of a word (bash(1), "Expansion"), as far as text alone decides it.

use super::scan::{self, byte, character, slice};
use super::state::Variable;
use super::walk::Walk;
use super::{ShellWord, Unparsed, brace, escape};

/// An assignment's right side.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Value<'a> {
    pub(super) text: &'a str,
    pub(super) append: bool,
    pub(super) indexed: bool,
}

pub(super) fn is_name(text: &str) -> bool {
    !text.is_empty() && name_length(text) == text.len()
}

fn name_length(text: &str) -> usize {
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
    let indexed = rest.starts_with('[');
    if indexed {
        let end = rest.find("]=").or_else(|| rest.find("]+="))?;
        rest = rest.get(end + 1..)?;
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
            indexed,
        },
    ))
}

/// A here-document's delimiter without its quotes.
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

/// The words that one word becomes.
pub(super) fn words(walk: &mut Walk<'_>, raw: &str) -> Result<Vec<ShellWord>, Unparsed> {
    let mut all = Vec::new();
    for alternative in brace::expand(raw)? {
        let mut expander = Expander::new(walk, &alternative, true);
        expander.unquoted(0, alternative.len())?;
        all.extend(expander.finish());
    }
    Ok(all)
}

/// The one word that an assignment's value or a redirection's target becomes.
pub(super) fn value(walk: &mut Walk<'_>, raw: &str) -> Result<ShellWord, Unparsed> {
    let mut expander = Expander::new(walk, raw, false);
    expander.unquoted(0, raw.len())?;
    Ok(expander.current)
}

/// The text of a here-document, in which quotes are plain characters.
pub(super) fn here_document(walk: &mut Walk<'_>, raw: &str) -> Result<ShellWord, Unparsed> {
    let mut expander = Expander::new(walk, raw, false);
    expander.here = true;
    expander.quoted(0, raw.len())?;
    Ok(expander.current)
}

struct Expander<'e, 'w> {
    walk: &'e mut Walk<'w>,
    raw: &'e str,
    splits: bool,
    /// A here-document: `"` is a plain character.
    here: bool,
    words: Vec<ShellWord>,
    current: ShellWord,
    /// `current` is a word, even if it is empty (`""`).
    started: bool,
}

impl<'e, 'w> Expander<'e, 'w> {
    fn new(walk: &'e mut Walk<'w>, raw: &'e str, splits: bool) -> Self {
        Self {
            walk,
            raw,
            splits,
            here: false,
            words: Vec::new(),
            current: ShellWord::default(),
            started: false,
        }
    }

    fn finish(mut self) -> Vec<ShellWord> {
        self.split();
        self.words
    }

    fn split(&mut self) {
        if std::mem::take(&mut self.started) {
            self.words.push(std::mem::take(&mut self.current));
        }
    }

    fn push(&mut self, text: &str) -> Result<(), Unparsed> {
        self.started = true;
        self.walk.shell.spend_bytes(text.len())?;
        self.current.text.push_str(text);
        Ok(())
    }

    fn push_dynamic(&mut self, from: usize, to: usize) -> Result<(), Unparsed> {
        self.current.dynamic = true;
        self.push(slice(self.raw, from, to))
    }

    fn unquoted(&mut self, mut at: usize, end: usize) -> Result<(), Unparsed> {
        while at < end {
            let Some((c, next)) = character(self.raw, at) else {
                break;
            };
            at = match c {
                '\\' => self.escaped(next)?,
                '\'' => {
                    let close = scan::single_quoted(self.raw, next)?;
                    self.push(slice(self.raw, next, close - 1))?;
                    close
                }
                '"' => self.double_quoted(next)?,
                '$' | '`' => self.dollar(at, false)?,
                '<' | '>' if byte(self.raw, next) == Some(b'(') => self.process(at)?,
                '~' if at == 0 && self.walk.shell.is_assigned("HOME") => {
                    self.push_dynamic(at, next)?;
                    next
                }
                _ => {
                    self.current.glob |= matches!(c, '*' | '?' | '[');
                    self.push(slice(self.raw, at, next))?;
                    next
                }
            };
        }
        Ok(())
    }

    fn escaped(&mut self, at: usize) -> Result<usize, Unparsed> {
        let Some((c, next)) = character(self.raw, at) else {
            self.push("\\")?;
            return Ok(at);
        };
        if c != '\n' {
            self.push(slice(self.raw, at, next))?;
        }
        Ok(next)
    }

    fn double_quoted(&mut self, from: usize) -> Result<usize, Unparsed> {
        let close = scan::double_quoted(self.raw, from, 0)?;
        self.push("")?;
        self.quoted(from, close - 1)?;
        Ok(close)
    }

    /// Text inside double quotes, or of a here-document.
    fn quoted(&mut self, mut at: usize, end: usize) -> Result<(), Unparsed> {
        while at < end {
            let Some((c, next)) = character(self.raw, at) else {
                break;
            };
            at = match c {
                '\\' => match byte(self.raw, next) {
                    Some(b'\n') => next + 1,
                    Some(b'$' | b'`' | b'\\') => self.escaped(next)?,
                    Some(b'"') if !self.here => self.escaped(next)?,
                    _ => {
                        self.push("\\")?;
                        next
                    }
                },
                '$' | '`' => self.dollar(at, true)?,
                _ => {
                    self.push(slice(self.raw, at, next))?;
                    next
                }
            };
        }
        Ok(())
    }

    /// `<(…)` and `>(…)`.
    fn process(&mut self, at: usize) -> Result<usize, Unparsed> {
        let end = scan::command(self.raw, at + 2, 0)?;
        let label = if byte(self.raw, at) == Some(b'<') {
            "<(…)"
        } else {
            ">(…)"
        };
        self.walk
            .substitute(slice(self.raw, at + 2, end - 1), label)?;
        self.push_dynamic(at, end)?;
        Ok(end)
    }

    /// At a `$` or a backquote.
    fn dollar(&mut self, at: usize, quoted: bool) -> Result<usize, Unparsed> {
        let raw = self.raw;
        if byte(raw, at) == Some(b'`') {
            let end = scan::backquoted(raw, at + 1)?;
            let script = escape::backquoted(slice(raw, at + 1, end - 1), quoted);
            self.walk.substitute(&script, "$(…)")?;
            self.push_dynamic(at, end)?;
            return Ok(end);
        }
        match byte(raw, at + 1) {
            Some(b'\'') if !quoted => {
                let end = scan::ansi_quoted(raw, at + 2)?;
                self.push(&escape::ansi_c(slice(raw, at + 2, end - 1)))?;
                Ok(end)
            }
            Some(b'"') if !quoted => self.double_quoted(at + 2),
            Some(b'(') => self.parenthesis(at),
            Some(b'[') => {
                let end = scan::substitution(raw, at, 0, quoted)?.unwrap_or(raw.len());
                self.arithmetic(slice(raw, at + 2, end - 1))?;
                self.push_dynamic(at, end)?;
                Ok(end)
            }
            Some(b'{') => {
                let end = scan::substitution(raw, at, 0, quoted)?.unwrap_or(raw.len());
                self.braced(at, end, quoted)?;
                Ok(end)
            }
            Some(b) if b.is_ascii_alphabetic() || b == b'_' => {
                let rest = raw.get(at + 1..).unwrap_or_default();
                let end = at + 1 + name_length(rest);
                self.variable(slice(raw, at + 1, end), at, end, quoted)?;
                Ok(end)
            }
            Some(b'@' | b'*' | b'0'..=b'9') => {
                self.positional(slice(raw, at + 1, at + 2), at, at + 2)?;
                Ok(at + 2)
            }
            Some(b'#' | b'?' | b'$' | b'!' | b'-') => {
                self.push_dynamic(at, at + 2)?;
                Ok(at + 2)
            }
            _ => {
                self.push("$")?;
                Ok(at + 1)
            }
        }
    }

    fn parenthesis(&mut self, at: usize) -> Result<usize, Unparsed> {
        let raw = self.raw;
        if byte(raw, at + 2) == Some(b'(')
            && let Some(end) = scan::arithmetic(raw, at + 3)?
        {
            self.arithmetic(slice(raw, at + 3, end - 2))?;
            self.push_dynamic(at, end)?;
            return Ok(end);
        }
        let end = scan::command(raw, at + 2, 0)?;
        self.walk.substitute(slice(raw, at + 2, end - 1), "$(…)")?;
        self.push_dynamic(at, end)?;
        Ok(end)
    }

    fn arithmetic(&mut self, expression: &str) -> Result<(), Unparsed> {
        arithmetic(self.walk, expression)
    }

    fn variable(
        &mut self,
        name: &str,
        from: usize,
        to: usize,
        quoted: bool,
    ) -> Result<(), Unparsed> {
        let value = self.walk.shell.variables.get(name).cloned();
        let known_place = self.current.text.is_empty();
        match value {
            Some(Variable::Text(text)) => self.push_value(&text, from, to, quoted),
            Some(Variable::Array(items)) if !items.is_empty() => {
                let first = items.into_iter().next().unwrap_or_default();
                self.push_value(&first, from, to, quoted)
            }
            // The path module knows these two as well; as constants they are paths like any other.
            None if known_place && name == "HOME" => self.push("~"),
            None if known_place && name == "PWD" => self.push("."),
            _ => self.push_dynamic(from, to),
        }
    }

    /// A variable's value: split and globbed unless quoted.
    fn push_value(
        &mut self,
        text: &str,
        from: usize,
        to: usize,
        quoted: bool,
    ) -> Result<(), Unparsed> {
        if quoted || !self.splits {
            return self.push(text);
        }
        if self.walk.shell.is_assigned("IFS") {
            return self.push_dynamic(from, to);
        }
        let blank = |c: char| matches!(c, ' ' | '\t' | '\n');
        let mut parts = text.split(blank).peekable();
        while let Some(part) = parts.next() {
            if !part.is_empty() {
                self.current.glob |= part.contains(['*', '?', '[']);
                self.push(part)?;
            }
            if parts.peek().is_some() {
                self.split();
            }
        }
        Ok(())
    }

    fn positional(&mut self, name: &str, from: usize, to: usize) -> Result<(), Unparsed> {
        let Some(arguments) = self.walk.shell.positional.clone() else {
            return self.push_dynamic(from, to);
        };
        let picked = match name {
            "@" | "*" => arguments,
            _ => {
                let index = name.parse::<usize>().ok().and_then(|n| n.checked_sub(1));
                match index.and_then(|index| arguments.into_iter().nth(index)) {
                    Some(word) => vec![word],
                    None => return self.push_dynamic(from, to),
                }
            }
        };
        for (index, word) in picked.into_iter().enumerate() {
            if index > 0 {
                self.split();
            }
            self.current.dynamic |= word.dynamic;
            self.current.glob |= word.glob;
            self.push(&word.text)?;
        }
        Ok(())
    }

    /// `${…}` between `at` and `end`.
    fn braced(&mut self, at: usize, end: usize, quoted: bool) -> Result<(), Unparsed> {
        let inner = slice(self.raw, at + 2, end - 1);
        let (name, operator) = inner
            .split_at_checked(name_length(inner))
            .unwrap_or((inner, ""));
        if name.is_empty() {
            if matches!(operator, "@" | "*") || operator.parse::<u32>().is_ok() {
                return self.positional(operator, at, end);
            }
            self.discard(operator)?;
            return self.push_dynamic(at, end);
        }
        if operator.is_empty() {
            return self.variable(name, at, end, quoted);
        }
        if let Some(items) = self.array(name, operator) {
            return self.push_items(&items);
        }
        self.discard(operator)?;
        self.judge_operator(name, operator)?;
        let set = matches!(self.walk.shell.variables.get(name), Some(Variable::Text(text)) if !text.is_empty());
        if set
            && [":-", "-", ":=", "=", ":?", "?"]
                .iter()
                .any(|o| operator.starts_with(o))
        {
            return self.variable(name, at, end, quoted);
        }
        self.push_dynamic(at, end)
    }

    fn array(&self, name: &str, operator: &str) -> Option<Vec<String>> {
        let Some(Variable::Array(items)) = self.walk.shell.variables.get(name) else {
            return None;
        };
        match operator {
            "[@]" | "[*]" => Some(items.clone()),
            _ => {
                let index = operator.strip_prefix('[')?.strip_suffix(']')?;
                let item = items.get(index.parse::<usize>().ok()?)?;
                Some(vec![item.clone()])
            }
        }
    }

    fn push_items(&mut self, items: &[String]) -> Result<(), Unparsed> {
        for (index, item) in items.iter().enumerate() {
            if index > 0 {
                self.split();
            }
            self.push(item)?;
        }
        Ok(())
    }

    /// What an operator does beside giving a value.
    fn judge_operator(&mut self, name: &str, operator: &str) -> Result<(), Unparsed> {
        if operator.starts_with(":=") || operator.starts_with('=') {
            self.walk.shell.assign(name, Variable::Dynamic);
        } else if operator.contains("@P") {
            self.walk.unknown("`${…@P}` runs what the variable holds");
        } else if let Some(index) = operator.strip_prefix('[') {
            if !index.starts_with(['@', '*']) {
                return arithmetic(self.walk, index.split(']').next().unwrap_or(index));
            }
        } else if let Some(offset) = operator.strip_prefix(':')
            && !offset.starts_with(['-', '+', '?'])
        {
            return arithmetic(self.walk, offset);
        }
        Ok(())
    }

    /// Runs the substitutions in `text` and drops its value.
    fn discard(&mut self, text: &str) -> Result<(), Unparsed> {
        discard(self.walk, text)
    }
}

/// Follows the substitutions in `text`, whose value doesn't matter.
pub(super) fn discard(walk: &mut Walk<'_>, text: &str) -> Result<(), Unparsed> {
    if !text.contains(['$', '`', '<', '>']) {
        return Ok(());
    }
    walk.nested(|walk| {
        let mut expander = Expander::new(walk, text, false);
        let mut at = 0;
        while let Some((c, next)) = character(text, at) {
            at = match c {
                '\\' => character(text, next).map_or(next, |(_, end)| end),
                '$' if byte(text, next) == Some(b'\'') => next,
                '$' | '`' => expander.dollar(at, true)?,
                '<' | '>' if byte(text, next) == Some(b'(') => expander.process(at)?,
                _ => next,
            };
        }
        Ok(())
    })
}

/// Judges an arithmetic expression: a variable in it is evaluated as an expression in turn,
/// and an array subscript in that may run commands (bash(1), "ARITHMETIC EVALUATION").
pub(super) fn arithmetic(walk: &mut Walk<'_>, expression: &str) -> Result<(), Unparsed> {
    discard(walk, expression)?;
    let assigns = expression.contains("++")
        || expression.contains("--")
        || expression.replace("==", "").contains('=');
    let mut rest = expression;
    let mut code = expression.contains(['$', '`']);
    while let Some(start) = rest.find(|c: char| c.is_ascii_alphanumeric() || c == '_') {
        let from = rest.get(start..).unwrap_or_default();
        let length = from
            .bytes()
            .take_while(|b| b.is_ascii_alphanumeric() || *b == b'_')
            .count();
        let (token, after) = from.split_at_checked(length).unwrap_or((from, ""));
        rest = after;
        if token.starts_with(|c: char| c.is_ascii_digit()) {
            continue;
        }
        let number = matches!(walk.shell.variables.get(token),
            Some(Variable::Text(text)) if text.parse::<i64>().is_ok());
        code |= !number;
        if assigns {
            walk.shell.assign(token, Variable::Dynamic);
        }
    }
    if code {
        walk.unknown("arithmetic on a variable evaluates what the variable holds");
    }
    Ok(())
}
