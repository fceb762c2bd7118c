use super::family::Keep;
use super::glob::{Segment, Token, fold, segments, tokens};
use super::names::{Short, plain};
use super::paths::{Entry, PathPatterns, Shape, of_original};
use crate::action::facts::Anchor;

/// Steps that holding the globs of one action against patterns may take (a step is some 100 ns); what is
/// left then counts as overlapping.
pub const MAX_MATCHING_STEPS: usize = 1 << 19;

impl PathPatterns {
    /// Replaces `hits` by the indices of the patterns that a file named by `glob` could
    /// match, ascending.
    ///
    /// `glob` is a shell's: `*`, `?` and `[…]` stay within a segment and don't match its
    /// leading dot (bash(1) without `dotglob`), `**` spans any segments, hidden ones too.
    /// Never misses a pattern that such a file could match.
    pub fn may_match(&self, glob: &str, anchor: Anchor, hits: &mut Vec<u32>) {
        let mut steps = MAX_MATCHING_STEPS;
        hits.clear();
        hits.extend(self.overlapping(&self.spellings(glob), anchor, &mut steps));
        hits.dedup();
    }

    /// The first pattern of [`Self::may_match`]: a walk through a tree could meet most of
    /// them, and one is enough to say so.
    #[must_use]
    pub fn first_overlap(&self, glob: &str, anchor: Anchor) -> Option<u32> {
        let mut steps = MAX_MATCHING_STEPS;
        self.first_overlap_within(glob, anchor, &mut steps)
    }

    /// Like [`Self::may_match`], but takes the work off `steps`.
    pub(super) fn first_overlap_within(
        &self,
        glob: &str,
        anchor: Anchor,
        steps: &mut usize,
    ) -> Option<u32> {
        // To read the glob is to look at each of its characters a few times.
        if !spend(steps, READING_STEPS, glob.len()) {
            return self.entries.first().map(|entry| entry.pattern);
        }
        self.overlapping(&self.spellings(glob), anchor, steps)
            .next()
    }

    /// The first pattern of which an entry that `counts` could match a file named by `glob`. Takes
    /// the work off `steps`; when they end, what may match does.
    pub(super) fn first_overlap_of(
        &self,
        glob: &str,
        anchor: Anchor,
        counts: &dyn Fn(&Entry) -> bool,
        steps: &mut usize,
    ) -> Option<u32> {
        if !spend(steps, READING_STEPS, glob.len() + self.entries.len()) {
            return self.entries.first().map(|entry| entry.pattern);
        }
        let spellings = self.spellings(glob);
        let mut entries = self.overlapping_entries(&spellings, anchor, steps);
        let found = entries.find(|entry| counts(entry));
        found.map(|entry| entry.pattern)
    }

    /// The glob as written, without the padding that a name loses when it is opened, and
    /// what either is a copy of.
    fn spellings(&self, glob: &str) -> Vec<Spelling> {
        let folded = fold(glob);
        let mut texts = Vec::with_capacity(2);
        if Shape::of(&folded).padded {
            texts.push(plain(&folded));
        }
        texts.push(folded);
        if self.copies {
            let copied: Vec<String> = texts.iter().filter_map(|it| of_original(it)).collect();
            texts.extend(copied);
        }
        texts.iter().map(|text| Spelling::new(text)).collect()
    }

    fn overlapping(
        &self,
        spellings: &[Spelling],
        anchor: Anchor,
        steps: &mut usize,
    ) -> impl Iterator<Item = u32> {
        self.overlapping_entries(spellings, anchor, steps)
            .map(|entry| entry.pattern)
    }

    fn overlapping_entries(
        &self,
        spellings: &[Spelling],
        anchor: Anchor,
        steps: &mut usize,
    ) -> impl Iterator<Item = &Entry> {
        self.entries.iter().filter(move |entry| {
            spellings.iter().any(|glob| {
                may_keep(entry.keep, glob.tail.as_deref())
                    && entry_overlaps(entry, &glob.segments, anchor, steps)
            })
        })
    }
}

/// Steps for each character of a glob that is read.
const READING_STEPS: usize = 4;

/// Every character but the dot.
const NOT_A_DOT: [(char, char); 2] = [('\0', '-'), ('/', char::MAX)];

/// One reading of a glob.
struct Spelling {
    segments: Vec<Segment>,
    /// See [`literal_tail`].
    tail: Option<String>,
}

