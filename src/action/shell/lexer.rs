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
use super::texts::{HereDocument, LoopNames, Texts};
use crate::action::limits::MAX_TEST_OPERATORS;

#[derive(Debug)]
pub(super) struct Lexed {
    pub(super) tokens: Vec<Token>,
    pub(super) texts: Texts,
    pub(super) loops: LoopNames,
}

pub(super) struct Lexer<'a> {
    pub(super) text: &'a str,
    pub(super) at: usize,
    pub(super) depth: usize,
    /// Only looks for the end of a `$(`: keeps no tokens.
    pub(super) skipping: bool,
    pub(super) tokens: Vec<Token>,
    pub(super) texts: Texts,
    pub(super) loops: LoopNames,
    pub(super) here_documents: Vec<HereDocument>,
    /// The next word can be a reserved word or a program.
    pub(super) command_position: bool,
    /// The `case` commands that are open, with whether a pattern is awaited.
    pub(super) cases: Vec<Case>,
    /// Reserved words and brackets that are open.
    pub(super) open: usize,
    pub(super) parens: usize,
    pub(super) loop_depth: usize,
    /// `function` or `coproc` came before: a name may come before the body.
    pub(super) name_follows: bool,
    /// The body of a `for` or `select` has yet to come.
    pub(super) body_follows: bool,
    /// The `{` that are open, with whether each begins the body of a loop.
    pub(super) braces: Vec<bool>,
    pub(super) in_test: bool,
    pub(super) test_operators: usize,
    pub(super) spans: Spans,
}

pub(super) struct Case {
    /// Brackets open when it began.
    pub(super) parens: usize,
    pub(super) pattern: bool,
    /// `in` has not come yet.
    pub(super) head: bool,
}

/// Brush tells `2>f` from `2 >f` by whether positions touch; nothing else needs them.
pub(super) struct Spans {
    pub(super) apart: SourceSpan,
    pub(super) touching: SourceSpan,
}

impl Spans {
    pub(super) fn new() -> Self {
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

/// The tokens in front of what can't be cut into tokens, and the text from there on. Nothing runs
/// of a text whose last quote is open: there the text is empty.
pub(super) fn lex_as_far(text: &str) -> (Lexed, &str) {
    let mut lexer = Lexer::new(text, 0, 0, false);
    let result = lexer.run();
    let rest = match result {
        Err(problem) if !scan::is_unclosed(&problem) => text.get(lexer.at..),
        _ => None,
    };
    let lexed = Lexed {
        tokens: lexer.tokens,
        texts: lexer.texts,
        loops: lexer.loops,
    };
    (lexed, rest.unwrap_or_default())
}

/// The index behind the `)` that closes the command substitution that begins at `from`.
pub(super) fn end_of_command(text: &str, from: usize, depth: usize) -> Result<usize, Unparsed> {
    Lexer::new(text, from, depth, true)
        .run()?
        .ok_or_else(|| Unparsed::new("a command substitution is not closed"))
}

impl<'a> Lexer<'a> {
    pub(super) fn new(text: &'a str, at: usize, depth: usize, skipping: bool) -> Self {
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
            body_follows: false,
            braces: Vec::new(),
            in_test: false,
            test_operators: 0,
            spans: Spans::new(),
        }
    }

    /// Skips line continuations, which bash does before it looks at anything else.
    pub(super) fn peek(&mut self) -> Option<u8> {
        while byte(self.text, self.at) == Some(b'\\') && byte(self.text, self.at + 1) == Some(b'\n')
        {
            self.at += 2;
        }
        byte(self.text, self.at)
    }

    /// The index behind an unmatched `)`, if there is one.
    pub(super) fn run(&mut self) -> Result<Option<usize>, Unparsed> {
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

    pub(super) fn closes(&self) -> bool {
        self.skipping && self.parens == 0 && self.cases.is_empty()
    }

    pub(super) fn comment(&mut self) {
        let rest = self.text.get(self.at..).unwrap_or_default();
        self.at += rest.find('\n').unwrap_or(rest.len());
    }

    pub(super) fn newline(&mut self) -> Result<(), Unparsed> {
        self.at += 1;
        if let [.., Token::Word(word, _), Token::Word(..)] = self.tokens.as_slice()
            && word == "coproc"
        {
            // `coproc NAME` ends here; the grammar would take the next line for its body.
            self.push_operator(";");
        }
        self.push_operator("\n");
        self.command_position = true;
        self.bodies()
    }

    pub(super) fn push_operator(&mut self, operator: &str) {
        if !self.skipping {
            let span = self.spans.apart.clone();
            self.tokens.push(Token::Operator(operator.to_owned(), span));
        }
    }

    pub(super) fn push_word(&mut self, name: String) {
        if !self.skipping {
            self.tokens
                .push(Token::Word(name, self.spans.apart.clone()));
        }
    }

    pub(super) fn operator(&mut self, first: u8) -> Result<(), Unparsed> {
        if matches!(first, b'<' | b'>') && byte(self.text, self.at + 1) == Some(b'(') {
            return self.word();
        }
        let operator = self.longest_operator()?;
        if operator == "("
            && self.command_position
            && byte(self.text, self.at + 1) == Some(b'(')
            && let Some(end) = scan::arithmetic(self.text, self.at + 2, self.depth)?
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

    pub(super) fn longest_operator(&self) -> Result<&'static str, Unparsed> {
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
                return Err(Unparsed::new("a line continuation is inside an operator"));
            }
        }
        Ok(found)
    }

    pub(super) fn target(&mut self) -> Result<(), Unparsed> {
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
    pub(super) fn arithmetic(&mut self, end: usize) {
        let expression = slice(self.text, self.at + 2, end - 2).to_owned();
        self.at = end;
        if self.skipping {
            return;
        }
        if self.loop_depth > 0 {
            self.note_arithmetic(&expression);
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

    pub(super) fn open_paren(&mut self) -> Result<(), Unparsed> {
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
    pub(super) fn follows_assignment(&self) -> bool {
        let before = self.at.checked_sub(2).and_then(|at| byte(self.text, at));
        before == Some(b'=') && matches!(self.last_word(), Some(word) if word.ends_with('='))
    }

    pub(super) fn last_word(&self) -> Option<&str> {
        match self.tokens.last() {
            Some(Token::Word(word, _)) => Some(word),
            _ => None,
        }
    }

    /// The elements of `NAME=(…)`, in which no word is reserved.
    pub(super) fn array(&mut self) -> Result<(), Unparsed> {
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

    pub(super) fn peek_past_blanks(&mut self) -> Option<u8> {
        while matches!(self.peek(), Some(b' ' | b'\t')) {
            self.at += 1;
        }
        self.peek()
    }
}
