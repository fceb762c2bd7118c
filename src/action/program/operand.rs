//! Paths among a command's words.

use super::super::shell::ShellWord;

/// A path among a command's words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Operand {
    /// The path as written.
    pub word: ShellWord,
    /// The kind of access.
    pub access: Access,
    /// Everything below it is touched too (`grep -r`, `tar`, `cp -r`, `rm -r`).
    pub recursive: bool,
}

/// The kind of access to a path.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Access {
    /// The content is read.
    Read,
    /// The file is created, changed or deleted.
    Write,
    /// As [`Self::Write`], and what has such a name is of a kind that the program makes itself: see
    /// [`PathAccess::own_kind`](crate::action::facts::PathAccess::own_kind).
    WriteOwnKind,
    /// The file or directory is deleted or moved, with everything in it.
    Remove,
}
