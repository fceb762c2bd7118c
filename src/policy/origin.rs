//! Where a pack came from, as every answer says it.

use std::fmt;

/// Where a pack came from. As text: what decisions call `policy_source`.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub enum Origin {
    /// The binary: a pack that ships with it.
    BuiltIn,
    /// A folder of packs.
    Folder {
        /// Who named the folder of packs.
        named_by: NamedBy,
        /// The pack's own folder.
        path: String,
    },
    /// A pack that was named by its own path.
    Path(String),
    /// Files that came along with a request, or were made by the program.
    #[default]
    Bundle,
}

/// Who named a folder of packs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum NamedBy {
    /// `--packs`
    Flag,
    /// `CAVRA_PACKS`
    Environment,
    /// Nobody: it is the folder for the whole machine.
    System,
    /// Nobody: it is the folder in the user's own configuration.
    User,
    /// Nobody: it lies in the working directory. Commands that judge never look there.
    WorkingDirectory,
}

impl NamedBy {
    /// The word before the path.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Flag => "packs",
            Self::Environment => "environment",
            Self::System => "system",
            Self::User => "user",
            Self::WorkingDirectory => "working-directory",
        }
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::BuiltIn => f.write_str("built-in"),
            Self::Folder { named_by, path } => write!(f, "{}:{path}", named_by.as_str()),
            Self::Path(path) => write!(f, "path:{path}"),
            Self::Bundle => f.write_str("bundle"),
        }
    }
}
