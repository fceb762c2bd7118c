//! Text to the tokens that the grammar works on.
//!
//! `brush-parser` brings a tokenizer; it takes `\$'…'` for an ANSI-C quote, panics on
//! some numbers and backtracks exponentially in nested words, each of which an attacker
//! can use. So words are cut here, in linear time, and the grammar sees each of them as
//! a short opaque name ([`Texts`]).

use std::sync::Arc;

use brush_parser::{SourcePosition, SourceSpan, Token};

use super::Unparsed;
use super::scan::{self, byte, slice};
use crate::action::limits::{MAX_CASE_NESTING, MAX_SHELL_NESTING, MAX_TEST_OPERATORS};

/// Stands in a token for the text in [`Texts`] whose index follows it, up to [`CLOSE`].
pub(super) const OPEN: char = '\u{E000}';
pub(super) const CLOSE: char = '\u{E001}';

/// What the grammar's opaque names stand for.
#[derive(Debug, Default)]
pub(super) struct Texts(Vec<Text>);

#[derive(Debug)]
struct Text {
    raw: String,
    /// For the body of a here-document: whether it is expanded.
    expands: bool,
}

impl Texts {
    fn add(&mut self, raw: String) -> String {
        self.0.push(Text { raw, expands: true });
        format!("{OPEN}{}{CLOSE}", self.0.len() - 1)
    }

    /// A token's text as it was written.
    pub(super) fn raw(&self, name: &str) -> String {
        let mut raw = String::with_capacity(name.len());
        let mut rest = name;
        while let Some((before, after)) = rest.split_once(OPEN) {
            let (index, after) = after.split_once(CLOSE).unwrap_or((after, ""));
            raw.push_str(before);
            if let Some(text) = index
                .parse()
                .ok()
                .and_then(|index: usize| self.0.get(index))
            {
                raw.push_str(&text.raw);
            }
            rest = after;
        }
        raw.push_str(rest);
        raw
    }

    /// Whether a here-document's body is expanded.
    pub(super) fn expands(&self, name: &str) -> bool {
        let index = name.trim_start_matches(OPEN).trim_end_matches(CLOSE);
        let index: Option<usize> = index.parse().ok();
        index
            .and_then(|index| self.0.get(index))
            .is_none_or(|text| text.expands)
    }
}

/// Names that are assigned inside a loop, so that their values depend on the iteration.
#[derive(Debug, Default)]
pub(super) struct LoopNames {
    pub(super) names: Vec<String>,
    /// Something in a loop may assign any name (`read`, `eval`, `source`).
    pub(super) any: bool,
}

#[derive(Debug)]
pub(super) struct Lexed {
    pub(super) tokens: Vec<Token>,
    pub(super) texts: Texts,
    pub(super) loops: LoopNames,
}

struct HereDocument {
    text: usize,
    delimiter: String,
    strip_tabs: bool,
}

struct Lexer<'a> {
    text: &'a str,
    at: usize,
    depth: usize,
    /// Only looks for the end of a `$(`: keeps no tokens.
    skipping: bool,
    tokens: Vec<Token>,
    texts: Texts,
    loops: LoopNames,
    here_documents: Vec<HereDocument>,
    /// The next word can be a reserved word or a program.
    command_position: bool,
    /// The `case` commands that are open, with whether a pattern is awaited.
    cases: Vec<Case>,
    /// Reserved words and brackets that are open.
    open: usize,
    parens: usize,
    loop_depth: usize,
    /// `function` or `coproc` came before: a name may come before the body.
    name_follows: bool,
    in_test: bool,
    test_operators: usize,
    spans: Spans,
}

struct Case {
    /// Brackets open when it began.
    parens: usize,
    pattern: bool,
    /// `in` has not come yet.
    head: bool,
}

/// Brush tells `2>f` from `2 >f` by whether positions touch; nothing else needs them.
struct Spans {
    apart: SourceSpan,
    touching: SourceSpan,
}

