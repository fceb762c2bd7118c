use std::borrow::Cow;
use std::cell::OnceCell;

use super::directory::{Base, Directory, Origin, is_on_drive};
use super::doubt::is_doubtful_directory;
use super::links::{self, Kind};
use super::locate::locate;
use super::partial::{UNKNOWN, with_unknowns};
use super::roots::{Roots, doubtful, given};
use super::workspace::{is_of_machine, is_workspace};
use crate::action::facts::{Anchor, CallerRoot, Certainty, PathAccess};
use crate::action::patterns::glob::fold;
use crate::action::{ActionError, Place};

/// Resolves what an agent wrote to the path that would be touched.
#[derive(Debug, Clone)]
pub struct Resolver {
    start: Directory,
    roots: Roots,
    /// Whether the directory that relative paths start from can be a workspace, once that was asked.
    starts_in_workspace: OnceCell<bool>,
}

/// A path that would be touched.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Resolved {
    /// See [`crate::action::facts::PathAccess::path`].
    pub path: String,
    /// Where patterns are anchored.
    pub anchor: Anchor,
    /// See [`crate::action::facts::PathAccess::root`].
    pub root: Option<CallerRoot>,
    /// The path isn't known to lie inside the workspace: below its root, or below the working
    /// directory where no root is known.
    pub outside_workspace: bool,
    /// What the path means other than a file.
    pub kind: Kind,
    /// The path is relative to a directory that is not known: `path` holds only its end.
    pub unknown_base: bool,
    /// The same path below each further root that it lies in, where roots lie in each other. Rules
    /// hold below each of them.
    pub others: Vec<Self>,
}

impl Resolved {
    /// The path below each root that it lies in; once, if it lies in one or none.
    pub fn each(&self) -> impl Iterator<Item = &Self> {
        std::iter::once(self).chain(&self.others)
    }

    /// The access to it as a fact, of no command.
    #[must_use]
    pub fn access(&self, written: &str, certainty: Certainty, via: &str) -> PathAccess {
        PathAccess {
            anchor: self.anchor,
            certainty,
            command: None,
            device: self.kind == Kind::Device,
            made_before: false,
            outside_workspace: self.outside_workspace,
            own_kind: false,
            path: self.path.clone(),
            root: self.root.clone(),
            search: None,
            via: via.to_owned(),
            whole: false,
            written: written.to_owned(),
        }
    }
}

impl Resolver {
    /// Prepares for paths that are written at `place`.
    ///
    /// The file system's root says nothing about where patterns are anchored, and counts as
    /// unknown. So do other directories that are nobody's workspace, but paths without a
    /// working directory start there.
    ///
    /// # Errors
    /// If `cwd` or a root holds a NUL byte or is over a limit, if it has a backslash and is no path of
    /// Windows, if a root is relative, or if there are further roots without `workspace_root`.
    pub fn new(place: &Place) -> Result<Self, ActionError> {
        let nowhere = Directory::new(Origin::Floating);
        let roots = Roots::read(place)?;
        let above = match roots.first() {
            Some(root) => Directory {
                from_root: root.directory.path.len(),
                ..root.directory.clone()
            },
            None => nowhere,
        };
        let mut start = match given(place.cwd.as_deref()) {
            Some(text) if is_doubtful_directory(text) && !is_on_drive(&above.path) => {
                return Err(doubtful("cwd"));
            }
            Some(text) => Directory {
                from_root: 0,
                ..locate(text, &above, &above, "cwd")?
            },
            None => above,
        };
        if start.origin == Origin::Floating && !start.path.is_empty() {
            // Relative to a root that nobody named: any of its directories could be it.
            start.origin = Origin::Climbed;
        }
        Ok(Self {
            start,
            roots,
            starts_in_workspace: OnceCell::new(),
        })
    }

    /// The greatest number of roots that one path can lie in, which multiplies what it costs. 1 if
    /// no root lies in another.
    #[must_use]
    pub fn most_readings(&self) -> usize {
        self.roots.deepest
    }

    /// The directory that relative paths start from.
    #[must_use]
    pub fn start(&self) -> Base {
        Base::Known(self.start.clone())
    }

