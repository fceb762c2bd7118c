//! `sed`: scripts of commands that only edit what is printed.
//!
//! Source: sed(1), GNU sed 4.9, and POSIX where other implementations differ.

use super::super::super::shell::ShellWord;
use super::super::call::Call;
use super::super::options::{Grammar, Item, Opt, Scan, attached, flag, value};
use super::regex::behind_brackets;
use super::table::{Account, Operands, Role, Table, table};

/// `-f` takes the script from a file. A suffix of `-i` may hold a path. `-l` has a value to GNU, and none elsewhere.
static SED: Table = table(OPTIONS, Operands::CodeReads);
static OPTIONS: &[Opt<Role>] = &[
    flag(
        "-n --quiet --silent -E -r --regexp-extended -s --separate -u --unbuffered -z --null-data --posix --sandbox --debug",
        Role::Plain,
    ),
    value("-e --expression", Role::Pattern),
    value("--line-length", Role::Plain),
    attached("-i --in-place", Role::InPlace),
];

pub(super) fn sed(call: &Call<'_>, account: &mut Account<'_>) {
    account.by(call.args(), &SED);
    let words = Words::of(call.args());
    for script in &words.scripts {
        // On other systems `sed -i '' SCRIPT FILE` has an empty suffix, and this is no script.
        if script.is_empty() || Script::of(script).follow().is_none() {
            account.unaccounted(script);
        }
    }
    if let Some(script) = words.script_elsewhere
        && let Some(file) = Script::of(script).file()
    {
        account.reads(ShellWord::constant(file), false);
        account.writes(ShellWord::constant(file));
    }
}

/// Whether the scripts among the words may print without end: one loops, and one prints.
pub(super) fn repeats(args: &[ShellWord]) -> bool {
    let (mut loops, mut prints) = (false, false);
    for text in Words::of(args).scripts {
        let mut script = Script::of(text);
        // What is not followed to its end is judged elsewhere.
        script.commands();
        loops |= script.loops;
        prints |= script.prints;
    }
    loops && prints
}

/// The scripts among the words.
#[derive(Default)]
struct Words<'a> {
    scripts: Vec<&'a str>,
    /// The script where `-i` takes the next word for a suffix: the word behind that.
    script_elsewhere: Option<&'a str>,
}

impl<'a> Words<'a> {
    fn of(args: &'a [ShellWord]) -> Self {
        let mut words = Self::default();
        let (mut operands, mut suffix_at) = (Vec::new(), None);
        for item in Scan::new(args, OPTIONS, Grammar::Exact) {
            match item {
                Item::Option { opt, value } if opt.role == Role::Pattern => {
                    // Where the first operand ends the options, it is the script.
                    if words.scripts.is_empty() {
                        words.scripts.extend(operands.first().copied());
                    }
                    words.scripts.extend(value.map(|value| value.text));
                }
                Item::Option { opt, value: None } if opt.role == Role::InPlace => {
                    suffix_at = Some(operands.len());
                }
                Item::Operand(word) => operands.push(word.text.as_str()),
                _ => {}
            }
        }
        if words.scripts.is_empty() {
            words.scripts.extend(operands.first().copied());
            let at = suffix_at.map(|at: usize| at + 1);
            words.script_elsewhere = at.and_then(|at| operands.get(at).copied());
        }
        words
    }
}

/// A script while it is read.
struct Script<'a> {
    /// What is left of it.
    rest: &'a str,
    /// A command may go back to another one, or begin again without a new line.
    loops: bool,
    /// A command prints, besides what is printed at the end of each cycle.
    prints: bool,
}

impl<'a> Script<'a> {
    fn of(text: &'a str) -> Self {
        Self {
            rest: text,
            loops: false,
            prints: false,
        }
    }

    /// The file that the first command with a file reads or writes, if all in front of it is harmless.
    fn file(mut self) -> Option<&'a str> {
        if self.commands().is_some() {
            return None;
        }
        let is_command = self.rest.starts_with(['r', 'w']);
        let file = self.rest.get(1..)?.trim_start();
        (is_command && !file.is_empty()).then_some(file)
    }

    /// `None` if a command is not known to be harmless, or if implementations may read the script
    /// in different ways.
    fn follow(mut self) -> Option<()> {
        self.commands()
    }

    /// Takes commands that are known to be harmless. What is left begins with one that is not.
    fn commands(&mut self) -> Option<()> {
        // The next `-e` would go on with the same command.
        if self.rest.ends_with('\\') {
            return None;
        }
        loop {
            self.skip(|c| c.is_ascii_whitespace() || c == ';' || c == '}');
            if self.rest.is_empty() {
                return Some(());
            }
            self.addresses()?;
            self.command()?;
        }
    }

    fn skip(&mut self, is_skipped: impl Fn(char) -> bool) {
        self.rest = self.rest.trim_start_matches(is_skipped);
    }

    fn take(&mut self) -> Option<char> {
        let c = self.rest.chars().next()?;
        self.rest = self.rest.get(c.len_utf8()..)?;
        Some(c)
    }

    /// Numbers, `$`, `/regex/` and `\%regex%`, in pairs, with `!`.
    fn addresses(&mut self) -> Option<()> {
        loop {
            self.skip(|c| {
                c.is_ascii_digit() || matches!(c, '$' | ',' | '!' | ' ' | '\t' | '~' | '+')
            });
            match self.rest.chars().next() {
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
        if self.rest.starts_with(['r', 'w']) {
            return None;
        }
        let command = self.take()?;
        self.loops |= matches!(command, 'b' | 't' | 'T' | 'D');
        self.prints |= matches!(command, 'p' | 'P' | '=' | 'l' | 'a' | 'i' | 'c');
        match command {
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
                let flags = self.rest;
                self.skip(|c| c.is_ascii_digit() || matches!(c, 'g' | 'p' | 'i' | 'I'));
                let left = flags.len().saturating_sub(self.rest.len());
                self.prints |= flags.get(..left).is_some_and(|flags| flags.contains('p'));
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
        let ends = self.rest.is_empty() || self.rest.starts_with(['\n', ';', '}']);
        ends.then_some(())
    }

    /// The text of `a`, `i` and `c` is the rest of the line or, behind a backslash alone, the next line. It
    /// doesn't go on behind that.
    fn text(&mut self) -> Option<()> {
        let mut text = self.line();
        if text.trim_start() == "\\" {
            self.take()?;
            text = self.line();
        }
        (!text.ends_with('\\')).then_some(())
    }

    fn line(&mut self) -> &str {
        let end = self.rest.find('\n').unwrap_or(self.rest.len());
        let (line, rest) = self.rest.split_at(end);
        self.rest = rest;
        line
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
                '[' => self.rest = behind_brackets(self.rest, delimiter)?,
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