impl Spans {
    fn new() -> Self {
        let at = |index| {
            Arc::new(SourcePosition {
                index,
                line: 1,
                column: 1,
            })
        };
        let (zero, one) = (at(0), at(1));
        Self {
            apart: SourceSpan {
                start: Arc::clone(&zero),
                end: one,
            },
            touching: SourceSpan {
                start: Arc::clone(&zero),
                end: zero,
            },
        }
    }
}

/// Cuts a whole script into tokens.
///
/// # Errors
/// If a quote or bracket is not closed, or a limit is passed.
pub(super) fn lex(text: &str) -> Result<Lexed, Unparsed> {
    let mut lexer = Lexer::new(text, 0, 0, false);
    if lexer.run()?.is_some() {
        return Err(Unparsed::new("a bracket closes that was never opened"));
    }
    Ok(Lexed {
        tokens: lexer.tokens,
        texts: lexer.texts,
        loops: lexer.loops,
    })
}

/// The index behind the `)` that closes the command substitution that begins at `from`.
pub(super) fn end_of_command(text: &str, from: usize, depth: usize) -> Result<usize, Unparsed> {
    Lexer::new(text, from, depth, true)
        .run()?
        .ok_or_else(|| Unparsed::new("a command substitution is not closed"))
}

impl<'a> Lexer<'a> {
    fn new(text: &'a str, at: usize, depth: usize, skipping: bool) -> Self {
        Self {
            text,
            at,
            depth,
            skipping,
            tokens: Vec::new(),
            texts: Texts::default(),
            loops: LoopNames::default(),
            here_documents: Vec::new(),
            command_position: true,
            cases: Vec::new(),
            open: 0,
            parens: 0,
            loop_depth: 0,
            name_follows: false,
            in_test: false,
            test_operators: 0,
            spans: Spans::new(),
        }
    }

    /// Skips line continuations, which bash does before it looks at anything else.
    fn peek(&mut self) -> Option<u8> {
        while byte(self.text, self.at) == Some(b'\\') && byte(self.text, self.at + 1) == Some(b'\n')
        {
            self.at += 2;
        }
        byte(self.text, self.at)
    }

    /// The index behind an unmatched `)`, if there is one.
    fn run(&mut self) -> Result<Option<usize>, Unparsed> {
        while let Some(b) = self.peek() {
            match b {
                b' ' | b'\t' => self.at += 1,
                b'\n' => self.newline()?,
                b'#' => self.comment(),
                b')' if self.closes() => return Ok(Some(self.at + 1)),
                b'&' | b'|' | b';' | b'<' | b'>' | b'(' | b')' => self.operator(b)?,
                _ => self.word()?,
            }
        }
        self.bodies()?;
        Ok(None)
    }

    fn closes(&self) -> bool {
        self.skipping && self.parens == 0 && self.cases.is_empty()
    }

    fn comment(&mut self) {
        let rest = self.text.get(self.at..).unwrap_or_default();
        self.at += rest.find('\n').unwrap_or(rest.len());
    }

    fn newline(&mut self) -> Result<(), Unparsed> {
        self.at += 1;
        self.push_operator("\n");
        self.command_position = true;
        self.bodies()
    }

    /// Takes the bodies of the here-documents that the line before announced.
    fn bodies(&mut self) -> Result<(), Unparsed> {
        for document in std::mem::take(&mut self.here_documents) {
            let body = self.body(&document)?;
            if let Some(text) = self.texts.0.get_mut(document.text) {
                text.raw = body;
            }
        }
        Ok(())
    }

    fn body(&mut self, document: &HereDocument) -> Result<String, Unparsed> {
        let mut body = String::new();
        while self.at < self.text.len() {
            let rest = self.text.get(self.at..).unwrap_or_default();
            let (line, length) = match rest.split_once('\n') {
                Some((line, _)) => (line, line.len() + 1),
                None => (rest, rest.len()),
            };
            let line = if document.strip_tabs {
                line.trim_start_matches('\t')
            } else {
                line
            };
            if self.skipping && line.len() > document.delimiter.len() {
                // `$(cat <<X … X)`: bash takes the delimiter in front of the closing bracket.
                if let Some(after) = line.strip_prefix(document.delimiter.as_str())
                    && after.starts_with(')')
                {
                    self.at += length - after.len() - usize::from(rest.contains('\n'));
                    return Ok(body);
                }
            }
            self.at += length;
            if line == document.delimiter {
                return Ok(body);
            }
            body.push_str(line);
            body.push('\n');
        }
        // Bash warns and takes the end of the text for the delimiter.
        Ok(body)
    }