    /// The directory after `cd dir` from `base`.
    #[must_use]
    pub fn change(&self, base: &Base, dir: &str) -> Base {
        match self.find(&known(dir), base) {
            Ok((found, false)) => Base::Known(found),
            Ok((_, true)) | Err(_) => Base::Unknown,
        }
    }

    /// Whether a directory that counts as a workspace here passes `test`: a root that can be one or,
    /// if there is none, the directory that relative paths start from.
    fn any_workspace(&self, test: impl Fn(&Directory) -> bool) -> bool {
        let mut usable = self.roots.usable().peekable();
        match usable.peek() {
            Some(_) => usable.any(|root| test(&root.directory)),
            None => !is_of_machine(&self.start) && test(&self.start),
        }
    }

    /// Whether `base` is known to lie inside a workspace root (inside the directory that
    /// relative paths start from, if no root is known).
    #[must_use]
    pub fn is_inside(&self, base: &Base) -> bool {
        match base {
            Base::Known(directory) => self.any_workspace(|root| directory.below(root).is_some()),
            Base::Unknown => false,
        }
    }

    /// Whether a workspace root, or the directory that relative paths start from, lies at `base` or below
    /// it. Letter case doesn't count, as on the file systems that ignore it.
    #[must_use]
    pub fn holds_workspace(&self, base: &Base) -> bool {
        let Base::Known(directory) = base else {
            return true;
        };
        let folded = |directory: &Directory| Directory {
            path: fold(&directory.path),
            ..directory.clone()
        };
        let outer = folded(directory);
        let mut inner = self.roots.all().chain(std::iter::once(&self.start));
        inner.any(|inner| folded(inner).below(&outer).is_some())
    }

    /// Whether `base` is a folder of settings or of the system's: one with a hidden directory in its path, also
    /// below a workspace root, or one of `/etc`, `/run` and `/var`.
    #[must_use]
    pub fn is_of_settings(&self, base: &Base) -> bool {
        let Base::Known(directory) = base else {
            return false;
        };
        let is_hidden = |name: &str| name.len() > 1 && name.starts_with('.');
        let holds_hidden = |path: &str| path.split('/').any(is_hidden);
        if let Some(below) = self.below_workspace(base) {
            return holds_hidden(below);
        }
        let first = directory.path.split('/').next().unwrap_or_default();
        let is_of_system = ["etc", "run", "var"].contains(&first);
        holds_hidden(&directory.path) || (is_of_system && directory.origin == Origin::Rooted)
    }

    /// The path of `inner` below `outer`, if both are known and it lies there.
    #[must_use]
    pub fn below(inner: &Base, outer: &Base) -> Option<String> {
        match (inner, outer) {
            (Base::Known(inner), Base::Known(outer)) => inner.below(outer).map(str::to_owned),
            _ => None,
        }
    }

