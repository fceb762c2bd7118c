use std::fmt;

use globset::{Glob, GlobBuilder, GlobSet};

use super::error::PatternError;
use super::glob::{Token, expand_braces, tokens};
use super::overlap::globs_overlap;
use crate::action::facts::RefUpdate;
use crate::action::git::refspec::{BRANCHES, covers};

/// Branch patterns, compiled to be matched together: whole names or globs (`release/*`, any
/// depth), letter case ignored. Tags never match.
#[derive(Clone)]
pub struct RefPatterns {
    globs: GlobSet,
    /// The full name of each pattern, in lower case.
    names: Vec<String>,
    /// What each pattern can match, for comparison with other globs.
    tokens: Vec<Vec<Vec<Token>>>,
}

impl fmt::Debug for RefPatterns {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // The compiled automata fill pages.
        f.debug_struct("RefPatterns")
            .field("patterns", &self.tokens.len())
            .finish_non_exhaustive()
    }
}

impl RefPatterns {
    /// Compiles `patterns`.
    ///
    /// # Errors
    /// Naming the first pattern that is not a branch name or a glob over branch names.
    pub fn new(patterns: &[impl AsRef<str>]) -> Result<Self, PatternError> {
        let mut globs = Vec::with_capacity(patterns.len());
        let mut tokens = Vec::with_capacity(patterns.len());
        let mut names = Vec::with_capacity(patterns.len());
        for (index, pattern) in patterns.iter().enumerate() {
            let pattern = pattern.as_ref();
            let refuse = |message: String| PatternError {
                index,
                message: format!("`{pattern}` {message}"),
            };
            let name = full_name(pattern);
            globs.push(compile(&name).map_err(refuse)?);
            tokens.push(alternatives(pattern, &name).map_err(refuse)?);
            names.push(name);
        }
        let globs = GlobSet::new(&globs).map_err(|error| PatternError {
            index: 0,
            message: format!("can't be compiled: {error}"),
        })?;
        Ok(Self {
            globs,
            names,
            tokens,
        })
    }

    /// Whether there are no patterns.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.tokens.is_empty()
    }

    /// Replaces `hits` by the indices of the patterns that `update` could move, ascending.
    /// Answers whether a negative refspec spares a pattern that `update` could move without it.
    pub fn matches(&self, update: &RefUpdate, hits: &mut Vec<u32>) -> bool {
        hits.clear();
        let name = update.name.to_lowercase();
        if !update.glob {
            let found = self.globs.matches(&name).into_iter();
            hits.extend(found.filter_map(|index| u32::try_from(index).ok()));
            return false;
        }
        let mut spares = false;
        let glob = tokens(&name);
        for ((index, alternatives), name) in (0..).zip(&self.tokens).zip(&self.names) {
            if !(alternatives.iter()).any(|pattern| globs_overlap(pattern, &glob)) {
                continue;
            }
            match (update.excludes.iter()).any(|excluded| takes_out(excluded, name)) {
                true => spares = true,
                false => hits.push(index),
            }
        }
        spares
    }
}

/// Whether everything that the branch pattern `name` matches is excluded.
fn takes_out(excluded: &str, name: &str) -> bool {
    match name.find(['*', '?', '[', '{']) {
        None => covers(excluded, name),
        Some(at) => {
            let before = name.get(..at).unwrap_or_default();
            let open = excluded.strip_suffix('*');
            open.is_some_and(|open| !open.contains('*') && before.starts_with(open))
        }
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

fn alternatives(pattern: &str, name: &str) -> Result<Vec<Vec<Token>>, String> {
    if pattern.is_empty() {
        return Err("is empty".to_owned());
    }
    let mut spellings = Vec::new();
    expand_braces(name, &mut spellings)?;
    // `**/` also spans no directory at all, so its slash is no text that must be there.
    let spellings = spellings
        .iter()
        .map(|spelling| spelling.replace("**/", "**"));
    Ok(spellings.map(|spelling| tokens(&spelling)).collect())
}

fn compile(glob: &str) -> Result<Glob, String> {
    GlobBuilder::new(glob)
        .literal_separator(false)
        .backslash_escape(false)
        .build()
        .map_err(|error| format!("is not a glob: {}", error.kind()))
}
