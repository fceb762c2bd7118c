//! `awk`: programs that only print, by what they read.
//!
//! Sources: POSIX "awk", "Lexical Conventions" and "Grammar"; gawk(1) 5.3.

use super::super::super::facts::Deed;
use super::super::call::Call;
use super::super::options::{Grammar, Opt, value};
use super::regex::behind_brackets;
use super::table::{Account, Operands, Role, Table, table};

/// `-f`, `-i`, `-l` and `-E` load code, `-d`, `-o` and `-p` write. Behind the program there are no
/// options: every awk stops at its first operand (POSIX "awk", "OPTIONS"; gawk(1)).
static AWK: Table = Table {
    grammar: Grammar::OperandsEnd,
    ..table(OPTIONS, Operands::CodeReads)
};
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
            text if text.starts_with("--") => {
                // An abbreviation may have a value in the next word.
                let (name, value) = text.split_once('=').unwrap_or((text, ""));
                if value.is_empty() || !matches!(name, "--field-separator" | "--assign") {
                    account.unaccounted(text);
                }
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

/// Names that reach further than the program's input. The last ones load code or read catalogues of
/// messages.
const REACHING: &[&str] = &[
    "ARGC",
    "ARGV",
    "ARGIND",
    "FUNCTAB",
    "PROCINFO",
    "SYMTAB",
    "getline",
    "system",
    "extension",
    "bindtextdomain",
    "dcgettext",
    "dcngettext",
];
/// Words of some awk's grammar, and functions. What a `/` behind one of them means differs: `length`
/// may be a value, and `case` is a variable where it is no keyword.
const WORDS: &[&str] = &[
    "BEGIN",
    "BEGINFILE",
    "END",
    "ENDFILE",
    "and",
    "asort",
    "asorti",
    "atan2",
    "break",
    "case",
    "close",
    "compl",
    "continue",
    "cos",
    "default",
    "delete",
    "do",
    "else",
    "eval",
    "exit",
    "exp",
    "fflush",
    "for",
    "func",
    "function",
    "gensub",
    "gsub",
    "if",
    "in",
    "include",
    "index",
    "int",
    "intdiv",
    "isarray",
    "length",
    "load",
    "log",
    "lshift",
    "match",
    "mkbool",
    "mktime",
    "namespace",
    "next",
    "nextfile",
    "or",
    "patsplit",
    "print",
    "printf",
    "rand",
    "return",
    "rshift",
    "sin",
    "split",
    "sprintf",
    "sqrt",
    "srand",
    "strftime",
    "strtonum",
    "sub",
    "substr",
    "switch",
    "systime",
    "tolower",
    "toupper",
    "typeof",
    "while",
    "xor",
];

/// What the token before a `/` says about it.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Before {
    /// A value: every awk divides.
    Value,
    /// The begin of an expression: in every awk a regular expression begins.
    Start,
    /// Implementations may differ.
    Doubtful,
}

struct Tokens<'a> {
    whole: &'a str,
    rest: &'a str,
    /// A `/` that divides is followed by another one.
    divides: bool,
    before: Before,
    braces: usize,
    brackets: usize,
}

impl<'a> Tokens<'a> {
    fn of(program: &'a str) -> Self {
        Self {
            whole: program,
            rest: program,
            divides: false,
            before: Before::Start,
            braces: 0,
            brackets: 0,
        }
    }

    /// Reads all of the program.
    fn check(mut self) -> Result<(), Problem> {
        // Some awks take a form feed or a carriage return for a blank, and some don't.
        let is_odd = |c: char| c.is_control() && !matches!(c, '\t' | '\n');
        if self.rest.contains(is_odd) {
            return Err(Problem::Other);
        }
        while let Some(c) = self.rest.chars().next() {
            match c {
                '"' => self.quoted('"')?,
                '/' => self.slash()?,
                '#' => self.comment()?,
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
        // An awk that took a division for a regular expression would read what is behind it
        // otherwise: also texts and comments are then code.
        let is_reaching = || REACHING.iter().any(|name| self.whole.contains(name));
        let pipes = || self.whole.replace("||", "").contains('|');
        match self.divides && (is_reaching() || pipes()) {
            true => Err(Problem::Other),
            false => Ok(()),
        }
    }

    fn pass(&mut self, bytes: usize) {
        self.rest = self.rest.get(bytes..).unwrap_or_default();
    }

    /// A comment ends with its line.
    fn comment(&mut self) -> Result<(), Problem> {
        let end = self.rest.find('\n').unwrap_or(self.rest.len());
        let (comment, _) = self.rest.split_at(end);
        if comment.ends_with('\\') {
            return Err(Problem::Other);
        }
        self.pass(end);
        Ok(())
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
        // `for (print > "f"; …; …)`: a statement in parentheses, where a `>` redirects.
        if matches!(name, "print" | "printf") && self.brackets > 0 {
            return Err(Problem::Other);
        }
        self.before = match WORDS.contains(&name) {
            true => Before::Doubtful,
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
        let behind = self.rest.get(1..).unwrap_or_default();
        // `/=` is an operator, also where it could begin a regular expression.
        let is_assigned = behind.starts_with('=');
        match self.before {
            Before::Start if !is_assigned => self.quoted('/'),
            // Without another slash it can't begin a regular expression.
            Before::Start | Before::Doubtful if behind.contains('/') => Err(Problem::Other),
            _ => {
                self.divides |= behind.contains('/');
                self.pass(1);
                self.before = Before::Doubtful;
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
            // In parentheses a line's end means nothing, or is an error; behind `if (…)` it is skipped.
            ('\n', _) if self.brackets > 0 || self.before == Before::Doubtful => Before::Doubtful,
            (']', _) => Before::Value,
            ('\n' | '(' | ',' | '{' | '}' | ';' | '!' | '~', _) => Before::Start,
            ('|', Some('|')) | ('&', Some('&')) => Before::Start,
            _ => Before::Doubtful,
        };
        if (c, next) == ('&', Some('&')) {
            length = 2;
        }
        if matches!((c, next), ('+', Some('+')) | ('-', Some('-'))) {
            length = 2;
        }
        self.pass(length);
        Ok(())
    }
}
