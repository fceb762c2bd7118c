//! Which patterns a search could meet while it walks, by what it skips.

use super::family::is_source_extension;
use super::glob::{Segment, Token, fold, tokens};
use super::overlap::globs_overlap;
use super::paths::{Entry, PathPatterns};
use super::sight::Sight;
use crate::action::facts::{Anchor, Search};
use crate::action::path::partial::UNKNOWN;

/// More extensions of sources and of text for people, which types of ripgrep take in.
const SOURCES: &str = "asm c2hs cats cpphs eex elm fsi gemspec graphql graphqls heex hrl hsc in inl jsp jspx \
    leex lhs livemd markdown mdown mdwn mkd mkdn mll mly php3 php4 php5 php7 php8 pht phtml psql rbw s sbt sql";

impl PathPatterns {
    /// The first pattern that a file could match which a search opens. `lenient` says of a pattern that
    /// the search may meet it, which counts if the search skips hidden files or opens sources alone,
    /// and lets what the search skips count too. Without it only the names that the search chooses
    /// count. Takes the work off `steps`; when they end, what may match does.
    pub fn first_met(
        &self,
        sight: &Sight<'_>,
        search: &Search,
        lenient: Option<&dyn Fn(u32) -> bool>,
        steps: &mut usize,
    ) -> Option<u32> {
        let (below, anchor) = place(sight);
        let around = self.first_around(&below, anchor, steps);
        if around.is_some() {
            return around;
        }
        let walk = Walk::of(&fold(&below), search);
        if walk.is_silent && walk.hidden.is_empty() {
            return None;
        }
        let met = |entry: &Entry| {
            if walk.is_silent {
                return walk.enters(entry);
            }
            let is_source = walk.is_mild && !walk.names(entry);
            if walk.prints_names && is_source {
                return false;
            }
            lenient
                .is_none_or(|may_meet| !(walk.skips(entry) || is_source && may_meet(entry.pattern)))
        };
        globs(&below, search)
            .into_iter()
            .find_map(|glob| self.first_overlap_of(&glob, anchor, &met, steps))
    }
}

impl PathPatterns {
    /// The first pattern that a listing of names is about: one that the names spell which it chooses, or
    /// one of all that lies in its folder. Takes the work off `steps`; when they end, what may match
    /// does.
    pub fn first_listed(
        &self,
        sight: &Sight<'_>,
        search: &Search,
        steps: &mut usize,
    ) -> Option<u32> {
        let (below, anchor) = place(sight);
        let walk = Walk::of(&fold(&below), search);
        let spelled = |entry: &Entry| walk.names(entry);
        let chosen = (!search.includes.is_empty())
            .then(|| globs(&below, search))
            .into_iter()
            .flatten()
            .find_map(|glob| self.first_overlap_of(&glob, anchor, &spelled, steps));
        chosen.or_else(|| self.first_around(&below, anchor, steps))
    }

    /// The first pattern of all that lies in the folder that is walked: it matches any name there.
    fn first_around(&self, below: &str, anchor: Anchor, steps: &mut usize) -> Option<u32> {
        let any = format!("{}{UNKNOWN}", below.trim_end_matches("**"));
        self.first_overlap_of(&any, anchor, &|_| true, steps)
    }
}

/// The glob of what is walked, and where patterns begin in it.
fn place(sight: &Sight<'_>) -> (String, Anchor) {
    match sight.root.filter(|_| !sight.outside) {
        // Every reading of a root that only the caller names.
        Some((root, _)) => {
            let below = format!("{}/{}", globset::escape(root), sight.path);
            (below, Anchor::AnyDirectory)
        }
        None => (sight.path.to_owned(), sight.anchor),
    }
}

/// What the search opens. A wildcard of a pattern's glob takes in no leading dot, and one of a tool
/// does: `*.ts` is `.ts` and `.a.ts` too.
fn globs(below: &str, search: &Search) -> Vec<String> {
    if search.includes.is_empty() {
        return vec![below.to_owned()];
    }
    let mut all = Vec::with_capacity(search.includes.len());
    for name in &search.includes {
        let mut add = |name: &str| all.push(format!("{below}/{name}"));
        add(name);
        if let Some(rest) = name.strip_prefix('*') {
            add(&format!(".*{rest}"));
            if rest.starts_with('.') {
                add(rest);
            }
        }
    }
    all
}