impl Spelling {
    fn new(folded: &str) -> Self {
        let mut segments = segments(folded);
        if folded.contains('~') {
            let names = folded.split('/').filter(|segment| !segment.is_empty());
            for (segment, name) in segments.iter_mut().zip(names) {
                if let Some(short) = Short::read(name) {
                    *segment = Segment::OneOf(long_names(name, &short));
                }
            }
        }
        Self {
            tail: literal_tail(&segments),
            segments,
        }
    }
}

/// The names that a short name may mean, and itself.
fn long_names(name: &str, short: &Short<'_>) -> Vec<Vec<Token>> {
    let mut all = vec![tokens(name)];
    for beginning in short.beginnings() {
        for leading in [None, Some(Token::Literal('.'))] {
            let hidden = leading.is_some();
            let mut name: Vec<Token> = leading.into_iter().collect();
            name.extend(beginning.chars().map(short_character));
            if !hidden && short.extension().chars().count() < 3 {
                // A name that is short itself gets no other.
                name.push(Token::Class(NOT_A_DOT.to_vec()));
            }
            name.push(Token::Stem);
            if !short.extension().is_empty() {
                name.push(Token::Literal('.'));
                name.extend(short.extension().chars().map(short_character));
                if short.extension().chars().count() == 3 {
                    name.push(Token::Star);
                }
            }
            all.push(name);
        }
    }
    all
}

/// A character that a short name can't hold is `_` there.
fn short_character(c: char) -> Token {
    match c {
        '_' => Token::Any,
        _ => Token::Literal(c),
    }
}

/// The end of every name that the glob matches, from its last dot, if that is constant.
fn literal_tail(glob: &[Segment]) -> Option<String> {
    let Some(Segment::Name(tokens)) = glob.last() else {
        return None;
    };
    let mut tail = Vec::new();
    for token in tokens.iter().rev() {
        match token {
            Token::Literal(c) => tail.push(*c),
            _ => return None,
        }
        if tail.last() == Some(&'.') {
            return Some(tail.into_iter().rev().collect());
        }
    }
    Some(tail.into_iter().rev().collect())
}

/// Whether a name with this end can belong to the family.
fn may_keep(keep: Keep, tail: Option<&str>) -> bool {
    tail.is_none_or(|tail| keep.keeps(tail))
}

fn entry_overlaps(entry: &Entry, glob: &[Segment], anchor: Anchor, steps: &mut usize) -> bool {
    if let (Some(Segment::Name(ours)), Some(Segment::Name(theirs))) =
        (entry.segments.last(), glob.last())
        && !names_overlap(ours, theirs, steps)
    {
        return false; // Most patterns end here.
    }
    let floats: &[Segment] = match anchor {
        Anchor::Workspace => &[],
        Anchor::AnyDirectory => &[Segment::Deep],
    };
    paths_overlap((floats, &entry.segments), glob, steps)
}

/// Whether some path matches both: the reachable pairs of positions, row by row. The pattern is in two
/// parts.
fn paths_overlap(pattern: (&[Segment], &[Segment]), glob: &[Segment], steps: &mut usize) -> bool {
    let (first, rest) = pattern;
    if !spend(steps, first.len() + rest.len(), glob.len()) {
        return true;
    }
    let mut row = vec![false; glob.len() + 1];
    let mut next = row.clone();
    mark(&mut row, 0);
    spread(&mut row, glob, false);
    for segment in first.iter().chain(rest) {
        next.fill(false);
        for (at, _) in row.iter().enumerate().filter(|(_, reached)| **reached) {
            match (segment, glob.get(at)) {
                (Segment::Deep, _) => mark(&mut next, at),
                (Segment::Name(_), Some(Segment::Deep)) => mark(&mut next, at),
                (Segment::Name(name), Some(Segment::Name(other))) => {
                    if names_overlap(name, other, steps) {
                        mark(&mut next, at + 1);
                    }
                }
                (Segment::Name(name), Some(Segment::OneOf(others))) => {
                    if others.iter().any(|it| names_overlap(name, it, steps)) {
                        mark(&mut next, at + 1);
                    }
                }
                // No pattern holds a short name's meanings.
                (Segment::Name(_) | Segment::OneOf(_), _) => {}
            }
        }
        spread(&mut next, glob, *segment == Segment::Deep);
        std::mem::swap(&mut row, &mut next);
    }
    row.last() == Some(&true)
}

