//! Tells options, their values and operands apart, as the program itself would.
//!
//! Two grammars cover the field: getopt's (POSIX XBD 12.2 with GNU long options, clusters,
//! abbreviations) and that of Go's `flag` package, where `-name` and `--name` are the same.

mod arities;
mod index;
mod names;

pub use arities::Arities;
pub(super) use arities::arities;
pub(super) use index::has_names_behind_one_dash;

use super::super::shell::ShellWord;
use super::word_list::lists;
use names::{End, find_long, find_short, switches};

/// Whether an option takes a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Arg {
    /// `-v`
    None,
    /// `-f F`, `-fF`, `--file F`, `--file=F`
    Required,
    /// `-iSUFFIX`, `--color=WHEN`; never the next word.
    Attached,
}

/// One option of a program.
#[derive(Debug)]
pub(super) struct Opt<R: 'static> {
    /// Each way to write it, space-separated: `-f --file`.
    pub(super) names: &'static str,
    pub(super) arg: Arg,
    /// What it means to the program's table.
    pub(super) role: R,
}

/// An option without a value.
pub(super) const fn flag<R>(names: &'static str, role: R) -> Opt<R> {
    Opt {
        names,
        arg: Arg::None,
        role,
    }
}

/// An option with a value.
pub(super) const fn value<R>(names: &'static str, role: R) -> Opt<R> {
    Opt {
        names,
        arg: Arg::Required,
        role,
    }
}

/// An option with a value only where one is attached.
pub(super) const fn attached<R>(names: &'static str, role: R) -> Opt<R> {
    Opt {
        names,
        arg: Arg::Attached,
        role,
    }
}

/// How a program reads its options.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Grammar {
    /// getopt; options may follow operands.
    Permute,
    /// getopt; the first operand ends the options.
    OperandsEnd,
    /// Go's `flag`; the first operand ends the options, no clusters.
    Go,
    /// As [`Self::Permute`], but a long option is never abbreviated.
    Exact,
    /// As [`Self::Go`], but options may follow operands (`go test ./... -v`).
    GoPermute,
    /// As [`Self::Exact`], by the parsers of JavaScript (yargs-parser, mri, minimist), to which `-tc/x` may be `-t` and
    /// `-c /x`: only a number, or what is behind a `=`, is certain to be the value of a short option.
    Letters,
}

/// A value that an option carries, perhaps only a part of its word.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Value<'a> {
    pub(super) text: &'a str,
    pub(super) dynamic: bool,
    pub(super) glob: bool,
}

impl<'a> Value<'a> {
    pub(super) fn of(word: &'a ShellWord) -> Self {
        Self::part(word, &word.text)
    }

    pub(super) fn part(word: &ShellWord, text: &'a str) -> Self {
        Self {
            text,
            dynamic: word.dynamic && !begins_at_a_known_place(word, text),
            glob: word.glob,
        }
    }

    pub(super) fn word(self) -> ShellWord {
        ShellWord {
            dynamic: self.dynamic,
            glob: self.glob,
            ..ShellWord::constant(self.text)
        }
    }
}

/// `--file=$HOME/x`: what is unknown in the word is only a directory that paths may begin with.
fn begins_at_a_known_place(word: &ShellWord, text: &str) -> bool {
    let rest = ["$HOME/", "${HOME}/", "$PWD/", "${PWD}/"]
        .into_iter()
        .find_map(|place| text.strip_prefix(place));
    let Some(rest) = rest else { return false };
    let head = word.text.strip_suffix(text).unwrap_or(&word.text);
    let is_constant = |text: &str| !text.contains(['$', '`', '{', '<', '>']);
    is_constant(head) && is_constant(rest)
}