/// Whether every name that the glob matches has the extension of a source.
fn is_source_name(glob: &str) -> bool {
    let extension = glob.rsplit_once('.').map(|(_, extension)| fold(extension));
    extension.is_some_and(|it| {
        is_source_extension(&it) || SOURCES.split_whitespace().any(|known| known == it)
    })
}

/// Whether the glob is one name that is not hidden, such as `package.json`.
fn is_one_name(glob: &str) -> bool {
    !glob.starts_with('.') && !glob.contains(['*', '?', '['])
}

/// A walk, as it is compared with patterns.
struct Walk {
    skips_hidden: bool,
    /// It opens names of sources and single names alone, or skips hidden files and chooses no names.
    is_mild: bool,
    /// The globs of names that are opened. Such a glob makes ripgrep open what is hidden too.
    includes: Vec<Vec<Token>>,
    excludes: Vec<Vec<Token>>,
    /// Names that globs spell: see [`spelled`].
    spelled: Vec<Vec<Token>>,
    /// It prints only names, and skips what is hidden.
    prints_names: bool,
    /// And it chooses no names. A glob makes a search open what is hidden or ignored, and then the names of
    /// the files in which it finds something show what they hold.
    is_silent: bool,
    /// The hidden names on the way to the folder that is walked.
    hidden: Vec<Vec<Token>>,
}

/// The names that globs spell themselves: those without a wildcard, and those that begin with a dot
/// where a wildcard in front matches nothing or the dot. So `*.ts` spells `.ts`, and no
/// `.env.ts`.
fn spelled(includes: &[String]) -> Vec<Vec<Token>> {
    let mut all = Vec::with_capacity(includes.len());
    for name in includes {
        let name = fold(name);
        let rest = name.trim_start_matches(['*', '?']);
        if rest == name {
            all.push(tokens(&name));
        } else {
            all.extend([tokens(rest), tokens(&format!(".{rest}"))]);
        }
    }
    all
}

impl Walk {
    fn of(below: &str, search: &Search) -> Self {
        let read = |names: &[String]| names.iter().map(|name| tokens(&fold(name))).collect();
        // Hidden names of patterns may be those of the folder that is walked.
        let hidden = below.split('/').filter(|segment| segment.starts_with('.'));
        let hidden: Vec<Vec<Token>> = hidden.map(tokens).collect();
        let is_hidden = !hidden.is_empty();
        let prints_names = search.names_only && search.respects_ignore;
        Self {
            prints_names,
            is_silent: prints_names && search.includes.is_empty(),
            hidden,
            skips_hidden: search.respects_ignore && !is_hidden,
            is_mild: match search.includes.is_empty() {
                true => search.respects_ignore && !is_hidden,
                false => {
                    (search.includes.iter()).all(|name| is_source_name(name) || is_one_name(name))
                }
            },
            includes: read(&search.includes),
            excludes: read(&search.excludes),
            spelled: spelled(&search.includes),
        }
    }

    /// Whether the globs spell a name that the entry matches.
    fn names(&self, entry: &Entry) -> bool {
        let Some(Segment::Name(name)) = entry.segments.last() else {
            return false;
        };
        let is_hidden = name.first() == Some(&Token::Literal('.'));
        let is_constant =
            |glob: &[Token]| glob.iter().all(|token| matches!(token, Token::Literal(_)));
        self.spelled
            .iter()
            .any(|glob| (is_hidden || is_constant(glob)) && globs_overlap(name, glob))
    }

    /// Whether the walk opens no file that the entry matches.
    fn skips(&self, entry: &Entry) -> bool {
        let mut segments = entry.segments.iter();
        let hidden = self.skips_hidden && segments.any(|it| self.skips_all_of(it));
        hidden || self.is_excluded(entry)
    }

    /// Whether the walk may open a file that the entry matches because it begins in a hidden folder: each
    /// hidden name of the entry is on the way there.
    fn enters(&self, entry: &Entry) -> bool {
        let hidden = entry.segments.iter().filter_map(|segment| match segment {
            Segment::Name(name) if name.first() == Some(&Token::Literal('.')) => Some(name),
            _ => None,
        });
        let is_named = |name: &Vec<Token>| self.hidden.iter().any(|it| globs_overlap(name, it));
        hidden.clone().next().is_some() && hidden.clone().all(is_named)
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
