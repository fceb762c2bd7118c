//! Where a pack was loaded from, as every answer states it.

use std::fmt;

/// Where a pack was loaded from. Its text is the `policy_source` of a decision.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub enum Origin {
    /// The binary itself, which holds the shipped packs.
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
    /// Files that were sent with a request, or that the program made.
    #[default]
    Bundle,
    /// The bundles that an authority's journal keeps.
    Store,
}

/// Who named a folder of packs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum NamedBy {
    /// `--packs`
    Flag,
    /// `CAVRA_PACKS`
    Environment,
    /// Nobody. It is the folder for the whole machine.
    System,
    /// Nobody. It is the folder in the user's own configuration.
    User,
    /// Nobody. It is in the working directory, where commands that judge never look.
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
            Self::Store => f.write_str("store"),
        }
    }
}
