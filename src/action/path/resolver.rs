use std::borrow::Cow;
use std::cell::OnceCell;

use super::directory::{Base, Directory, Origin};
use super::links::{self, Kind};
use super::locate::locate;
use super::partial::{UNKNOWN, with_unknowns};
use super::workspace::is_workspace;
use crate::action::facts::{Anchor, CallerRoot, Certainty, PathAccess};
use crate::action::{ActionError, Place};

/// Resolves what an agent wrote to the path that would be touched.
#[derive(Debug, Clone)]
pub struct Resolver {
    start: Directory,
    root: Option<Root>,
    /// Whether the directory that relative paths start from can be a workspace, once that was asked.
    starts_in_workspace: OnceCell<bool>,
}

/// The root that the action names.
#[derive(Debug, Clone)]
struct Root {
    directory: Directory,
    /// The operator names it too: nothing above it is looked at.
    named: bool,
    /// It can be a workspace. If not, nothing lies inside it.
    usable: bool,
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
}

impl Resolved {
    /// The access to it as a fact, of no command.
    #[must_use]
    pub fn access(&self, written: &str, certainty: Certainty, via: &str) -> PathAccess {
        PathAccess {
            anchor: self.anchor,
            certainty,
            command: None,
            device: self.kind == Kind::Device,
            outside_workspace: self.outside_workspace,
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
    /// If `cwd` or `workspace_root` holds a NUL byte or is over a limit, or if
    /// `workspace_root` is relative.
    pub fn new(place: &Place) -> Result<Self, ActionError> {
        let nowhere = Directory::new(Origin::Floating);
        let root = match given(place.workspace_root.as_deref()) {
            Some(text) => Root::read(text, place.root_named)?,
            None => None,
        };
        let above = match &root {
            Some(root) => Directory {
                from_root: root.directory.path.len(),
                ..root.directory.clone()
            },
            None => nowhere,
        };
        let mut start = match given(place.cwd.as_deref()) {
            Some(text) => locate(text, &above, &above, "cwd")?,
            None => above,
        };
        if start.origin == Origin::Floating && !start.path.is_empty() {
            // Relative to a root that nobody named: any of its directories could be it.
            start.origin = Origin::Climbed;
        }
        Ok(Self {
            start,
            root,
            starts_in_workspace: OnceCell::new(),
        })
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

    fn workspace(&self) -> &Directory {
        let usable = self.root.as_ref().filter(|root| root.usable);
        usable.map_or(&self.start, |root| &root.directory)
    }

    /// Whether `base` is known to lie inside the workspace (inside the directory that
    /// relative paths start from, if no root is known).
    #[must_use]
    pub fn is_inside(&self, base: &Base) -> bool {
        match base {
            Base::Known(directory) => directory.below(self.workspace()).is_some(),
            Base::Unknown => false,
        }
    }

    /// Whether `base` is the workspace root itself (the directory that relative paths start
    /// from, if no root is known): what belongs to the repository is known of no other.
    #[must_use]
    pub fn is_root(&self, base: &Base) -> bool {
        matches!(base, Base::Known(directory) if directory.below(self.workspace()) == Some(""))
    }

    /// Whether `base` is a directory whose whole path is known, and what counts as the workspace
    /// here can be one.
    #[must_use]
    pub fn is_placed(&self, base: &Base) -> bool {
        let is_whole = matches!(base, Base::Known(it) if it.origin == Origin::Rooted);
        is_whole
            && match &self.root {
                Some(root) => root.usable,
                None => *(self.starts_in_workspace).get_or_init(|| is_workspace(&self.start)),
            }
    }

    /// Whether `base` is the workspace root, and the action names that root.
    #[must_use]
    pub fn is_named_root(&self, base: &Base) -> bool {
        self.root.as_ref().is_some_and(|root| root.usable) && self.is_root(base)
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
        let unknown_root = |outside_workspace, root| Resolved {
            path: found.path.clone(),
            anchor: match found.origin {
                Origin::Floating => Anchor::Workspace,
                Origin::Rooted | Origin::Climbed => Anchor::AnyDirectory,
            },
            root,
            outside_workspace: outside_workspace && kind != Kind::Nothing,
            kind,
            unknown_base,
        };
        if unknown_base {
            return unknown_root(false, None);
        }
        let Some(root) = &self.root else {
            return unknown_root(!self.is_in_working_directory(&found), None);
        };
        let Some(inside) = found.below(&root.directory) else {
            return unknown_root(true, None);
        };
        let caller_root = (!root.named).then(|| CallerRoot {
            anywhere: !root.usable || found.from_root == 0,
            path: root.directory.path.clone(),
        });
        if !root.usable {
            return unknown_root(true, caller_root);
        }
        Resolved {
            path: inside.to_owned(),
            anchor: Anchor::Workspace,
            root: caller_root,
            outside_workspace: false,
            kind,
            unknown_base,
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

impl Root {
    /// None for the file system's root.
    fn read(text: &str, named: bool) -> Result<Option<Self>, ActionError> {
        let directory = root_directory(text)?;
        if directory.path.is_empty() {
            return Ok(None);
        }
        Ok(Some(Self {
            named,
            usable: named || is_workspace(&directory),
            directory,
        }))
    }
}

/// The directory that a `workspace_root` names.
pub(in crate::action) fn root_directory(text: &str) -> Result<Directory, ActionError> {
    let nowhere = Directory::new(Origin::Floating);
    let directory = locate(&known(text), &nowhere, &nowhere, "workspace_root")?;
    if directory.origin != Origin::Rooted {
        return Err(ActionError::invalid(
            "workspace_root",
            format!("`{text}` is relative; give the whole path, such as `/home/dev/project`"),
        ));
    }
    Ok(directory)
}

fn given(text: Option<&str>) -> Option<&str> {
    text.filter(|text| !text.is_empty())
}

/// A text that is wholly known holds no mark for what is unknown.
fn known(text: &str) -> Cow<'_, str> {
    match text.contains(UNKNOWN) {
        true => Cow::Owned(text.replace(UNKNOWN, "\u{fffd}")),
        false => Cow::Borrowed(text),
    }
}
