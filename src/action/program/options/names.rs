//! Finds an option in a table by its name.

use super::super::word_list::{each, lists};
use super::{Opt, index};

/// Bytes of the longest name of an option in any table.
const LONGEST_NAME: usize = 64;

pub(super) fn find_short<R>(opts: &'static [Opt<R>], letter: char) -> Option<&'static Opt<R>> {
    if letter.is_ascii()
        && let Some(index) = index::of(opts)
    {
        let letter = u8::try_from(letter).ok()?;
        return opts.get(index.letter(letter)?);
    }
    let mut buffer = [0; 4];
    let letter = letter.encode_utf8(&mut buffer).as_bytes();
    let is_it = |name: &[u8]| name.strip_prefix(b"-") == Some(letter);
    opts.iter().find(|opt| each(opt.names).any(is_it))
}

/// Whether a value turns a flag on or off: `--verbose=false`, and to Go's `flag` also `-v=0`.
pub(super) fn switches(value: &str, is_go: bool) -> bool {
    const OF_GO: &str = "0 1 t f T F TRUE FALSE True False";
    matches!(value, "true" | "false") || (is_go && lists(OF_GO, value))
}

/// The option of that long name, or else the first that the name abbreviates. A name that
/// abbreviates two is an error to the program; taking it for one of them is the strict reading.
pub(super) fn find_long<R>(
    opts: &'static [Opt<R>],
    name: &str,
    ends: &[End],
) -> Option<&'static Opt<R>> {
    if name.len() > LONGEST_NAME {
        return None;
    }
    if name.is_empty() || name.starts_with('-') {
        return None;
    }
    let index = index::of(opts);
    let find = |end: &End| match (&index, end) {
        (Some(index), End::Whole) => opts.get(index.long(name)?),
        (Some(index), End::WholeOfGo) => opts.get(index.long_of_go(name)?),
        _ => opts.iter().find(|opt| has_long(opt.names, name, *end)),
    };
    ends.iter().find_map(find)
}

/// How much of an option's name a text must be.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum End {
    /// All of it, behind two dashes.
    Whole,
    /// All of it, behind one dash or two: Go's `flag` takes both.
    WholeOfGo,
    /// Its beginning, behind two dashes.
    Abbreviated,
}

/// Whether one of the names, each behind its dashes, is that text or begins with it.
fn has_long(names: &str, name: &str, end: End) -> bool {
    each(names).any(|listed| {
        let Some(short) = listed.strip_prefix(b"-") else {
            return false;
        };
        let long = short.strip_prefix(b"-");
        match end {
            End::Whole => long == Some(name.as_bytes()),
            End::WholeOfGo => long.unwrap_or(short) == name.as_bytes(),
            End::Abbreviated => long.is_some_and(|long| long.starts_with(name.as_bytes())),
        }
    })
}
