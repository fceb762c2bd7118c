//! A place in the file system, as far as it is known.

use super::links;

/// The directory that relative paths start from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Base {
    /// A directory that is known, perhaps only relative to a workspace root that is not.
    Known(Directory),
    /// A directory that is known only at run time (`cd "$D"`).
    Unknown,
}

impl Base {
    /// Bytes of the directory's path, as far as it is known.
    #[must_use]
    pub fn length(&self) -> usize {
        match self {
            Self::Known(directory) => directory.path.len(),
            Self::Unknown => 0,
        }
    }
}

/// A directory (or file) that is known from text alone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Directory {
    pub(super) origin: Origin,
    /// `/`-separated, without `.`, `..`, and slashes at either end.
    pub(in crate::action) path: String,
    /// Bytes of `path` that are the workspace root, if the rest was written relative to it.
    /// 0 if somebody said more: an absolute path, or a working directory.
    pub(super) from_root: usize,
}

/// Where a [`Directory`]'s path begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Origin {
    /// At `/`, at a drive, or at a home directory (then the first segment is `~` or `~user`).
    Rooted,
    /// At the workspace root, wherever that is.
    Floating,
    /// Somewhere above a workspace root that is not known.
    Climbed,
}

impl Directory {
    pub(super) fn new(origin: Origin) -> Self {
        Self {
            origin,
            path: String::new(),
            from_root: 0,
        }
    }

    pub(super) fn rooted_at(segment: &str) -> Self {
        Self {
            origin: Origin::Rooted,
            path: segment.to_owned(),
            from_root: 0,
        }
    }

    /// The part of `self` below `root`, if it is there.
    pub(super) fn below(&self, root: &Self) -> Option<&str> {
        if self.origin != root.origin {
            return None;
        }
        if root.path.is_empty() {
            return Some(&self.path);
        }
        let rest = match is_on_drive(&root.path) {
            true => strip_folded(&self.path, &root.path)?,
            false => self.path.strip_prefix(root.path.as_str())?,
        };
        if rest.is_empty() {
            return Some(rest);
        }
        rest.strip_prefix('/')
    }

    pub(super) fn enter(&mut self, segment: &str) {
        if !self.path.is_empty() {
            self.path.push('/');
        }
        self.path.push_str(segment);
    }

    pub(super) fn leave(&mut self) {
        if links::hides_parent(self) {
            *self = Self::new(Origin::Climbed);
            return;
        }
        match self.path.rfind('/') {
            Some(at) => self.path.truncate(at),
            None if self.path.is_empty() => self.climb(),
            None => self.path.clear(),
        }
        if self.path.len() < self.from_root {
            self.from_root = 0;
        }
    }

    /// `..` at the top: `/..` is `/` (POSIX), but above a workspace root lies something else.
    fn climb(&mut self) {
        if self.origin == Origin::Floating {
            self.origin = Origin::Climbed;
        }
    }
}

/// Whether the path is on a drive, such as `c:/…`. File systems of Windows ignore letter case.
pub(in crate::action) fn is_on_drive(path: &str) -> bool {
    matches!(path.as_bytes(), [letter, b':', ..] if letter.is_ascii_alphabetic())
}

fn strip_folded<'a>(path: &'a str, prefix: &str) -> Option<&'a str> {
    let (head, rest) = path.split_at_checked(prefix.len())?;
    head.eq_ignore_ascii_case(prefix).then_some(rest)
}
