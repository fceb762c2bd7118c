//! Whether a pack's files are in version control. This is measured, never assumed.

/// The reason that is given for a versioned pack.
pub const TRACKED_AND_CLEAN: &str = "every file is tracked and as it was committed";

/// What git reports about the folder that holds a pack.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Versioning {
    /// The commit and folder that hold the pack as it is on disk; absent if there is none.
    pub source: Option<SourceRef>,
    /// What was found, for a person: [`TRACKED_AND_CLEAN`], or why the pack isn't versioned.
    pub reason: String,
}

impl Versioning {
    /// A pack that is versioned at `source`.
    #[must_use]
    pub fn versioned(source: SourceRef) -> Self {
        Self {
            source: Some(source),
            reason: TRACKED_AND_CLEAN.to_owned(),
        }
    }

    /// A pack that is not versioned, with the reason.
    #[must_use]
    pub fn unversioned(reason: impl Into<String>) -> Self {
        Self {
            source: None,
            reason: reason.into(),
        }
    }

    /// Every file of the pack is tracked, and none differs from the commit.
    #[must_use]
    pub fn is_versioned(&self) -> bool {
        self.source.is_some()
    }
}

/// A folder at a commit, written `git:COMMIT:FOLDER`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SourceRef {
    /// The full object name: 40 or 64 lower-case hex digits.
    pub commit: String,
    /// Relative to the repository's root, `/`-separated; empty for the root itself.
    pub folder: String,
}

/// Why a text is not a [`SourceRef`].
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not `git:COMMIT:FOLDER` with a full object name and a relative folder")]
pub struct SourceRefError(String);

impl std::fmt::Display for SourceRef {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "git:{}:{}", self.commit, self.folder)
    }
}

impl std::str::FromStr for SourceRef {
    type Err = SourceRefError;

    fn from_str(text: &str) -> Result<Self, SourceRefError> {
        let malformed = || SourceRefError(text.to_owned());
        let rest = text.strip_prefix("git:").ok_or_else(malformed)?;
        let (commit, folder) = rest.split_once(':').ok_or_else(malformed)?;
        let hex = |digit: &u8| matches!(digit, b'0'..=b'9' | b'a'..=b'f');
        let full = matches!(commit.len(), 40 | 64) && commit.as_bytes().iter().all(hex);
        let relative = folder.is_empty()
            || folder
                .split('/')
                .all(|part| !matches!(part, "" | "." | ".."));
        if !full || !relative || folder.contains('\0') {
            return Err(malformed());
        }
        Ok(Self {
            commit: commit.to_owned(),
            folder: folder.to_owned(),
        })
    }
}
