//! The workspace roots that an action names.

use super::directory::{Directory, Origin};
use super::doubt::is_doubtful_directory;
use super::locate::locate;
use super::resolver::known;
use super::workspace::is_workspace;
use crate::action::limits::MAX_WORKSPACE_ROOTS;
use crate::action::{ActionError, Place};

/// The document's name of the root that relative paths start from.
const FIRST: &str = "workspace_root";
/// The document's names of the further roots.
const FURTHER: [&str; MAX_WORKSPACE_ROOTS] = [
    "workspace_roots[0]",
    "workspace_roots[1]",
    "workspace_roots[2]",
    "workspace_roots[3]",
    "workspace_roots[4]",
    "workspace_roots[5]",
    "workspace_roots[6]",
    "workspace_roots[7]",
    "workspace_roots[8]",
    "workspace_roots[9]",
    "workspace_roots[10]",
    "workspace_roots[11]",
    "workspace_roots[12]",
    "workspace_roots[13]",
    "workspace_roots[14]",
    "workspace_roots[15]",
];

/// A root that the action names.
#[derive(Debug, Clone)]
pub(super) struct Root {
    pub(super) directory: Directory,
    /// The operator names it too: nothing above it is looked at.
    pub(super) named: bool,
    /// It can be a workspace. If not, nothing lies inside it.
    pub(super) usable: bool,
}

/// The roots, each once, the one that relative paths start from first.
#[derive(Debug, Clone)]
pub(super) struct Roots {
    all: Vec<Root>,
    /// Whether the first of `all` is `workspace_root`.
    has_first: bool,
    /// The greatest number of them that one path can lie in, at least 1.
    pub(super) deepest: usize,
}

impl Roots {
    /// Reads the roots of a place. The file system's root counts as none, and so does one that was
    /// named before.
    pub(super) fn read(place: &Place) -> Result<Self, ActionError> {
        let first = given(place.workspace_root.as_deref());
        if first.is_none() && !place.workspace_roots.is_empty() {
            return Err(ActionError::invalid(
                "workspace_roots",
                "are further roots; give `workspace_root` too",
            ));
        }
        if place.workspace_roots.len() > MAX_WORKSPACE_ROOTS {
            return Err(ActionError::TooLarge {
                field: "workspace_roots",
                unit: "entries",
                actual: place.workspace_roots.len(),
                limit: MAX_WORKSPACE_ROOTS,
            });
        }
        let first = first.map(|text| Root::read(text, place.root_named, FIRST));
        let first = first.transpose()?.flatten();
        let has_first = first.is_some();
        let mut all: Vec<Root> = first.into_iter().collect();
        for (root, field) in place.workspace_roots.iter().zip(FURTHER) {
            let root = Root::read(&root.path, root.named, field)?;
            let is_new = |root: &Root| all.iter().all(|known| !known.is(root));
            if let Some(root) = root.filter(is_new) {
                all.push(root);
            }
        }
        let around = |inner: &Root| all.iter().filter(|root| root.holds(inner)).count();
        let deepest = all.iter().map(around).max().unwrap_or(1);
        Ok(Self {
            all,
            has_first,
            deepest,
        })
    }

    pub(super) fn is_empty(&self) -> bool {
        self.all.is_empty()
    }

    /// `workspace_root`, unless it is none.
    pub(super) fn first(&self) -> Option<&Root> {
        self.all.first().filter(|_| self.has_first)
    }

    /// Each root, also one that can't be a workspace.
    pub(super) fn all(&self) -> impl Iterator<Item = &Directory> {
        self.all.iter().map(|root| &root.directory)
    }

    /// Those that can be a workspace.
    pub(super) fn usable(&self) -> impl Iterator<Item = &Root> {
        self.all.iter().filter(|root| root.usable)
    }

    /// The roots that a path lies in, each with the path below it.
    pub(super) fn around<'a>(
        &'a self,
        found: &'a Directory,
    ) -> impl Iterator<Item = (&'a Root, &'a str)> {
        let roots = self.all.iter();
        roots.filter_map(|root| Some((root, found.below(&root.directory)?)))
    }
}

impl Root {
    /// None for the file system's root.
    fn read(text: &str, named: bool, field: &'static str) -> Result<Option<Self>, ActionError> {
        let directory = root_directory(text, field)?;
        if directory.path.is_empty() {
            return Ok(None);
        }
        Ok(Some(Self {
            named,
            usable: named || is_workspace(&directory),
            directory,
        }))
    }

    fn holds(&self, other: &Self) -> bool {
        other.directory.below(&self.directory).is_some()
    }

    fn is(&self, other: &Self) -> bool {
        other.directory.below(&self.directory) == Some("")
    }
}

/// The directory that a root of an action names; an error names the `field`.
fn root_directory(text: &str, field: &'static str) -> Result<Directory, ActionError> {
    let nowhere = Directory::new(Origin::Floating);
    let directory = locate(&known(text), &nowhere, &nowhere, field)?;
    if directory.origin != Origin::Rooted {
        return Err(ActionError::invalid(
            field,
            format!("`{text}` is relative; give the whole path, such as `/home/dev/project`"),
        ));
    }
    if is_doubtful_directory(text) {
        return Err(doubtful(field));
    }
    Ok(directory)
}

/// The error of a directory that is another one on Windows than elsewhere.
pub(super) fn doubtful(field: &'static str) -> ActionError {
    ActionError::invalid(
        field,
        "has a backslash, which separates names only on Windows; begin it with a drive, such as `C:`",
    )
}

/// The path of a root as facts write it. None if it is no absolute path.
#[must_use]
pub fn root_path(text: &str) -> Option<String> {
    root_directory(text, FIRST).ok().map(|root| root.path)
}

/// A text that isn't empty.
pub(super) fn given(text: Option<&str>) -> Option<&str> {
    text.filter(|text| !text.is_empty())
}
