//! Code as names, texts and marks. Close enough for the languages that descend from C, Lisp and awk:
//! what is read wrongly here is not constant, and so unknown.

/// The next token of a piece of code.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Token {
    Text(Text),
    Name(String),
    Mark(char),
}

/// A text between quotes.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Text {
    pub(super) text: String,
    /// Something in it is put in at run time.
    pub(super) open: bool,
    /// The quotes make it a command: backticks, `qx()`, `%x()`.
    pub(super) command: bool,
    /// The quotes make it a list of words: `qw()`, `%w()`.
    pub(super) list: bool,
}

/// How a language writes what matters here.
#[derive(Debug, Clone, Copy)]
pub(super) struct Syntax {
    /// What begins a comment up to the end of the line.
    pub(super) comment: &'static str,
    /// What puts a value into a text in double quotes.
    pub(super) opens: &'static str,
    /// Text in single quotes.
    pub(super) single: bool,
    /// Backticks hold a command, not text.
    pub(super) backtick_runs: bool,
    /// Perl's and Ruby's quotes by a word or `%`.
    pub(super) quote_words: bool,
    /// Characters of names besides letters, digits and `_`.
    pub(super) names: &'static str,
}

/// Perl's and Ruby's quotes: the letters in front of the bracket.
const QUOTE_WORDS: &[&str] = &["q", "qq", "qx", "qw", "%x", "%q", "%Q", "%w", "%W", "%"];

/// How many tokens of one piece of code are looked at.
const MAX_TOKENS: usize = 16 * 1024;

/// The code's tokens, up to a limit.
pub(super) fn tokens(code: &str, syntax: Syntax) -> Vec<Token> {
    let mut lexer = Lexer {
        rest: code,
        syntax,
        found: Vec::new(),
    };
    while lexer.found.len() < MAX_TOKENS && lexer.step() {}
    lexer.found
}

struct Lexer<'a> {
    rest: &'a str,
    syntax: Syntax,
    found: Vec<Token>,
}

