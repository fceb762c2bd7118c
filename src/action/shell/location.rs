//! Where a shell is: its directory, the stack of `pushd`, and the branch that is checked out.

use std::rc::Rc;

use crate::action::limits::MAX_DIRECTORY_STACK;
use crate::action::path::Base;

/// A shell's place: what decides which paths and refs its commands touch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Location {
    /// The working directory.
    pub directory: Base,
    /// What `pushd` left behind, for `popd`; the last one on top. Shared, because every branch of a
    /// script copies its place, and paths may be long.
    pub stack: Vec<Rc<Base>>,
    /// The branch that is checked out.
    pub branch: Branch,
}

/// The branch that is checked out, at one point of a script.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Branch {
    /// The one from before the script, whichever that is.
    Initial,
    /// The script switched to it, in this directory.
    Switched {
        /// The branch.
        name: String,
        /// Where: what is checked out elsewhere is not known by that.
        directory: Base,
    },
    /// The script may have switched to one that is not known.
    Unknown,
}

impl Location {
    /// Puts a directory on the stack (`pushd`). The oldest of more than [`MAX_DIRECTORY_STACK`] is
    /// dropped: a shell that goes back that far is in a directory that is not known.
    pub(in crate::action) fn push(&mut self, directory: Base) {
        if self.stack.len() >= MAX_DIRECTORY_STACK {
            self.stack.remove(0);
        }
        self.stack.push(Rc::new(directory));
    }

    /// Takes the directory from the top of the stack (`popd`). It is unknown if the stack is empty.
    pub(in crate::action) fn pop(&mut self) -> Base {
        let top = self.stack.pop();
        top.map_or(Base::Unknown, Rc::unwrap_or_clone)
    }

    /// Either this or the other: what differs becomes unknown.
    pub(super) fn or(&mut self, other: &Self) {
        if self.directory != other.directory {
            self.directory = Base::Unknown;
        }
        if self.stack != other.stack {
            self.stack.clear();
        }
        if self.branch != other.branch {
            self.branch = Branch::Unknown;
        }
    }
}
