//! Expansion of a word (bash(1), "Expansion"), as far as text alone decides it.

mod values;

use super::arithmetic::arithmetic;
use super::names::{self, name_length};
use super::parameter::Place;
use super::scan::{self, byte, character, slice};
use super::walk::Walk;
use super::{ShellWord, Unparsed, brace, escape};
use crate::action::budget;

/// The words that one word becomes.
pub(super) fn words(walk: &mut Walk<'_>, raw: &str) -> Result<Vec<ShellWord>, Unparsed> {
    words_for(walk, raw, (false, false))
}

/// As [`words`], for a command that does no more with a number than to print it or to end with it:
/// one that only the run will show is as good as one that is known. `is_shown` says so, and `is_printed` that the
/// command prints its words.
pub(super) fn words_for(
    walk: &mut Walk<'_>,
    raw: &str,
    (is_shown, is_printed): (bool, bool),
) -> Result<Vec<ShellWord>, Unparsed> {
    let mut all = Vec::new();
    let (alternatives, cut) = match brace::expand(raw) {
        // What is more than can be expanded counts one by one.
        Err(_) if walk.shell.skims => {
            let parts = raw.split(['{', ',', '}']).map(str::to_owned);
            (parts.collect(), true)
        }
        expanded => (expanded?, false),
    };
    if alternatives.len() > 1 {
        let bytes: usize = alternatives.iter().map(String::len).sum();
        walk.shell
            .spend(budget::WORD.saturating_mul(alternatives.len()))?;
        walk.shell.spend_bytes(bytes)?;
    }
    for alternative in alternatives {
        let mut expander = Expander::new(walk, &alternative, true);
        expander.shows = is_shown;
        expander.prints = is_printed;
        match expander.unquoted(0, alternative.len()) {
            // The cut may be in the middle of a quote.
            Err(_) if cut => all.push(ShellWord::constant(names::unquote(&alternative))),
            done => {
                done?;
                all.extend(expander.finish());
            }
        }
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

/// The text of an arithmetic expression, and whether it is known. What is unknown in it is replaced
/// by a number, because what it is written with must not be taken for names. A number that only the
/// run will show (`$?`) harms no expression, but its value is not known.
pub(super) fn arithmetic_text(
    walk: &mut Walk<'_>,
    raw: &str,
) -> Result<(ShellWord, bool), Unparsed> {
    let mut expander = Expander::new(walk, raw, false);
    expander.here = true;
    expander.counts = true;
    expander.quoted(0, raw.len())?;
    let is_known = !expander.has_number;
    Ok((expander.current, is_known))
}

pub(super) struct Expander<'e, 'w> {
    pub(super) walk: &'e mut Walk<'w>,
    pub(super) raw: &'e str,
    pub(super) splits: bool,
    /// A here-document: `"` is a plain character.
    here: bool,
    /// An arithmetic expression: in place of a number that isn't known there is another.
    pub(super) counts: bool,
    /// There is such a number.
    has_number: bool,
    /// The command only shows its words: a number in them stays as it was written.
    shows: bool,
    /// The command prints its words, and does no more with them.
    pub(super) prints: bool,
    /// Something unknown in `current` is not of the line's own making, or may become several words.
    is_foreign: bool,
    pub(super) words: Vec<ShellWord>,
    pub(super) current: ShellWord,
    /// `current` is a word, even if it is empty (`""`).
    pub(super) started: bool,
}

impl<'e, 'w> Expander<'e, 'w> {
    pub(super) fn new(walk: &'e mut Walk<'w>, raw: &'e str, splits: bool) -> Self {
        Self {
            walk,
            raw,
            splits,
            here: false,
            counts: false,
            has_number: false,
            shows: false,
            prints: false,
            is_foreign: false,
            words: Vec::new(),
            current: ShellWord::default(),
            started: false,
        }
    }

    pub(super) fn finish(mut self) -> Vec<ShellWord> {
        self.split();
        self.words
    }

    pub(super) fn split(&mut self) {
        self.is_foreign = false;
        if std::mem::take(&mut self.started) {
            self.words.push(std::mem::take(&mut self.current));
        }
    }

    pub(super) fn push(&mut self, text: &str) -> Result<(), Unparsed> {
        self.started = true;
        // Empty texts count as well.
        self.walk.shell.spend(budget::PUSH)?;
        self.walk.shell.spend_bytes(text.len())?;
        self.current.text.push_str(text);
        Ok(())
    }

    /// Part of the word is known only at run time.
    pub(super) fn open(&mut self) {
        self.current.dynamic = true;
        self.current.shown = false;
        self.is_foreign = true;
    }

    /// As [`Self::open`], where what is unknown is of the line's own making: the output of commands
    /// that are judged themselves.
    pub(super) fn open_made(&mut self) {
        self.current.dynamic = true;
        self.current.shown = !self.is_foreign;
    }

    pub(super) fn push_dynamic(&mut self, from: usize, to: usize) -> Result<(), Unparsed> {
        self.open();
        self.push_as_written(from, to)
    }

    pub(super) fn push_as_written(&mut self, from: usize, to: usize) -> Result<(), Unparsed> {
        if self.counts {
            return self.push("0");
        }
        self.push(slice(self.raw, from, to))
    }

    /// A number that only the run will show.
    pub(super) fn push_number(&mut self, from: usize, to: usize) -> Result<(), Unparsed> {
        self.has_number = true;
        if self.counts {
            return self.push("0");
        }
        if self.shows {
            return self.push(slice(self.raw, from, to));
        }
        self.push_dynamic(from, to)
    }

    pub(super) fn unquoted(&mut self, mut at: usize, end: usize) -> Result<(), Unparsed> {
        let mut closes = None;
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
                '*' | '?' | '[' => {
                    let close = || slice(self.raw, 0, end).rfind(CLOSES).unwrap_or_default();
                    self.current.glob |= c != '[' || *closes.get_or_insert_with(close) >= next;
                    self.push(slice(self.raw, at, next))?;
                    next
                }
                _ => self.plain(at, next, end, b"\\'\"$`<>*?[")?,
            };
        }
        Ok(())
    }

    /// The characters up to the next one that means something.
    pub(super) fn plain(
        &mut self,
        at: usize,
        next: usize,
        end: usize,
        special: &[u8],
    ) -> Result<usize, Unparsed> {
        let rest = self.raw.as_bytes().get(next..end).unwrap_or_default();
        let length = rest
            .iter()
            .position(|b| special.contains(b))
            .unwrap_or(rest.len());
        self.push(slice(self.raw, at, next + length))?;
        Ok(next + length)
    }

    pub(super) fn escaped(&mut self, at: usize) -> Result<usize, Unparsed> {
        let Some((c, next)) = character(self.raw, at) else {
            self.push("\\")?;
            return Ok(at);
        };
        if c != '\n' {
            self.push(slice(self.raw, at, next))?;
        }
        Ok(next)
    }

    pub(super) fn double_quoted(&mut self, from: usize) -> Result<usize, Unparsed> {
        let close = scan::double_quoted(self.raw, from, 0)?;
        self.push("")?;
        self.quoted(from, close - 1)?;
        Ok(close)
    }

    /// Text inside double quotes, or of a here-document.
    pub(super) fn quoted(&mut self, mut at: usize, end: usize) -> Result<(), Unparsed> {
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
                _ => self.plain(at, next, end, b"\\$`")?,
            };
        }
        Ok(())
    }

    /// `<(…)` and `>(…)`.
    pub(super) fn process(&mut self, at: usize) -> Result<usize, Unparsed> {
        let end = scan::command(self.raw, at + 2, 0)?;
        let label = if byte(self.raw, at) == Some(b'<') {
            "<(…)"
        } else {
            ">(…)"
        };
        let script = slice(self.raw, at + 2, end - 1);
        if let Some(printed) = self.walk.substitute(script, label)? {
            let written = slice(self.raw, at, end).to_owned();
            self.walk.shell.spend_bytes(printed.text.len())?;
            self.walk.shell.processes.insert(written, printed.text);
        }
        self.push_dynamic(at, end)?;
        Ok(end)
    }

    /// At a `$` or a backquote.
    pub(super) fn dollar(&mut self, at: usize, quoted: bool) -> Result<usize, Unparsed> {
        let raw = self.raw;
        if byte(raw, at) == Some(b'`') {
            let end = scan::backquoted(raw, at + 1)?;
            let script = escape::backquoted(slice(raw, at + 1, end - 1), quoted);
            let place = Place {
                from: at,
                to: end,
                quoted,
            };
            self.push_substituted(&script, place)?;
            return Ok(end);
        }
        match byte(raw, at + 1) {
            Some(b'\'') if !quoted => {
                let end = scan::ansi_quoted(raw, at + 2)?;
                self.push(&escape::ansi_c(slice(raw, at + 2, end - 1)))?;
                Ok(end)
            }
            Some(b'"') if !quoted => self.double_quoted(at + 2),
            Some(b'(') => self.parenthesis(at, quoted),
            Some(b'[') => {
                let end = scan::substitution(raw, at, 0, quoted)?.unwrap_or(raw.len());
                arithmetic(self.walk, slice(raw, at + 2, end - 1))?;
                self.push_number(at, end)?;
                Ok(end)
            }
            Some(b'{') => {
                let end = scan::substitution(raw, at, 0, quoted)?.unwrap_or(raw.len());
                self.braced(Place {
                    from: at,
                    to: end,
                    quoted,
                })?;
                Ok(end)
            }
            Some(b) if b.is_ascii_alphabetic() || b == b'_' => {
                let rest = raw.get(at + 1..).unwrap_or_default();
                let end = at + 1 + name_length(rest);
                let place = Place {
                    from: at,
                    to: end,
                    quoted,
                };
                self.variable(slice(raw, at + 1, end), place)?;
                self.doubts(end);
                Ok(end)
            }
            Some(b'@' | b'*' | b'0'..=b'9') => {
                let place = Place {
                    from: at,
                    to: at + 2,
                    quoted,
                };
                self.positional(slice(raw, at + 1, at + 2), place)?;
                self.doubts(at + 2);
                Ok(at + 2)
            }
            Some(b'#' | b'?' | b'$' | b'!') => {
                self.push_number(at, at + 2)?;
                Ok(at + 2)
            }
            Some(b'-') => {
                self.push_dynamic(at, at + 2)?;
                Ok(at + 2)
            }
            _ => {
                self.push("$")?;
                Ok(at + 1)
            }
        }
    }

    pub(super) fn parenthesis(&mut self, at: usize, quoted: bool) -> Result<usize, Unparsed> {
        let raw = self.raw;
        if byte(raw, at + 2) == Some(b'(')
            && let Some(end) = scan::arithmetic(raw, at + 3, 0)?
        {
            arithmetic(self.walk, slice(raw, at + 3, end - 2))?;
            self.push_number(at, end)?;
            return Ok(end);
        }
        let end = scan::command(raw, at + 2, 0)?;
        let place = Place {
            from: at,
            to: end,
            quoted,
        };
        self.push_substituted(slice(raw, at + 2, end - 1), place)?;
        Ok(end)
    }
}

/// What can end a bracket expression: without a `]` behind it, a `[` is literal (bash(1),
/// Pattern Matching). One may come out of an expansion.
const CLOSES: [char; 3] = [']', '$', '`'];
