//! Which files a search leaves alone while it walks.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What a search skips while it walks through a folder.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Search {
    /// Globs of the names of files that are skipped, such as `*.pem`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub excludes: Vec<String>,
    /// Globs of the names of the files that are opened, such as `*.ts`; a wildcard takes in a leading
    /// dot. Empty: every file.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub includes: Vec<String>,
    /// Names of files are printed, and nothing of what they hold.
    pub names_only: bool,
    /// Hidden files and folders are skipped, and what ignore files such as `.gitignore` name.
    pub respects_ignore: bool,
}
