//! Whether a directory holds the code of the workspace's own project.

use super::directory::Base;
use super::resolver::Resolver;
use crate::action::patterns::glob::fold;

/// Folders of a project that hold code of others, or a repository of their own.
const FOREIGN: &[&str] = &[
    ".bundle",
    ".cache",
    ".cargo",
    ".conda",
    ".dart_tool",
    ".devbox",
    ".direnv",
    ".eggs",
    ".git",
    ".gradle",
    ".npm",
    ".nuget",
    ".pixi",
    ".pnpm-store",
    ".pub-cache",
    ".stack-work",
    ".terraform",
    ".tox",
    ".venv",
    ".yarn",
    "_deps",
    "bower_components",
    "deps",
    "dist-newstyle",
    "elm-stuff",
    "jspm_packages",
    "node_modules",
    "pods",
    "site-packages",
    "third-party",
    "thirdparty",
    "web_modules",
    "third_party",
    "vendor",
    "venv",
];
/// Temporary folders (hier(7); macOS; Windows). Anybody may have written what is in them.
const TEMPORARY: &[&str] = &["tmp", "private/tmp", "var/tmp", "var/folders"];
const WINDOWS_TEMPORARY: &str = "/appdata/local/temp";

impl Resolver {
    /// Whether `base` is the workspace or a directory of it, none that holds code of others, and the
    /// workspace is not in a temporary folder. Only a path says so: a folder may be a link.
    #[must_use]
    pub fn holds_project(&self, base: &Base) -> bool {
        let Base::Known(directory) = base else {
            return false;
        };
        let Some(below) = self.below_workspace(base) else {
            return false;
        };
        let is_foreign = is_foreign(below);
        let whole = fold(&directory.path);
        let is_below = |folder: &&str| {
            let rest = whole.strip_prefix(*folder);
            rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        };
        let is_temporary = TEMPORARY.iter().any(is_below) || whole.contains(WINDOWS_TEMPORARY);
        !is_foreign && !is_temporary
    }

    /// Whether `base` is a folder of the workspace that holds code of others.
    #[must_use]
    pub fn holds_foreign_code(&self, base: &Base) -> bool {
        self.below_workspace(base).is_some_and(is_foreign)
    }
}

/// Whether a path leads into a folder that holds code of others.
#[must_use]
pub fn is_foreign(path: &str) -> bool {
    fold(path)
        .split('/')
        .any(|segment| FOREIGN.contains(&segment))
}
