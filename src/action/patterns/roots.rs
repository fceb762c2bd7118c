//! Workspace roots that an operator names.

use globset::{GlobBuilder, GlobMatcher};

use super::error::{PatternError, each};
use super::glob::{MAX_PATTERN_BYTES, fold};
use crate::action::Place;
use crate::action::path::{is_on_drive, root_path};

/// Globs over whole paths of workspace roots, such as `/home/*/src/*`.
///
/// `*` stays within a segment and `**` spans any; neither takes in a name that begins with a
/// dot, as in a shell, so that `/home/**` doesn't name `/home/dev/.aws`. Letter case counts,
/// except on a Windows drive.
#[derive(Debug, Clone, Default)]
pub struct RootPatterns(Vec<Vec<Segment>>);

#[derive(Debug, Clone)]
enum Segment {
    /// `**`
    Deep,
    Name {
        glob: GlobMatcher,
        /// It begins with a dot itself, so it may match a name that does.
        dotted: bool,
    },
}

impl RootPatterns {
    /// Compiles `patterns`.
    ///
    /// # Errors
    /// Naming the first pattern that is relative, begins with a wildcard or isn't a glob.
    pub fn new(patterns: &[impl AsRef<str>]) -> Result<Self, PatternError> {
        each(patterns, compile).map(Self)
    }

    /// Whether the list is empty.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether the operator names a root, given as [`crate::action::facts::CallerRoot::path`].
    #[must_use]
    pub fn name(&self, root: &str) -> bool {
        if self.0.is_empty() {
            return false;
        }
        let root = match is_on_drive(root) {
            true => fold(root),
            false => root.to_owned(),
        };
        let segments: Vec<&str> = root.split('/').collect();
        self.0.iter().any(|glob| matches(glob, &segments))
    }

    /// Whether `place` says of each of its roots whether the operator names it.
    #[must_use]
    pub fn agree_with(&self, place: &Place) -> bool {
        let root = place.workspace_root.as_deref();
        place.root_named == root.is_some_and(|root| self.name_written(root))
            && (place.workspace_roots.iter())
                .all(|root| root.named == self.name_written(&root.path))
    }

    /// Makes `place` say of each of its roots whether the operator names it.
    pub fn mark(&self, place: &mut Place) {
        let root = place.workspace_root.as_deref();
        place.root_named = root.is_some_and(|root| self.name_written(root));
        for root in &mut place.workspace_roots {
            root.named = self.name_written(&root.path);
        }
    }

    /// Whether the operator names a root, as an action writes it.
    fn name_written(&self, root: &str) -> bool {
        !self.0.is_empty()
            && root_path(root).is_some_and(|root| !root.is_empty() && self.name(&root))
    }
}

fn compile(pattern: &str) -> Result<Vec<Segment>, String> {
    if pattern.len() > MAX_PATTERN_BYTES {
        return Err(format!("is longer than {MAX_PATTERN_BYTES} bytes"));
    }
    let text = pattern.replace('\\', "/");
    let drive = is_on_drive(&text);
    if !drive && !text.starts_with(['/', '~']) {
        return Err(
            "is relative; a root is named by its whole path, such as `/home/*/src/*`".to_owned(),
        );
    }
    let text = if drive { fold(&text) } else { text };
    let mut segments = Vec::new();
    for segment in text.split('/').filter(|it| !matches!(*it, "" | ".")) {
        if segment == ".." {
            return Err("climbs with `..`, so it names nothing".to_owned());
        }
        if segments.is_empty() && segment.contains(['*', '?', '[', '{']) {
            return Err("begins with a wildcard, so it names directories of the system".to_owned());
        }
        segments.push(match segment {
            "**" => Segment::Deep,
            _ => name(segment)?,
        });
    }
    match segments.is_empty() {
        true => Err("is the root of the file system, which is no workspace".to_owned()),
        false => Ok(segments),
    }
}

fn name(segment: &str) -> Result<Segment, String> {
    let glob = GlobBuilder::new(segment)
        .backslash_escape(false)
        .build()
        .map_err(|error| format!("is not a glob: {}", error.kind()))?;
    Ok(Segment::Name {
        glob: glob.compile_matcher(),
        dotted: segment.starts_with('.'),
    })
}

fn matches(glob: &[Segment], path: &[&str]) -> bool {
    match (glob.split_first(), path.split_first()) {
        (None, rest) => rest.is_none(),
        (Some((Segment::Deep, behind)), next) => {
            let taken = next.filter(|(name, _)| !name.starts_with('.'));
            matches(behind, path) || taken.is_some_and(|(_, rest)| matches(glob, rest))
        }
        (Some(_), None) => false,
        (Some((Segment::Name { glob, dotted }, behind)), Some((name, rest))) => {
            (*dotted || !name.starts_with('.')) && glob.is_match(name) && matches(behind, rest)
        }
    }
}