/// The next item among a program's words.
#[derive(Debug)]
pub(super) enum Item<'a, R: 'static> {
    /// An option of the table.
    Option {
        opt: &'static Opt<R>,
        value: Option<Value<'a>>,
    },
    /// Something that looks like an option and isn't in the table. Taken for one without a value.
    Unknown(&'a ShellWord),
    /// A word that is no option.
    Operand(&'a ShellWord),
}

/// Walks over the words behind a program's name.
#[derive(Debug)]
pub(super) struct Scan<'a, R: 'static> {
    args: &'a [ShellWord],
    opts: &'static [Opt<R>],
    /// A second table, for what the first doesn't name: options of every subcommand.
    more: &'static [Opt<R>],
    grammar: Grammar,
    /// The index of the word that the last item came from.
    at: usize,
    next: usize,
    /// What is left of a cluster such as `-xzf`.
    cluster: &'a str,
    /// The letters of it that were looked up: a flag says no more when it is repeated.
    letters: Letters,
    ended: bool,
    /// The last item was a short option whose attached text may be further options.
    unclear: bool,
}

/// Letters that were seen, by their bits; others than ASCII share one.
#[derive(Debug, Clone, Copy, Default)]
struct Letters(u128);

impl Letters {
    /// Whether the letter is new.
    fn add(&mut self, letter: char) -> bool {
        let bit = 1_u128 << u32::from(letter).min(127);
        let new = self.0 & bit == 0;
        self.0 |= bit;
        new
    }
}

impl<'a, R> Scan<'a, R> {
    pub(super) fn new(args: &'a [ShellWord], opts: &'static [Opt<R>], grammar: Grammar) -> Self {
        Self {
            args,
            opts,
            more: &[],
            grammar,
            at: 0,
            next: 0,
            cluster: "",
            letters: Letters::default(),
            ended: false,
            unclear: false,
        }
    }

    /// Looks options up in `more` too, where the first table doesn't name them.
    pub(super) fn with(mut self, more: &'static [Opt<R>]) -> Self {
        self.more = more;
        self
    }

    /// The word that the last item took for its option's value, if that may be further options. Programs
    /// differ: getopt takes `-k -p` for `-k` with a value, pytest loads the plugin anyway; and where `-d` takes
    /// no value after all, `-df FILE` are two options.
    pub(super) fn doubtful_value(&self) -> Option<&'a ShellWord> {
        if self.unclear {
            return self.args.get(self.at);
        }
        let taken = self.args.get(self.at + 1..self.next)?;
        taken.last().filter(|word| looks_like_option(&word.text))
    }

    /// The word that the last item took for its option's value, if it may be a file of arguments: programs that
    /// know `@FILE` read it before they tell options from values, so it may hold any option.
    pub(super) fn argument_file(&self) -> Option<&'a ShellWord> {
        let taken = self.args.get(self.at + 1..self.next)?;
        let may_be = |word: &&ShellWord| {
            let begins = word.text.starts_with('@') && word.text.len() > 1;
            begins || (word.glob && word.text.starts_with(['*', '?', '[']))
        };
        taken.last().filter(may_be)
    }

    /// Whether the last item was a short option whose attached text may be further options.
    pub(super) fn tail_is_doubtful(&self) -> bool {
        self.unclear
    }

    /// The index of the word that the last item began in.
    pub(super) fn at(&self) -> usize {
        self.at
    }

    /// The index of the first word not looked at yet.
    pub(super) fn next_index(&self) -> usize {
        self.next
    }

    /// Whether `--`, or an operand that ends the options, was seen.
    pub(super) fn ended(&self) -> bool {
        self.ended
    }

