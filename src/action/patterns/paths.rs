use std::borrow::Cow;
use std::fmt;

use globset::{Candidate, Glob, GlobBuilder, GlobSet};

use super::error::PatternError;
use super::family::{Keep, family};
use super::glob::{Segment, fold, normalise, segments, slash_free};
use super::names::{is_padding, original, plain, significant};
use super::trees::Trees;
use crate::action::facts::Anchor;

/// Path patterns, compiled to be matched together.
///
/// Letter case is ignored. A pattern without a slash matches the last segment in any
/// directory; any other is anchored at the workspace root. `dir/**` also covers `dir`
/// itself: to delete a directory is to change what is in it.
#[derive(Clone)]
pub struct PathPatterns {
    pub(super) entries: Vec<Entry>,
    /// Patterns of the last segment.
    names: Set,
    /// Patterns of whole directories.
    trees: Trees,
    /// Patterns of the whole path, anchored at its beginning.
    rooted: Set,
    /// The same patterns, beginning at any of its directories.
    floating: Set,
    /// They match copies of a file too.
    pub(super) copies: bool,
}

/// One glob to which a pattern expands.
#[derive(Debug, Clone)]
pub(super) struct Entry {
    /// The pattern, by its place in the list.
    pub(super) pattern: u32,
    pub(super) keep: Keep,
    /// For a pattern without a slash these begin with [`Segment::Deep`].
    pub(super) segments: Vec<Segment>,
}

#[derive(Clone, Default)]
struct Set {
    globs: GlobSet,
    /// For each glob its [`Entry`].
    entries: Vec<usize>,
}

impl fmt::Debug for PathPatterns {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // The compiled automata fill pages.
        f.debug_struct("PathPatterns")
            .field("globs", &self.entries.len())
            .finish_non_exhaustive()
    }
}

impl PathPatterns {
    /// Compiles `patterns`.
    ///
    /// # Errors
    /// Naming the first pattern that is not a glob, or can never match.
    pub fn new(patterns: &[impl AsRef<str>]) -> Result<Self, PatternError> {
        let mut builder = Builder::default();
        for (index, pattern) in patterns.iter().enumerate() {
            let pattern = pattern.as_ref();
            let refuse = |message: String| PatternError {
                index,
                message: format!("`{pattern}` {message}"),
            };
            let number = u32::try_from(index).map_err(|_| refuse("is one too many".to_owned()))?;
            for spelling in normalise(pattern).map_err(refuse)? {
                builder.add(number, &spelling).map_err(refuse)?;
            }
        }
        builder
            .build()
            .map_err(|message| PatternError { index: 0, message })
    }

    /// The same patterns, which also match the copies that editors and people make of a file
    /// (`.env~`, `.server.pem.swp`): what mustn't be read mustn't be read from a copy.
    #[must_use]
    pub fn with_copies(mut self) -> Self {
        self.copies = true;
        self
    }

    /// Whether there are no patterns.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// Replaces `hits` by the indices of the patterns that match `path`, ascending.
    ///
    /// `path` is one that [`Resolver::resolve`](crate::action::path::Resolver::resolve) returned.
    pub fn matches(&self, path: &str, anchor: Anchor, hits: &mut Vec<u32>) {
        hits.clear();
        let shape = Shape::of(path);
        let folded = match shape.folded {
            true => Cow::Borrowed(path),
            false => Cow::Owned(fold(path)),
        };
        self.collect_with_copies(&folded, anchor, hits);
        if shape.padded {
            self.collect_with_copies(&plain(&folded), anchor, hits);
        }
        if hits.len() > 1 {
            hits.sort_unstable();
            hits.dedup();
        }
    }

    fn collect_with_copies(&self, path: &str, anchor: Anchor, hits: &mut Vec<u32>) {
        self.collect(path, anchor, hits);
        if self.copies
            && let Some(copied) = of_original(path)
        {
            self.collect(&copied, anchor, hits);
        }
    }

    fn collect(&self, path: &str, anchor: Anchor, hits: &mut Vec<u32>) {
        let name = path.rsplit_once('/').map_or(path, |(_, name)| name);
        let mut found = Vec::new();
        self.collect_from(&self.names, name, name, &mut found, hits);
        self.trees.collect(path, anchor, hits);
        let set = match anchor {
            Anchor::Workspace => &self.rooted,
            Anchor::AnyDirectory => &self.floating,
        };
        self.collect_from(set, path, name, &mut found, hits);
    }

    fn collect_from(
        &self,
        set: &Set,
        text: &str,
        name: &str,
        found: &mut Vec<usize>,
        hits: &mut Vec<u32>,
    ) {
        set.globs
            .matches_candidate_into(&Candidate::from_bytes(text), found);
        let entries = found
            .iter()
            .filter_map(|glob| self.entries.get(*set.entries.get(*glob)?));
        for entry in entries {
            if entry.keep.keeps(significant(name)) {
                hits.push(entry.pattern);
            }
        }
    }
}