/// Takes the cost of comparing two sequences off what is left; false when it is too much.
fn spend(steps: &mut usize, one: usize, other: usize) -> bool {
    let cost = (one + 1).saturating_mul(other + 1);
    match steps.checked_sub(cost) {
        Some(left) => *steps = left,
        None => *steps = 0,
    }
    *steps > 0
}

/// Moves on in the glob without moving on in the pattern: past a `**` that matches
/// nothing, and past anything if the pattern's own `**` takes it.
fn spread(row: &mut [bool], glob: &[Segment], pattern_is_deep: bool) {
    for (at, segment) in glob.iter().enumerate() {
        let reached = row.get(at) == Some(&true);
        if reached && (pattern_is_deep || *segment == Segment::Deep) {
            mark(row, at + 1);
        }
    }
}

fn mark(row: &mut [bool], at: usize) {
    if let Some(cell) = row.get_mut(at) {
        *cell = true;
    }
}

/// Whether some name matches both; `glob`'s wildcards don't match a leading dot.
fn names_overlap(pattern: &[Token], glob: &[Token], steps: &mut usize) -> bool {
    if differ(pattern.first(), glob.first()) || differ(pattern.last(), glob.last()) {
        return false;
    }
    if !spend(steps, pattern.len(), glob.len()) {
        return true;
    }
    let hidden = pattern.first() == Some(&Token::Literal('.'));
    if hidden && !matches!(glob.first(), Some(Token::Literal(_))) {
        return false;
    }
    globs_overlap(pattern, glob)
}

/// Whether both are constant, and not the same.
fn differ(one: Option<&Token>, other: Option<&Token>) -> bool {
    matches!((one, other), (Some(Token::Literal(a)), Some(Token::Literal(b))) if a != b)
}

/// Whether some text matches both. Takes steps in the product of their lengths.
pub(in crate::action) fn globs_overlap(pattern: &[Token], glob: &[Token]) -> bool {
    let Some((pattern, glob)) = without_common_beginning(pattern, glob) else {
        return false;
    };
    let mut row = vec![false; glob.len() + 1];
    let mut next = row.clone();
    mark(&mut row, 0);
    skip_stars(&mut row, glob, false);
    for token in pattern {
        next.fill(false);
        for (at, _) in row.iter().enumerate().filter(|(_, reached)| **reached) {
            match (token, glob.get(at)) {
                (Token::Literal('.'), Some(Token::Stem)) => {}
                (Token::Star, _) | (_, Some(Token::Star | Token::Stem)) => mark(&mut next, at),
                (_, Some(other)) if tokens_overlap(token, other) => mark(&mut next, at + 1),
                _ => {}
            }
        }
        skip_stars(&mut next, glob, *token == Token::Star);
        std::mem::swap(&mut row, &mut next);
    }
    row.last() == Some(&true)
}

/// What follows the characters that both begin with; nothing where these differ.
fn without_common_beginning<'t>(
    mut pattern: &'t [Token],
    mut glob: &'t [Token],
) -> Option<(&'t [Token], &'t [Token])> {
    while let (Some((Token::Literal(a), one)), Some((Token::Literal(b), other))) =
        (pattern.split_first(), glob.split_first())
    {
        if a != b {
            return None;
        }
        (pattern, glob) = (one, other);
    }
    Some((pattern, glob))
}

fn skip_stars(row: &mut [bool], glob: &[Token], pattern_is_star: bool) {
    for (at, token) in glob.iter().enumerate() {
        let reached = row.get(at) == Some(&true);
        if reached && (pattern_is_star || matches!(token, Token::Star | Token::Stem)) {
            mark(row, at + 1);
        }
    }
}

fn tokens_overlap(one: &Token, other: &Token) -> bool {
    match (one, other) {
        (Token::Any | Token::Star | Token::Stem, _)
        | (_, Token::Any | Token::Star | Token::Stem) => true,
        (Token::Literal(a), Token::Literal(b)) => a == b,
        (Token::Literal(c), Token::Class(ranges)) | (Token::Class(ranges), Token::Literal(c)) => {
            ranges.iter().any(|(low, high)| low <= c && c <= high)
        }
        (Token::Class(ours), Token::Class(theirs)) => ours
            .iter()
            .any(|(a, b)| theirs.iter().any(|(c, d)| a <= d && c <= b)),
    }
}