    fn take(&mut self) -> Option<&'a ShellWord> {
        let word = self.args.get(self.next)?;
        self.next += 1;
        Some(word)
    }

    fn operand(&mut self, word: &'a ShellWord) -> Item<'a, R> {
        if matches!(self.grammar, Grammar::OperandsEnd | Grammar::Go) {
            self.ended = true;
        }
        Item::Operand(word)
    }

    fn short(&mut self, word: &'a ShellWord) -> Item<'a, R> {
        self.unclear = false;
        let mut rest = self.cluster.chars();
        let mut letter = rest.next();
        if word.text.len() > LONG_CLUSTER {
            while letter.is_some_and(|letter| !self.letters.add(letter))
                && !rest.as_str().is_empty()
            {
                letter = rest.next();
            }
        }
        let tail = rest.as_str();
        self.cluster = "";
        let Some(opt) = letter.and_then(|letter| {
            find_short(self.opts, letter).or_else(|| find_short(self.more, letter))
        }) else {
            self.cluster = tail;
            return Item::Unknown(word);
        };
        let value = match opt.arg {
            Arg::None => {
                self.cluster = tail;
                None
            }
            Arg::Attached => {
                self.unclear = !is_plain_tail(letter, tail);
                (!tail.is_empty()).then(|| Value::part(word, tail))
            }
            Arg::Required if tail.is_empty() => self.take().map(Value::of),
            Arg::Required => {
                let is_value = is_number(tail) || tail.starts_with('=');
                self.unclear = self.grammar == Grammar::Letters && !is_value;
                Some(Value::part(word, tail))
            }
        };
        Item::Option { opt, value }
    }

    fn long(&mut self, word: &'a ShellWord, name: &'a str) -> Item<'a, R> {
        self.unclear = false;
        let (name, inline) = match name.split_once('=') {
            Some((name, value)) => (name, Some(Value::part(word, value))),
            None => (name, None),
        };
        let is_go = matches!(self.grammar, Grammar::Go | Grammar::GoPermute);
        let ends = match self.grammar {
            Grammar::Go | Grammar::GoPermute => &[End::WholeOfGo][..],
            Grammar::Exact | Grammar::Letters => &[End::Whole],
            Grammar::Permute | Grammar::OperandsEnd => &[End::Whole, End::Abbreviated],
        };
        let found = find_long(self.opts, name, ends).or_else(|| find_long(self.more, name, ends));
        let Some(opt) = found else {
            return Item::Unknown(word);
        };
        // A program refuses such a value, or takes it for more than the table says.
        let is_switch = |value: Value<'_>| switches(value.text, is_go);
        if opt.arg == Arg::None && inline.is_some_and(|value| !is_switch(value)) {
            return Item::Unknown(word);
        }
        let value = match (inline, opt.arg) {
            (None, Arg::Required) => self.take().map(Value::of),
            (inline, _) => inline,
        };
        Item::Option { opt, value }
    }
}

impl<'a, R> Iterator for Scan<'a, R> {
    type Item = Item<'a, R>;

    fn next(&mut self) -> Option<Self::Item> {
        if !self.cluster.is_empty() {
            let word = self.args.get(self.at)?;
            return Some(self.short(word));
        }
        self.at = self.next;
        self.unclear = false;
        let word = self.take()?;
        let text = word.text.as_str();
        if self.ended || !text.starts_with('-') || text == "-" {
            return Some(self.operand(word));
        }
        if text == "--" {
            self.ended = true;
            return self.next();
        }
        if let Some(name) = text.strip_prefix("--") {
            return Some(self.long(word, name));
        }
        let name = text.strip_prefix('-').unwrap_or(text);
        if matches!(self.grammar, Grammar::Go | Grammar::GoPermute) {
            return Some(self.long(word, name));
        }
        self.cluster = name;
        self.letters = Letters::default();
        Some(self.short(word))
    }
}

/// It begins with a dash, and isn't standard input (`-`) or a negative number.
pub(super) fn looks_like_option(text: &str) -> bool {
    let Some(rest) = text.strip_prefix('-') else {
        return false;
    };
    !rest.is_empty() && !rest.bytes().all(|byte| byte.is_ascii_digit())
}

/// It is an option, or something else that changes what the program is: a file of arguments
/// (`@FILE`), or a variable (`SHELL=/bin/sh`, as make(1) takes it).
pub(super) fn may_configure(text: &str) -> bool {
    let variable = text.split_once('=').is_some_and(|(name, _)| {
        let name = name.strip_suffix([':', '+', '?']).unwrap_or(name);
        !name.is_empty()
            && !name.starts_with(|c: char| c.is_ascii_digit())
            && name
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
    });
    variable || looks_like_option(text) || (text.len() > 1 && text.starts_with('@'))
}

/// Bytes of a cluster of which each letter is looked up only once.
const LONG_CLUSTER: usize = 64;

/// Whether what is attached to a short option is a number, the option again, or one of the words that
/// such options take (`git status -uno`, `date -Iseconds`): no other options then.
fn is_plain_tail(letter: Option<char>, tail: &str) -> bool {
    const WORDS: &str = "all date hours minutes no normal ns seconds";
    is_number(tail) || tail.chars().all(|next| Some(next) == letter) || lists(WORDS, tail)
}

fn is_number(text: &str) -> bool {
    let is_part = |byte: u8| byte.is_ascii_digit() || b"%.".contains(&byte);
    text.bytes().all(is_part)
}