    fn push_operator(&mut self, operator: &str) {
        if !self.skipping {
            let span = self.spans.apart.clone();
            self.tokens.push(Token::Operator(operator.to_owned(), span));
        }
    }

    fn push_word(&mut self, name: String) {
        if !self.skipping {
            self.tokens
                .push(Token::Word(name, self.spans.apart.clone()));
        }
    }

    fn operator(&mut self, first: u8) -> Result<(), Unparsed> {
        if matches!(first, b'<' | b'>') && byte(self.text, self.at + 1) == Some(b'(') {
            return self.word();
        }
        let operator = self.longest_operator()?;
        if operator == "("
            && self.command_position
            && byte(self.text, self.at + 1) == Some(b'(')
            && let Some(end) = scan::arithmetic(self.text, self.at + 2)?
        {
            self.arithmetic(end);
            return Ok(());
        }
        self.at += operator.len();
        match operator {
            "<<" | "<<-" if !self.in_test => return self.here_document(operator),
            "(" if self.follows_assignment() => return self.array(),
            "(" => self.open_paren()?,
            ")" => self.close_paren(),
            "&&" | "||" if self.in_test => {
                self.test_operators += 1;
                if self.test_operators > MAX_TEST_OPERATORS {
                    return Err(Unparsed::new("a `[[` has too many operators"));
                }
                self.push_operator(operator);
            }
            ";;" | ";&" | ";;&" => {
                if let Some(case) = self.cases.last_mut() {
                    case.pattern = true;
                }
                self.push_operator(operator);
                self.command_position = true;
            }
            "&" | "&&" | "|" | "||" | "|&" | ";" => {
                self.push_operator(operator);
                self.command_position = true;
            }
            _ => {
                // A redirection: its target is no program.
                self.push_operator(operator);
                let command_follows = self.command_position;
                self.target()?;
                self.command_position = command_follows;
            }
        }
        Ok(())
    }

