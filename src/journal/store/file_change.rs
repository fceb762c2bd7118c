//! What can happen to a file of the journal while it is being written.

use std::fmt;

/// What happened to a file that is being written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FileChange {
    /// Its name leads nowhere.
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
