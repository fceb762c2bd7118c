//! Which patterns a search could meet while it walks, by what it skips.

use super::glob::{Segment, Token, fold, tokens};
use super::overlap::globs_overlap;
use super::paths::{Entry, PathPatterns};
use super::sight::Sight;
use crate::action::facts::{Anchor, Search};

impl PathPatterns {
    /// The first pattern that a file could match which a search opens. `lenient` says of a pattern that
    /// the search may meet it, and lets what the search skips count too; without it only the names
    /// that the search chooses count. Takes the work off `steps`; when they end, what may match does.
    pub fn first_met(
        &self,
        sight: &Sight<'_>,
        search: &Search,
        lenient: Option<&dyn Fn(u32) -> bool>,
        steps: &mut usize,
    ) -> Option<u32> {
        if search.names_only && search.respects_ignore {
            return None;
        }
        let (below, anchor) = match sight.root.filter(|_| !sight.outside) {
            // Every reading of a root that only the caller names.
            Some((root, _)) => {
                let below = format!("{}/{}", globset::escape(root), sight.path);
                (below, Anchor::AnyDirectory)
            }
            None => (sight.path.to_owned(), sight.anchor),
        };
        let walk = Walk::of(&fold(&below), search);
        let met = |entry: &Entry| {
            lenient.is_none_or(|may_meet| !walk.skips(entry) && !may_meet(entry.pattern))
        };
        globs(&below, search)
            .into_iter()
            .find_map(|glob| self.first_overlap_of(&glob, anchor, &met, steps))
    }
}

/// What the search opens. A wildcard of a pattern's glob takes in no leading dot, and one of a tool
/// does: `*.ts` is `.ts` and `.a.ts` too.
fn globs(below: &str, search: &Search) -> Vec<String> {
    if search.includes.is_empty() {
        return vec![below.to_owned()];
    }
    let names = search.includes.iter();
    names
        .flat_map(|name| {
            let rest = name.strip_prefix('*');
            let hidden = rest.map(|rest| format!(".*{}", rest.strip_prefix('.').unwrap_or(rest)));
            std::iter::once(name.clone()).chain(hidden)
        })
        .map(|name| format!("{below}/{name}"))
        .collect()
}

/// A walk, as it is compared with patterns.
struct Walk {
    skips_hidden: bool,
    /// The globs of names that are opened. Such a glob makes ripgrep open what is hidden too.
    includes: Vec<Vec<Token>>,
    excludes: Vec<Vec<Token>>,
}

impl Walk {
    fn of(below: &str, search: &Search) -> Self {
        let read = |names: &[String]| names.iter().map(|name| tokens(&fold(name))).collect();
        // Hidden names of patterns may be those of the folder that is walked.
        let is_hidden = below.split('/').any(|segment| segment.starts_with('.'));
        Self {
            skips_hidden: search.respects_ignore && !is_hidden,
            includes: read(&search.includes),
            excludes: read(&search.excludes),
        }
    }

    /// Whether the walk opens no file that the entry matches.
    fn skips(&self, entry: &Entry) -> bool {
        let mut segments = entry.segments.iter();
        let hidden = self.skips_hidden && segments.any(|it| self.skips_all_of(it));
        hidden || self.is_excluded(entry)
    }

    /// Whether a segment is a hidden name that no glob chooses.
    fn skips_all_of(&self, segment: &Segment) -> bool {
        let Segment::Name(name) = segment else {
            return false;
        };
        name.first() == Some(&Token::Literal('.'))
            && !self.includes.iter().any(|glob| globs_overlap(name, glob))
    }

    fn is_excluded(&self, entry: &Entry) -> bool {
        match entry.segments.as_slice() {
            [Segment::Deep, Segment::Name(name)] => self.excludes.contains(name),
            _ => false,
        }
    }
}
