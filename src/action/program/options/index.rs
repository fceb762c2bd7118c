//! Which option of a table has which name, made once for each table and thread.
//!
//! A table lists names as text, and some tables have hundreds. Every option of every command is looked up, so a walk
//! over the text would be most of what a command costs.

use std::cell::RefCell;
use std::rc::Rc;

use foldhash::HashMap;

use super::super::word_list::each;
use super::Opt;

/// The number of ASCII characters.
const LETTERS: usize = 128;

/// The options of one table, by their names. The first that has a name counts.
#[derive(Debug)]
pub(super) struct Index {
    /// A name of several letters has one dash in front, as Go's `flag` has it.
    has_names_behind_one_dash: bool,
    /// By the letter behind one dash.
    letters: [Option<u16>; LETTERS],
    /// By the name behind one dash.
    short: HashMap<&'static [u8], u16>,
    /// By the name behind two dashes.
    long: HashMap<&'static [u8], u16>,
}

thread_local! {
    /// By the address of the table. Tables are static, so that no other one takes its place.
    static INDEXES: RefCell<HashMap<(usize, usize), Rc<Index>>> = RefCell::default();
}

/// Whether a table has a name of several letters with one dash in front, as Go's `flag` has it.
pub(in crate::action::program) fn has_names_behind_one_dash<R>(opts: &'static [Opt<R>]) -> bool {
    of(opts).is_some_and(|index| index.has_names_behind_one_dash)
}

/// The index of a table. None if the table is empty, and its address nothing of its own.
pub(super) fn of<R>(opts: &'static [Opt<R>]) -> Option<Rc<Index>> {
    if opts.is_empty() {
        return None;
    }
    let key = (opts.as_ptr().addr(), opts.len());
    INDEXES.with_borrow_mut(|indexes| {
        let index = indexes
            .entry(key)
            .or_insert_with(|| Rc::new(Index::new(opts)));
        Some(Rc::clone(index))
    })
}

impl Index {
    fn new<R>(opts: &'static [Opt<R>]) -> Self {
        let mut index = Self {
            has_names_behind_one_dash: false,
            letters: [None; LETTERS],
            short: HashMap::default(),
            long: HashMap::default(),
        };
        for (at, opt) in (0..).zip(opts) {
            each(opt.names).for_each(|name| index.add(name, at));
        }
        index
    }

    fn add(&mut self, name: &'static [u8], at: u16) {
        self.has_names_behind_one_dash |= name.len() > 2 && !name.starts_with(b"--");
        let Some(name) = name.strip_prefix(b"-") else {
            return;
        };
        if let Some(name) = name.strip_prefix(b"-") {
            self.long.entry(name).or_insert(at);
            return;
        }
        if let [letter] = name
            && let Some(first) = self.letters.get_mut(usize::from(*letter))
        {
            first.get_or_insert(at);
        }
        self.short.entry(name).or_insert(at);
    }

    /// The place of the option `-LETTER`.
    pub(super) fn letter(&self, letter: u8) -> Option<usize> {
        self.letters
            .get(usize::from(letter))
            .copied()
            .flatten()
            .map(usize::from)
    }

    /// The place of the option `--NAME`.
    pub(super) fn long(&self, name: &str) -> Option<usize> {
        self.long.get(name.as_bytes()).copied().map(usize::from)
    }

    /// The place of the first option `-NAME` or `--NAME`.
    pub(super) fn long_of_go(&self, name: &str) -> Option<usize> {
        let short = self.short.get(name.as_bytes()).copied().map(usize::from);
        let long = self.long(name);
        match (short, long) {
            (Some(short), Some(long)) => Some(short.min(long)),
            (short, long) => short.or(long),
        }
    }
}