    fn longest_operator(&self) -> Result<&'static str, Unparsed> {
        const OPERATORS: [&str; 22] = [
            "<<<", "<<-", "&>>", ";;&", "&&", "||", ";;", ";&", "|&", "<<", ">>", "<&", ">&", "<>",
            ">|", "&>", "&", "|", ";", "<", ">", "(",
        ];
        let rest = self.text.get(self.at..).unwrap_or_default();
        let found = OPERATORS
            .into_iter()
            .find(|o| rest.starts_with(o))
            .unwrap_or(")");
        let mut after = rest.get(found.len()..).unwrap_or_default();
        if after.starts_with("\\\n") {
            while let Some(next) = after.strip_prefix("\\\n") {
                after = next;
            }
            if after.starts_with(['&', '|', ';', '<', '>', '(', '-']) {
                return Err(Unparsed::new(
                    "a line continuation stands inside an operator",
                ));
            }
        }
        Ok(found)
    }

    fn target(&mut self) -> Result<(), Unparsed> {
        while matches!(self.peek(), Some(b' ' | b'\t')) {
            self.at += 1;
        }
        match self.peek() {
            Some(b'<' | b'>') if byte(self.text, self.at + 1) == Some(b'(') => self.plain_word(),
            Some(b'\n' | b'&' | b'|' | b';' | b'<' | b'>' | b'(' | b')') | None => Ok(()),
            Some(_) => self.plain_word(),
        }
    }

    /// `(( … ))`, as a command or behind `for`.
    fn arithmetic(&mut self, end: usize) {
        let expression = slice(self.text, self.at + 2, end - 2).to_owned();
        self.at = end;
        if self.skipping {
            return;
        }
        let after_for = matches!(self.tokens.last(), Some(Token::Word(word, _)) if word == "for");
        let name = self.texts.add(expression);
        for operator in ["(", "("] {
            self.push_operator(operator);
        }
        self.push_word(name);
        if after_for {
            self.push_operator(";");
            self.push_operator(";");
        }
        for operator in [")", ")"] {
            self.push_operator(operator);
        }
        self.command_position = after_for;
    }

    fn open_paren(&mut self) -> Result<(), Unparsed> {
        self.open_one()?;
        self.parens += 1;
        let subshell = self.command_position;
        self.push_operator("(");
        if subshell && !self.in_test && self.peek_past_blanks() == Some(b'(') {
            // Two brackets in a row would send the grammar looking for arithmetic, which
            // was ruled out above; a newline means nothing here.
            self.push_operator("\n");
        }
        self.command_position = true;
        Ok(())
    }

    /// The `(` behind `NAME=`.
    fn follows_assignment(&self) -> bool {
        let before = self.at.checked_sub(2).and_then(|at| byte(self.text, at));
        before == Some(b'=') && matches!(self.last_word(), Some(word) if word.ends_with('='))
    }

    fn last_word(&self) -> Option<&str> {
        match self.tokens.last() {
            Some(Token::Word(word, _)) => Some(word),
            _ => None,
        }
    }

    /// The elements of `NAME=(…)`, in which no word is reserved.
    fn array(&mut self) -> Result<(), Unparsed> {
        self.push_operator("(");
        loop {
            match self.peek() {
                Some(b' ' | b'\t' | b'\n') => self.at += 1,
                Some(b'#') => self.comment(),
                Some(b')') => break,
                Some(b'<' | b'>') if byte(self.text, self.at + 1) == Some(b'(') => {
                    self.plain_word()?
                }
                None | Some(b'&' | b'|' | b';' | b'<' | b'>' | b'(') => {
                    return Err(Unparsed::new("an array is not closed"));
                }
                Some(_) => self.plain_word()?,
            }
        }
        self.at += 1;
        self.push_operator(")");
        match self.peek() {
            None | Some(b' ' | b'\t' | b'\n' | b'&' | b'|' | b';' | b')' | b'<' | b'>') => Ok(()),
            Some(_) => Err(Unparsed::new("a word continues behind an array")),
        }
    }

    fn peek_past_blanks(&mut self) -> Option<u8> {
        while matches!(self.peek(), Some(b' ' | b'\t')) {
            self.at += 1;
        }
        self.peek()
    }

    fn close_paren(&mut self) {
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

    fn open_one(&mut self) -> Result<(), Unparsed> {
        self.open += 1;
        if self.open + self.depth > MAX_SHELL_NESTING {
            return Err(Unparsed::new("commands nest too deeply"));
        }
        Ok(())
    }

    fn here_document(&mut self, operator: &str) -> Result<(), Unparsed> {
        while matches!(self.peek(), Some(b' ' | b'\t')) {
            self.at += 1;
        }
        let raw = self.take_word()?;
        if raw.is_empty() {
            return Err(Unparsed::new("a here-document has no delimiter"));
        }
        let quoted = raw.contains(['\'', '"', '\\']);
        let delimiter = if quoted {
            super::expand::unquote(&raw)
        } else {
            raw.clone()
        };
        self.push_operator(operator);
        let tag = self.texts.add(raw);
        self.texts.0.push(Text {
            raw: String::new(),
            expands: !quoted,
        });
        let text = self.texts.0.len() - 1;
        self.push_word(tag.clone());
        self.push_word(format!("{OPEN}{text}{CLOSE}"));
        self.push_word(tag);
        self.here_documents.push(HereDocument {
            text,
            delimiter,
            strip_tabs: operator == "<<-",
        });
        Ok(())
    }

    fn plain_word(&mut self) -> Result<(), Unparsed> {
        let raw = self.take_word()?;
        let name = self.name(raw);
        self.push_word(name);
        Ok(())
    }

    fn word(&mut self) -> Result<(), Unparsed> {
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
        if self.in_test {
            self.test_word(&raw)?;
        } else if self.command_position {
            self.first_word(&raw)?;
        } else if self.loop_depth > 0 {
            self.note_assignment(&raw);
        }
        // The grammar doesn't know `select`, which takes any of its words.
        let raw = if raw == "select" && leads {
            "for".to_owned()
        } else {
            raw
        };
        self.push_word_of(raw);
        Ok(())
    }

    fn push_word_of(&mut self, raw: String) {
        if !self.skipping {
            let name = self.name(raw);
            self.push_word(name);
        }
    }

    /// `2>` and `{fd}>`: the word is part of the redirection.
    fn descriptor(&mut self, raw: &str) -> Result<bool, Unparsed> {
        let digits = !raw.is_empty() && raw.bytes().all(|b| b.is_ascii_digit());
        let named = raw
            .strip_prefix('{')
            .and_then(|rest| rest.strip_suffix('}'));
        let named = named.is_some_and(super::expand::is_name);
        if byte(self.text, self.at + 1) == Some(b'(') || !(digits || named) {
            return Ok(false);
        }
        if raw.len() > 9 && digits {
            return Err(Unparsed::new("a file descriptor's number is too large"));
        }
        if !self.skipping {
            let number = if digits { raw } else { "9" };
            let span = self.spans.touching.clone();
            self.tokens.push(Token::Word(number.to_owned(), span));
        }
        Ok(true)
    }

    fn test_word(&mut self, raw: &str) -> Result<(), Unparsed> {
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

    /// A word where a program could stand.
    fn first_word(&mut self, raw: &str) -> Result<(), Unparsed> {
        if self.cases.last().is_some_and(|case| case.pattern) && raw != "esac" {
            return Ok(());
        }
        if self.loop_depth > 0 {
            self.note_assignment(raw);
        }
        let names = std::mem::take(&mut self.name_follows);
        match raw {
            "if" | "while" | "until" | "{" | "coproc" => {
                self.open_one()?;
                self.name_follows = raw == "coproc";
                self.loop_depth += usize::from(matches!(raw, "while" | "until"));
            }
            "for" | "select" => {
                self.open_one()?;
                self.loop_depth += 1;
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
            "fi" | "}" => self.open = self.open.saturating_sub(1),
            "function" => self.name_follows = true,
            "then" | "do" | "else" | "elif" | "!" | "time" | "-p" => {}
            "[[" => {
                self.in_test = true;
                self.open_one()?;
            }
            _ => self.command_position = names || super::expand::assignment(raw).is_some(),
        }
        Ok(())
    }

    fn note_assignment(&mut self, raw: &str) {
        if let Some((name, _)) = super::expand::assignment(raw) {
            self.loops.names.push(name.to_owned());
        }
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

    /// A word as it was written, without line continuations.
    fn take_word(&mut self) -> Result<String, Unparsed> {
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

    fn dollar(&self) -> Result<usize, Unparsed> {
        let start = self.at;
        match byte(self.text, start + 1) {
            Some(b'\'') => scan::ansi_quoted(self.text, start + 2),
            Some(b'"') => scan::double_quoted(self.text, start + 2, self.depth),
            _ => Ok(scan::substitution(self.text, start, self.depth, false)?.unwrap_or(start + 1)),
        }
    }

    /// What the grammar sees of a word: itself if it is plain, else an opaque name behind
    /// the part that makes it an assignment.
    fn name(&mut self, raw: String) -> String {
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
        let Some((name, value)) = super::expand::assignment(&raw) else {
            return self.texts.add(raw);
        };
        let operator = if value.append { "+=" } else { "=" };
        if value.indexed {
            // The index is code as well: the whole word goes along.
            let head = format!("{name}[0]{operator}");
            return head + &self.texts.add(raw.clone());
        }
        let head = format!("{name}{operator}");
        if value.text.is_empty() {
            return head;
        }
        head + &self.texts.add(value.text.to_owned())
    }
}