    /// The path of `base` below the outermost workspace root that it lies in.
    pub(super) fn below_workspace<'b>(&self, base: &'b Base) -> Option<&'b str> {
        let Base::Known(directory) = base else {
            return None;
        };
        let mut usable = self.roots.usable().peekable();
        match usable.peek() {
            Some(_) => usable
                .filter_map(|root| directory.below(&root.directory))
                .max_by_key(|below| below.len()),
            None => directory.below(&self.start),
        }
    }

    /// Whether `base` is a workspace root itself (the directory that relative paths start
    /// from, if no root is known): what belongs to the repository is known of no other.
    #[must_use]
    pub fn is_root(&self, base: &Base) -> bool {
        match base {
            Base::Known(directory) => self.any_workspace(|root| directory.below(root) == Some("")),
            Base::Unknown => false,
        }
    }

    /// Whether `base` is a directory whose whole path is known, and what counts as the workspace
    /// here can be one.
    #[must_use]
    pub fn is_placed(&self, base: &Base) -> bool {
        let is_whole = matches!(base, Base::Known(it) if it.origin == Origin::Rooted);
        is_whole
            && match self.roots.is_empty() {
                false => self.roots.usable().next().is_some(),
                true => *(self.starts_in_workspace).get_or_init(|| is_workspace(&self.start)),
            }
    }

    /// Whether the action names a workspace root.
    #[must_use]
    pub fn is_named_workspace(&self) -> bool {
        self.roots.usable().next().is_some()
    }

    /// Whether `base` is a workspace root, and the action names that root.
    #[must_use]
    pub fn is_named_root(&self, base: &Base) -> bool {
        self.is_named_workspace() && self.is_root(base)
    }

    /// The path that `written` would touch from `base`.
    ///
    /// # Errors
    /// Naming `target`, if `written` is empty, holds a NUL byte, is a URI that isn't
    /// UTF-8, or is over [`crate::action::limits::MAX_PATH_BYTES`] or
    /// [`crate::action::limits::MAX_PATH_SEGMENTS`].
    pub fn resolve(&self, written: &str, base: &Base) -> Result<Resolved, ActionError> {
        let (found, unknown_base) = self.find(&known(written), base)?;
        Ok(self.judge(found, unknown_base))
    }

    /// The path that a word would touch of which a part is known only at run time; none if
    /// nothing of it is known that a pattern could be matched with.
    #[must_use]
    pub fn resolve_partial(&self, word: &str, base: &Base) -> Option<Resolved> {
        let text = with_unknowns(word)?;
        // The text in front may be absolute.
        let begins_unknown = text.starts_with(UNKNOWN);
        let base = if begins_unknown { &Base::Unknown } else { base };
        let (found, unknown_base) = self.find(&text, base).ok()?;
        let mut found = self.judge(found, unknown_base);
        found.outside_workspace &= !unknown_base;
        Some(found)
    }

    fn judge(&self, found: Directory, unknown_base: bool) -> Resolved {
        let kind = links::kind(&found);
        let whole = |outside_workspace, root| Resolved {
            path: found.path.clone(),
            anchor: match found.origin {
                Origin::Floating => Anchor::Workspace,
                Origin::Rooted | Origin::Climbed => Anchor::AnyDirectory,
            },
            root,
            outside_workspace: outside_workspace && kind != Kind::Nothing,
            kind,
            unknown_base,
            others: Vec::new(),
        };
        if unknown_base {
            return whole(false, None);
        }
        if self.roots.is_empty() {
            return whole(!self.is_in_working_directory(&found), None);
        }
        let around = || self.roots.around(&found);
        let is_inside = around().any(|(root, _)| root.usable);
        let mut readings = around().map(|(root, inside)| {
            let caller_root = (!root.named).then(|| CallerRoot {
                anywhere: !root.usable || found.from_root == 0,
                path: root.directory.path.clone(),
            });
            match is_inside {
                false => whole(true, caller_root),
                true => Resolved {
                    path: inside.to_owned(),
                    anchor: Anchor::Workspace,
                    root: caller_root,
                    outside_workspace: false,
                    kind,
                    unknown_base,
                    others: Vec::new(),
                },
            }
        });
        match readings.next() {
            Some(first) => Resolved {
                others: readings.collect(),
                ..first
            },
            None => whole(true, None),
        }
    }

    /// Where no root is known, the working directory is the workspace, if it can be one.
    fn is_in_working_directory(&self, found: &Directory) -> bool {
        match self.start.origin {
            Origin::Rooted => is_workspace(&self.start) && found.below(&self.start).is_some(),
            Origin::Floating => found.below(&self.start).is_some(),
            // A climb from there looks the same as a path that stays inside.
            Origin::Climbed => !self.start.path.is_empty() && found.below(&self.start).is_some(),
        }
    }

    /// The place, and whether it is relative to an unknown base.
    fn find(&self, written: &str, base: &Base) -> Result<(Directory, bool), ActionError> {
        match base {
            Base::Known(base) => Ok((locate(written, base, &self.start, "target")?, false)),
            Base::Unknown => {
                let nowhere = Directory::new(Origin::Climbed);
                let found = locate(written, &nowhere, &self.start, "target")?;
                let unknown = found.origin != Origin::Rooted;
                Ok((found, unknown))
            }
        }
    }
}

/// A text that is wholly known holds no mark for what is unknown.
pub(super) fn known(text: &str) -> Cow<'_, str> {
    match text.contains(UNKNOWN) {
        true => Cow::Owned(text.replace(UNKNOWN, "\u{fffd}")),
        false => Cow::Borrowed(text),
    }
}
