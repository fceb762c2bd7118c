//! `awk`: programs that only print, by what they read.
//!
//! Sources: POSIX "awk", "Lexical Conventions" and "Grammar"; gawk(1) 5.3.

use super::super::super::facts::Deed;
use super::super::call::Call;
use super::super::options::{Opt, value};
use super::regex::behind_brackets;
use super::table::{Account, Operands, Role, Table, table};

/// `-f`, `-i`, `-l` and `-E` load code, `-d`, `-o` and `-p` write.
static AWK: Table = table(OPTIONS, Operands::PatternReads);
static OPTIONS: &[Opt<Role>] = &[value("-F --field-separator -v --assign", Role::Plain)];

pub(super) fn awk(call: &Call<'_>, account: &mut Account<'_>) {
    account.by(call.args(), &AWK);
    let mut words = call.args().iter();
    let mut program = None;
    while let Some(word) = words.next() {
        match word.text.as_str() {
            "-F" | "-v" | "--field-separator" | "--assign" => {
                words.next();
            }
            "--" => {
                program = words.next();
                break;
            }
            text if text.starts_with('-') => {}
            _ => {
                program = Some(word);
                break;
            }
        }
    }
    let Some(program) = program else {
        return account.unaccounted("awk");
    };
    match Tokens::of(&program.text).check() {
        Ok(()) => {}
        Err(Problem::Environment) => {
            account.does(Deed::Environment);
            account.unaccounted(&program.text);
        }
        Err(Problem::Other) => account.unaccounted(&program.text),
    }
    // An operand `NAME=VALUE` is an assignment.
    let assigns = |text: &str| {
        REACHING
            .iter()
            .any(|name| text.starts_with(&format!("{name}=")))
    };
    for word in call.args().iter().filter(|word| assigns(&word.text)) {
        account.unaccounted(&word.text);
    }
}

/// Whether an awk program neither opens files nor runs commands, nor looks at more than its input.
pub(in crate::action::program) fn only_prints(program: &str) -> bool {
    Tokens::of(program).check().is_ok()
}

/// Why a program is not known to be harmless.
enum Problem {
    /// It reads the environment.
    Environment,
    Other,
}

/// Names that reach further than the program's input.
const REACHING: &[&str] = &[
    "ARGC", "ARGV", "ARGIND", "FUNCTAB", "PROCINFO", "SYMTAB", "getline", "system",
];
/// Words behind which an expression begins, and `/` a regular expression.
const KEYWORDS: &[&str] = &[
    "print", "printf", "return", "in", "else", "do", "case", "delete", "exit",
];

/// What the token before a `/` says about it.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Before {
    /// A value: it divides.
    Value,
    /// An operator, or nothing: a regular expression begins.
    Operator,
    /// It may be either.
    Doubtful,
}

struct Tokens<'a> {
    rest: &'a str,
    before: Before,
    braces: usize,
    brackets: usize,
}

impl<'a> Tokens<'a> {
    fn of(program: &'a str) -> Self {
        Self {
            rest: program,
            before: Before::Operator,
            braces: 0,
            brackets: 0,
        }
    }

    /// Reads all of the program.
    fn check(mut self) -> Result<(), Problem> {
        while let Some(c) = self.rest.chars().next() {
            match c {
                '"' => self.quoted('"')?,
                '/' => self.slash()?,
                '#' => {
                    let end = self.rest.find('\n').unwrap_or(self.rest.len());
                    self.pass(end);
                }
                '\\' => {
                    // A line that goes on.
                    if !self.rest.starts_with("\\\n") {
                        return Err(Problem::Other);
                    }
                    self.pass(2);
                }
                c if c.is_ascii_alphabetic() || c == '_' => self.name()?,
                c if c.is_ascii_digit() => {
                    // Letters behind it may be a name of their own: `3system("x")`.
                    let end = self.rest.find(|c: char| !c.is_ascii_digit() && c != '.');
                    self.pass(end.unwrap_or(self.rest.len()));
                    self.before = Before::Value;
                }
                c if c.is_ascii() => self.sign(c)?,
                _ => return Err(Problem::Other),
            }
        }
        Ok(())
    }

    fn pass(&mut self, bytes: usize) {
        self.rest = self.rest.get(bytes..).unwrap_or_default();
    }

    fn name(&mut self) -> Result<(), Problem> {
        let is_name = |c: char| c.is_ascii_alphanumeric() || c == '_';
        let end = self.rest.find(|c| !is_name(c)).unwrap_or(self.rest.len());
        let (name, _) = self.rest.split_at(end);
        if name == "ENVIRON" {
            return Err(Problem::Environment);
        }
        if REACHING.contains(&name) {
            return Err(Problem::Other);
        }
        self.before = match KEYWORDS.contains(&name) {
            true => Before::Operator,
            false => Before::Value,
        };
        self.pass(end);
        Ok(())
    }

    /// A string, or a regular expression between slashes, up to the delimiter that is not escaped.
    fn quoted(&mut self, delimiter: char) -> Result<(), Problem> {
        self.pass(1);
        while let Some(c) = self.rest.chars().next() {
            self.pass(c.len_utf8());
            match c {
                '\\' => {
                    let next = self.rest.chars().next().filter(|c| *c != '\n');
                    self.pass(next.ok_or(Problem::Other)?.len_utf8());
                }
                '\n' => return Err(Problem::Other),
                '[' if delimiter == '/' => {
                    self.rest = behind_brackets(self.rest, '/').ok_or(Problem::Other)?;
                }
                c if c == delimiter => {
                    self.before = Before::Value;
                    return Ok(());
                }
                _ => {}
            }
        }
        Err(Problem::Other)
    }

    fn slash(&mut self) -> Result<(), Problem> {
        let alone = !self.rest.get(1..).unwrap_or_default().contains('/');
        match self.before {
            Before::Operator => self.quoted('/'),
            // Without another slash it can't begin a regular expression.
            Before::Doubtful if !alone => Err(Problem::Other),
            Before::Value | Before::Doubtful => {
                self.pass(1);
                self.before = Before::Operator;
                Ok(())
            }
        }
    }

    /// Any other character. `>` and `|` redirect what is printed.
    fn sign(&mut self, c: char) -> Result<(), Problem> {
        let next = self.rest.chars().nth(1);
        let mut length = 1;
        match (c, next) {
            ('@' | '`' | '\'', _) | ('>', Some('>')) | ('|', Some('&')) => {
                return Err(Problem::Other);
            }
            ('|', Some('|')) => length = 2,
            ('|', _) => return Err(Problem::Other),
            // Outside of an action, and within parentheses, it compares.
            ('>', _) if self.braces > 0 && self.brackets == 0 => return Err(Problem::Other),
            ('{', _) => self.braces += 1,
            ('}', _) => self.braces = self.braces.checked_sub(1).ok_or(Problem::Other)?,
            ('(' | '[', _) => self.brackets += 1,
            (')' | ']', _) => self.brackets = self.brackets.checked_sub(1).ok_or(Problem::Other)?,
            _ => {}
        }
        self.before = match (c, next) {
            (' ' | '\t', _) => self.before,
            (']', _) => Before::Value,
            (')' | '$', _) | ('+', Some('+')) | ('-', Some('-')) => Before::Doubtful,
            _ => Before::Operator,
        };
        if matches!((c, next), ('+', Some('+')) | ('-', Some('-'))) {
            length = 2;
        }
        self.pass(length);
        Ok(())
    }
}