impl Lexer<'_> {
    fn step(&mut self) -> bool {
        let Some(first) = self.rest.chars().next() else {
            return false;
        };
        if first == '\n' || !first.is_whitespace() {
            self.token(first);
        } else {
            self.skip(first.len_utf8());
        }
        true
    }

    fn token(&mut self, first: char) {
        let comment = self.syntax.comment;
        if !comment.is_empty() && self.rest.starts_with(comment) {
            let end = self.rest.find('\n').unwrap_or(self.rest.len());
            self.skip(end);
        } else if self.rest.starts_with("/*") && comment == "//" {
            let end = self.rest.find("*/").map_or(self.rest.len(), |at| at + 2);
            self.skip(end);
        } else if self.syntax.quote_words && self.quoted_by_word() {
        } else if let Some(quote) = self.quote(first) {
            self.text(quote);
        } else if self.is_name(first) {
            let names = self.syntax.names;
            let end = self
                .rest
                .find(|c: char| !(c.is_alphanumeric() || c == '_' || names.contains(c)))
                .unwrap_or(self.rest.len());
            let name = self.rest.get(..end).unwrap_or_default();
            let name = name.trim_start_matches(['$', '@']);
            // `$` by itself tags a shell's text in JavaScript.
            let name = if name.is_empty() { "$" } else { name };
            self.found.push(Token::Name(name.to_owned()));
            self.skip(end.max(first.len_utf8()));
        } else {
            self.found.push(Token::Mark(first));
            self.skip(first.len_utf8());
        }
    }

    fn skip(&mut self, bytes: usize) {
        self.rest = self.rest.get(bytes..).unwrap_or_default();
    }

    fn is_name(&self, c: char) -> bool {
        c.is_alphanumeric() || c == '_' || self.syntax.names.contains(c)
    }

    fn quote(&self, first: char) -> Option<&'static str> {
        let rest = self.rest;
        match first {
            '"' if rest.starts_with("\"\"\"") => Some("\"\"\""),
            '"' => Some("\""),
            '\'' if !self.syntax.single => None,
            '\'' if rest.starts_with("'''") => Some("'''"),
            '\'' => Some("'"),
            '`' => Some("`"),
            '[' if self.syntax.comment == "--" && rest.starts_with("[[") => Some("]]"),
            _ => None,
        }
    }

    fn text(&mut self, quote: &'static str) {
        let body = self.rest.get(quote.len()..).unwrap_or_default();
        let (raw, length) = until(body, quote);
        self.skip(quote.len() + length);
        // In single quotes nothing is put in, but in an f-string, where `f` is right in front.
        let formats = self.formats();
        let opens = match quote {
            "'" | "'''" | "]]" => "",
            "`" => "${",
            _ => self.syntax.opens,
        };
        let open = (!opens.is_empty() && raw.contains(opens)) || (formats && raw.contains('{'));
        let text = Text {
            text: unescaped(raw),
            open,
            command: quote == "`" && self.syntax.backtick_runs,
            list: false,
        };
        self.found.push(Token::Text(text));
    }

    /// Takes away the prefix of a Python text (`r`, `b`, `f`), and says whether it formats.
    fn formats(&mut self) -> bool {
        let is_prefix = |name: &str| {
            name.len() <= 2 && name.bytes().all(|b| b"rRbBuUfF".contains(&b)) && !name.is_empty()
        };
        match self.found.last() {
            Some(Token::Name(name)) if self.syntax.opens.is_empty() && is_prefix(name) => {
                let formats = name.contains(['f', 'F']);
                self.found.pop();
                formats
            }
            _ => false,
        }
    }

    fn quoted_by_word(&mut self) -> bool {
        let Some((word, open)) = QUOTE_WORDS.iter().rev().find_map(|word| {
            let rest = self.rest.strip_prefix(word)?;
            let open = rest.chars().next()?;
            matches!(open, '(' | '{' | '[' | '<' | '/' | '|' | '!').then_some((*word, open))
        }) else {
            return false;
        };
        // `5 % (x)` is no text: a value is in front.
        let after_value = matches!(
            self.found.last(),
            Some(Token::Name(_) | Token::Text(_) | Token::Mark(')' | ']'))
        );
        if word == "%"
            && (after_value && !self.rest.starts_with("%(")
                || matches!(open, '/' | '<' | '|' | '!'))
        {
            return false;
        }
        let close = match open {
            '(' => ")",
            '{' => "}",
            '[' => "]",
            '<' => ">",
            '/' => "/",
            '|' => "|",
            _ => "!",
        };
        let body = self
            .rest
            .get(word.len() + open.len_utf8()..)
            .unwrap_or_default();
        let (raw, length) = until(body, close);
        self.skip(word.len() + open.len_utf8() + length);
        self.found.push(Token::Text(Text {
            text: raw.to_owned(),
            open: !self.syntax.opens.is_empty() && raw.contains(self.syntax.opens),
            command: word.ends_with('x'),
            list: word.ends_with(['w', 'W']),
        }));
        true
    }
}

/// The text up to an unescaped end, and the bytes up to behind it.
fn until<'a>(body: &'a str, end: &str) -> (&'a str, usize) {
    let mut escaped = false;
    for (at, c) in body.char_indices() {
        if escaped {
            escaped = false;
        } else if c == '\\' {
            escaped = true;
        } else if body.get(at..).is_some_and(|rest| rest.starts_with(end)) {
            return (body.get(..at).unwrap_or_default(), at + end.len());
        }
    }
    (body, body.len())
}

/// Without the backslashes that hold a quote, a backslash, a letter's number or a line's end.
fn unescaped(raw: &str) -> String {
    let mut text = String::with_capacity(raw.len());
    let mut chars = raw.chars();
    while let Some(c) = chars.next() {
        if c != '\\' {
            text.push(c);
            continue;
        }
        match chars.next() {
            Some('n') => text.push('\n'),
            Some('t') => text.push('\t'),
            Some('r') => text.push('\r'),
            Some('x') => {
                let digits: String = chars.as_str().chars().take(2).collect();
                match u8::from_str_radix(&digits, 16) {
                    Ok(byte) if byte.is_ascii() => {
                        text.push(char::from(byte));
                        chars.nth(1);
                    }
                    _ => text.push_str("\\x"),
                }
            }
            Some(other) => text.push(other),
            None => {}
        }
    }
    text
}
