//! A path pattern in the parts that a host's rule needs.

/// Patterns that mean a family of names: `docs/formats.md`, "Path patterns".
const FAMILIES: [&str; 7] = [
    ".env",
    "secrets.*",
    "terraform.tfstate",
    "*.tfstate",
    "terraform.tfvars",
    "id_rsa",
    "krb5cc_*",
];
/// What is said of a pattern that no rule can spell.
pub(super) const UNSPELLABLE: &str = "it has characters that a rule of the host can't hold";
/// What is said of a rule that holds less than its pattern.
pub(super) const FAMILY: &str = "the pack means a family of names; the rule denies only this one";

/// Where a path pattern begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Anchor {
    /// In any directory.
    Anywhere,
    /// At the top of the workspace.
    Workspace,
    /// In the home folder.
    Home,
}

/// A path pattern that a rule can spell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct PathShape {
    pub(super) anchor: Anchor,
    /// The pattern behind its anchor.
    pub(super) glob: String,
    pub(super) is_family: bool,
}

impl PathShape {
    /// None for a pattern that has braces, parentheses or other characters that rules read as their own.
    pub(super) fn of(pattern: &str) -> Option<Self> {
        let plain = |it: char| {
            it.is_alphanumeric()
                || matches!(
                    it,
                    '.' | '_' | '-' | '/' | '*' | '?' | ' ' | '~' | '+' | '@'
                )
        };
        if pattern.is_empty() || !pattern.chars().all(plain) || pattern.trim() != pattern {
            return None;
        }
        let (anchor, rest) = match pattern {
            _ if pattern.starts_with("**/") => {
                (Anchor::Anywhere, pattern.trim_start_matches("**/"))
            }
            _ if pattern.starts_with("~/") => (Anchor::Home, pattern.trim_start_matches("~/")),
            _ if !pattern.contains('/') => (Anchor::Anywhere, pattern),
            _ => (Anchor::Workspace, pattern.trim_start_matches('/')),
        };
        let glob = match rest.strip_suffix('/') {
            Some(folder) => format!("{folder}/**"),
            None => rest.to_owned(),
        };
        if glob.contains('~') {
            return None;
        }
        Some(Self {
            anchor,
            glob,
            is_family: FAMILIES.contains(&pattern),
        })
    }
}
