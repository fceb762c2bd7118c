//! Changes of a journal's file while it is written.

use std::fmt;

/// How a file that is being written was changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FileChange {
    /// No file has the name any more.
    Removed,
    /// Its name leads to another file.
    Replaced,
    /// It is shorter than it was left.
    CutOff,
    /// Somebody else has written it.
    Written,
}

impl fmt::Display for FileChange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Removed => "was removed",
            Self::Replaced => "was replaced by another file",
            Self::CutOff => "was cut off",
            Self::Written => "was written by somebody else",
        })
    }
}