/// What must be done with a path before it is matched.
pub(super) struct Shape {
    /// It is in lower-case ASCII.
    folded: bool,
    /// A segment has an end that Windows ignores, or names a stream.
    pub(super) padded: bool,
}

impl Shape {
    pub(super) fn of(path: &str) -> Self {
        let mut shape = Self {
            folded: true,
            padded: false,
        };
        let mut before = b'/';
        for byte in path.bytes() {
            shape.folded &= byte.is_ascii() && !byte.is_ascii_uppercase();
            shape.padded |= byte == b':';
            shape.padded |= byte == b'/' && is_padding(before);
            before = byte;
        }
        shape.padded |= is_padding(before);
        shape
    }
}

/// The path of the file that the last one of a folded path is a copy of.
pub(super) fn of_original(path: &str) -> Option<String> {
    let (directory, name) = path.rsplit_once('/').unwrap_or(("", path));
    let original = original(name)?;
    Some(match directory {
        "" => original.to_owned(),
        _ => format!("{directory}/{original}"),
    })
}

#[derive(Default)]
struct Builder {
    entries: Vec<Entry>,
    trees: Trees,
    names: Vec<(Glob, usize)>,
    rooted: Vec<(Glob, usize)>,
    floating: Vec<(Glob, usize)>,
}

impl Builder {
    /// Adds one spelling with the family that it heads.
    fn add(&mut self, pattern: u32, spelling: &str) -> Result<(), String> {
        let tree = spelling.strip_suffix("/**");
        if tree.is_some_and(|tree| self.trees.take(tree, pattern)) {
            self.enter(pattern, Keep::All, spelling);
            return Ok(());
        }
        let (directory, name) = match spelling.rsplit_once('/') {
            Some((directory, name)) => (Some(directory), name),
            None => (None, spelling),
        };
        let (globs, keep) = family(name).unwrap_or((vec![name.to_owned()], Keep::All));
        for glob in globs {
            match directory {
                None if glob != "**" => self.add_name(pattern, keep, &glob)?,
                Some("**") => self.add_name(pattern, keep, &glob)?,
                None | Some("") => self.add_path(pattern, keep, &glob)?,
                Some(directory) => self.add_path(pattern, keep, &format!("{directory}/{glob}"))?,
            }
        }
        if let Some(tree) = tree.filter(|tree| !tree.is_empty()) {
            // The directory itself, without the family: `.env/**` is about a directory.
            self.add_directory(pattern, tree)?;
        }
        Ok(())
    }

    fn add_directory(&mut self, pattern: u32, directory: &str) -> Result<(), String> {
        match directory.rsplit_once('/') {
            Some(("**", name)) => self.add_name(pattern, Keep::All, name),
            _ => self.add_path(pattern, Keep::All, directory),
        }
    }

    fn add_name(&mut self, pattern: u32, keep: Keep, name: &str) -> Result<(), String> {
        let entry = self.enter(pattern, keep, &format!("**/{name}"));
        self.names.push((compile(name, false)?, entry));
        Ok(())
    }

    fn add_path(&mut self, pattern: u32, keep: Keep, path: &str) -> Result<(), String> {
        let entry = self.enter(pattern, keep, path);
        self.rooted.push((compile(path, true)?, entry));
        let floating = match path.starts_with("**") {
            true => path.to_owned(),
            false => format!("**/{path}"),
        };
        self.floating.push((compile(&floating, true)?, entry));
        Ok(())
    }

    fn enter(&mut self, pattern: u32, keep: Keep, glob: &str) -> usize {
        self.entries.push(Entry {
            pattern,
            keep,
            segments: segments(glob),
        });
        self.entries.len() - 1
    }

    fn build(self) -> Result<PathPatterns, String> {
        Ok(PathPatterns {
            entries: self.entries,
            names: set(self.names)?,
            trees: self.trees,
            rooted: set(self.rooted)?,
            floating: set(self.floating)?,
            copies: false,
        })
    }
}

/// Both sides are folded beforehand, so that literals can be looked up by hash.
fn compile(glob: &str, literal_separator: bool) -> Result<Glob, String> {
    GlobBuilder::new(&slash_free(glob))
        .literal_separator(literal_separator)
        .backslash_escape(false)
        .build()
        .map_err(|error| format!("is not a glob: {}", error.kind()))
}

fn set(globs: Vec<(Glob, usize)>) -> Result<Set, String> {
    let (globs, entries): (Vec<Glob>, Vec<usize>) = globs.into_iter().unzip();
    let globs = GlobSet::new(&globs).map_err(|error| format!("can't be compiled: {error}"))?;
    Ok(Set { globs, entries })
}
