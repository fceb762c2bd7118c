//! `sed`: scripts of commands that only edit what is printed.
//!
//! Source: sed(1), GNU sed 4.9, and POSIX where other implementations differ.

use super::super::call::Call;
use super::super::options::{Grammar, Item, Opt, Scan, attached, flag, value};
use super::regex::behind_brackets;
use super::table::{Account, Operands, Role, Table, table};

/// `-f` takes the script from a file. A suffix of `-i` may hold a path.
static SED: Table = table(OPTIONS, Operands::PatternReads);
static OPTIONS: &[Opt<Role>] = &[
    flag(
        "-n --quiet --silent -E -r --regexp-extended -s --separate -u --unbuffered -z --null-data --posix --sandbox --debug",
        Role::Plain,
    ),
    value("-e --expression", Role::Pattern),
    value("-l --line-length", Role::Plain),
    attached("-i --in-place", Role::InPlace),
];

pub(super) fn sed(call: &Call<'_>, account: &mut Account<'_>) {
    account.by(call.args(), &SED);
    let mut scripts = Vec::new();
    let mut first = None;
    for item in Scan::new(call.args(), OPTIONS, Grammar::Exact) {
        match item {
            Item::Option { opt, value } if opt.role == Role::Pattern => {
                scripts.extend(value.map(|value| value.text));
            }
            Item::Operand(word) if first.is_none() => first = Some(word.text.as_str()),
            _ => {}
        }
    }
    if scripts.is_empty() {
        scripts.extend(first);
    }
    for script in scripts {
        // On other systems `sed -i '' SCRIPT FILE` has an empty suffix, and this is no script.
        if script.is_empty() || Script(script).follow().is_none() {
            account.unaccounted(script);
        }
    }
}

/// What is left of a script.
struct Script<'a>(&'a str);

impl<'a> Script<'a> {
    /// `None` if a command is not known to be harmless, or if implementations may read the script
    /// in different ways.
    fn follow(mut self) -> Option<()> {
        // The next `-e` would go on with the same command.
        if self.0.ends_with('\\') {
            return None;
        }
        loop {
            self.skip(|c| c.is_ascii_whitespace() || c == ';' || c == '}');
            if self.0.is_empty() {
                return Some(());
            }
            self.addresses()?;
            self.command()?;
        }
    }

    fn skip(&mut self, is_skipped: impl Fn(char) -> bool) {
        self.0 = self.0.trim_start_matches(is_skipped);
    }

    fn take(&mut self) -> Option<char> {
        let c = self.0.chars().next()?;
        self.0 = self.0.get(c.len_utf8()..)?;
        Some(c)
    }

    /// Numbers, `$`, `/regex/` and `\%regex%`, in pairs, with `!`.
    fn addresses(&mut self) -> Option<()> {
        loop {
            self.skip(|c| {
                c.is_ascii_digit() || matches!(c, '$' | ',' | '!' | ' ' | '\t' | '~' | '+')
            });
            match self.0.chars().next() {
                Some('/') => {
                    self.take();
                    self.regex('/')?;
                }
                Some('\\') => {
                    self.take();
                    let delimiter = self
                        .take()
                        .filter(|c| c.is_ascii_punctuation() && *c != '\\')?;
                    self.regex(delimiter)?;
                }
                _ => return Some(()),
            }
            // Flags of an address; a newline never follows them within the script.
            self.skip(|c| matches!(c, 'I' | 'M'));
        }
    }

    fn command(&mut self) -> Option<()> {
        match self.take()? {
            '{' => Some(()),
            'p' | 'P' | 'd' | 'D' | 'n' | 'N' | 'g' | 'G' | 'h' | 'H' | 'x' | '=' => self.end(),
            'q' | 'Q' | 'l' => {
                self.skip(|c| c.is_ascii_digit() || c == ' ');
                self.end()
            }
            'b' | 't' | 'T' | ':' => {
                self.skip(|c| c == ' ');
                self.skip(|c| c.is_ascii_alphanumeric() || c == '_');
                self.end()
            }
            's' => {
                let delimiter = self.delimiter()?;
                self.regex(delimiter)?;
                self.replacement(delimiter)?;
                self.skip(|c| c.is_ascii_digit() || matches!(c, 'g' | 'p' | 'i' | 'I'));
                self.end()
            }
            'y' => {
                let delimiter = self.delimiter()?;
                self.replacement(delimiter)?;
                self.replacement(delimiter)?;
                self.end()
            }
            'a' | 'i' | 'c' => self.text(),
            _ => None,
        }
    }

    fn delimiter(&mut self) -> Option<char> {
        self.take()
            .filter(|c| c.is_ascii_punctuation() && !matches!(c, '\\' | ';' | '{' | '}'))
    }

    /// The end of a command that takes no text.
    fn end(&mut self) -> Option<()> {
        self.skip(|c| matches!(c, ' ' | '\t'));
        let ends = self.0.is_empty() || self.0.starts_with(['\n', ';', '}']);
        ends.then_some(())
    }

    /// The text of `a`, `i` and `c` is the rest of the line, without a line that goes on.
    fn text(&mut self) -> Option<()> {
        let end = self.0.find('\n').unwrap_or(self.0.len());
        let (text, rest) = self.0.split_at(end);
        self.0 = rest;
        (!text.contains('\\')).then_some(())
    }

    /// Up to the delimiter. Implementations differ about one within brackets, and about a
    /// backslash there.
    fn regex(&mut self, delimiter: char) -> Option<()> {
        loop {
            match self.take()? {
                '\n' => return None,
                c if c == delimiter => return Some(()),
                '\\' => {
                    self.take().filter(|c| *c != '\n')?;
                }
                '[' => self.0 = behind_brackets(self.0, delimiter)?,
                _ => {}
            }
        }
    }

    fn replacement(&mut self, delimiter: char) -> Option<()> {
        loop {
            match self.take()? {
                '\n' => return None,
                '\\' => {
                    self.take().filter(|c| *c != '\n')?;
                }
                c if c == delimiter => return Some(()),
                _ => {}
            }
        }
    }
}
