use globset::{Glob, GlobBuilder, GlobSet};

use crate::action::facts::RefUpdate;

const BRANCHES: &str = "refs/heads/";

/// Branch patterns, compiled to be matched together: whole names or globs (`release/*`),
/// letter case ignored. Tags never match.
#[derive(Debug, Clone)]
pub struct RefPatterns {
    globs: GlobSet,
    /// Full names in lower case, for comparison with other globs.
    names: Vec<String>,
}

/// A pattern that can't be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("pattern {index}: {message}")]
pub struct RefPatternError {
    /// Its place in the list, from 0.
    pub index: usize,
    /// What is wrong with it.
    pub message: String,
}

impl RefPatterns {
    /// Compiles `patterns`.
    ///
    /// # Errors
    /// Naming the first pattern that is not a branch name or a glob over branch names.
    pub fn new(patterns: &[impl AsRef<str>]) -> Result<Self, RefPatternError> {
        let names: Vec<String> = patterns.iter().map(|p| full_name(p.as_ref())).collect();
        let mut globs = Vec::with_capacity(names.len());
        for (index, name) in names.iter().enumerate() {
            globs.push(compile(name).map_err(|message| RefPatternError { index, message })?);
        }
        let globs = GlobSet::new(&globs).map_err(|error| RefPatternError {
            index: 0,
            message: error.to_string(),
        })?;
        Ok(Self { globs, names })
    }

    /// Whether there are no patterns.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.names.is_empty()
    }

    /// Replaces `hits` by the indices of the patterns that `update` could move, ascending.
    pub fn matches(&self, update: &RefUpdate, hits: &mut Vec<u32>) {
        hits.clear();
        let name = update.name.to_lowercase();
        let numbered = (0..).zip(&self.names);
        if update.glob {
            hits.extend(
                numbered
                    .filter(|(_, pattern)| globs_overlap(pattern, &name))
                    .map(|(i, _)| i),
            );
            return;
        }
        let found = self.globs.matches(&name);
        hits.extend(
            found
                .into_iter()
                .filter_map(|index| u32::try_from(index).ok()),
        );
    }
}

/// Whether the branch pattern matches the ref `name`, a full name or a branch's.
#[must_use]
pub fn ref_matches(pattern: &str, name: &str) -> bool {
    let name = full_name(name);
    compile(&full_name(pattern)).is_ok_and(|glob| glob.compile_matcher().is_match(name))
}

fn full_name(name: &str) -> String {
    let folded = name.to_lowercase();
    match folded.starts_with("refs/") {
        true => folded,
        false => format!("{BRANCHES}{folded}"),
    }
}

fn compile(glob: &str) -> Result<Glob, String> {
    GlobBuilder::new(glob)
        .literal_separator(false)
        .backslash_escape(false)
        .build()
        .map_err(|error| format!("`{glob}` is not a glob: {}", error.kind()))
}

/// Whether some name matches both; `*` spans slashes in both.
fn globs_overlap(one: &str, other: &str) -> bool {
    let other: Vec<char> = other.chars().collect();
    let mut row = vec![false; other.len() + 1];
    mark(&mut row, 0);
    skip_stars(&mut row, &other, false);
    for c in one.chars() {
        let mut next = vec![false; other.len() + 1];
        for (at, _) in row.iter().enumerate().filter(|(_, reached)| **reached) {
            match (c, other.get(at)) {
                ('*', _) | (_, Some('*')) => mark(&mut next, at),
                ('?', Some(_)) => mark(&mut next, at + 1),
                (c, Some(d)) if c == *d => mark(&mut next, at + 1),
                _ => {}
            }
        }
        skip_stars(&mut next, &other, c == '*');
        row = next;
    }
    row.last() == Some(&true)
}

fn skip_stars(row: &mut [bool], other: &[char], any: bool) {
    for (at, c) in other.iter().enumerate() {
        if row.get(at) == Some(&true) && (any || *c == '*') {
            mark(row, at + 1);
        }
    }
}

fn mark(row: &mut [bool], at: usize) {
    if let Some(cell) = row.get_mut(at) {
        *cell = true;
    }
}
