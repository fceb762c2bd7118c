//! Where a shell is: its directory, the stack of `pushd`, and the branch that is checked out.

use std::rc::Rc;

use crate::action::limits::{MAX_DIRECTORIES_ELSEWHERE, MAX_DIRECTORY_STACK};
use crate::action::path::Base;

/// A shell's place: what decides which paths and refs its commands touch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Location {
    /// The working directory.
    pub directory: Base,
    /// Where the shell may be as well, because a `cd` may have failed.
    pub elsewhere: Vec<Base>,
    /// Where it is if a `cd` of the present list (`a && b`) failed. What the list goes on with runs only
    /// if none did.
    pub(in crate::action) unless_failed: Vec<Base>,
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

    /// Goes to another directory, from wherever the shell may be.
    pub(in crate::action) fn change(&mut self, to: impl Fn(&Base) -> Base) {
        self.directory = to(&self.directory);
        for other in std::mem::take(&mut self.elsewhere) {
            self.may_be_in(to(&other));
        }
    }

    /// Returns to the directory of `outer`, on the branch of this place.
    pub(in crate::action) fn returns_to(&mut self, outer: Self) {
        self.directory = outer.directory;
        self.elsewhere = outer.elsewhere;
        self.unless_failed = outer.unless_failed;
    }

    /// The change of directory since `before` may fail. Of more places than [`MAX_DIRECTORIES_ELSEWHERE`] nothing
    /// is known: they are copied wherever the shell may branch.
    pub(in crate::action) fn may_fail(&mut self, before: Self) {
        for directory in [before.directory].into_iter().chain(before.elsewhere) {
            if self.unless_failed.contains(&directory) {
                continue;
            }
            match self.unless_failed.len() < MAX_DIRECTORIES_ELSEWHERE {
                true => self.unless_failed.push(directory),
                false => self.unless_failed = vec![Base::Unknown],
            }
        }
    }

    /// The list ends: what follows runs whether or not a `cd` in it failed.
    pub(super) fn settle(&mut self) {
        for directory in std::mem::take(&mut self.unless_failed) {
            self.may_be_in(directory);
        }
    }

    /// The shell may be in this directory as well.
    fn may_be_in(&mut self, directory: Base) {
        if self.directory == Base::Unknown
            || self.directory == directory
            || self.elsewhere.contains(&directory)
        {
            return;
        }
        if directory == Base::Unknown || self.elsewhere.len() >= MAX_DIRECTORIES_ELSEWHERE {
            self.directory = Base::Unknown;
            self.elsewhere.clear();
        } else {
            self.elsewhere.push(directory);
        }
    }

    /// Either this or the other: what differs becomes unknown.
    pub(super) fn or(&mut self, other: &Self) {
        if self.directory != other.directory {
            self.directory = Base::Unknown;
            self.elsewhere.clear();
        }
        for directory in other.elsewhere.iter().chain(&other.unless_failed) {
            self.may_be_in(directory.clone());
        }
        if self.stack != other.stack {
            self.stack.clear();
        }
        if self.branch != other.branch {
            self.branch = Branch::Unknown;
        }
    }
}
