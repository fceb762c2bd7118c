//! Which directories are nobody's workspace: a caller that names one as its root would call
//! the whole machine, a whole home or the guard's own files its workspace.

use super::directory::{Directory, Origin};
use crate::action::patterns::glob::fold;

/// Directories that are no workspace, and nothing below them is (hier(7), Filesystem Hierarchy
/// Standard 3.0; macOS; Windows).
const TREES: &[&str] = &[
    "applications",
    "bin",
    "boot",
    "dev",
    "etc",
    "lib",
    "lib32",
    "lib64",
    "libx32",
    "library",
    "lost+found",
    "proc",
    "run",
    "sbin",
    "sys",
    "system",
    "usr/bin",
    "usr/etc",
    "usr/include",
    "usr/lib",
    "usr/lib32",
    "usr/lib64",
    "usr/libexec",
    "usr/local/bin",
    "usr/local/etc",
    "usr/local/include",
    "usr/local/lib",
    "usr/local/sbin",
    "usr/sbin",
    "var/backups",
    "var/cache",
    "var/db",
    "var/lock",
    "var/log",
    "var/mail",
    "var/run",
    "var/spool",
];
/// Directories that are no workspace themselves, although workspaces may be below them.
const ROOTS: &[&str] = &[
    "export/home",
    "home",
    "media",
    "mnt",
    "private",
    "root",
    "usr",
    "usr/home",
    "usr/local",
    "usr/share",
    "usr/src",
    "users",
    "var",
    "var/home",
    "var/lib",
    "var/root",
    "volumes",
];
/// Directories whose entries are home directories.
const HOMES: &[&str] = &["export/home", "home", "usr/home", "users", "var/home"];
/// Directories whose entries are home directories, on a Windows drive, after `c:/`.
const DRIVE_TREES: &[&str] = &[
    "program files",
    "program files (x86)",
    "programdata",
    "windows",
];
const DRIVE_HOMES: &[&str] = &["users", "documents and settings"];
/// Directories that hold credentials, or what runs later, wherever they lie.
const PROTECTED: &[&str] = &[
    ".aws",
    ".azure",
    ".circleci",
    ".docker",
    ".git",
    ".github",
    ".gnupg",
    ".husky",
    ".kube",
    ".oci",
    ".password-store",
    ".ssh",
    ".terraform.d",
    ".vscode",
];

/// Whether a directory that a caller names can be a workspace.
pub(super) fn is_workspace(directory: &Directory) -> bool {
    if directory.origin != Origin::Rooted || directory.path.is_empty() {
        return false;
    }
    let path = fold(&directory.path);
    !path.split('/').any(|segment| PROTECTED.contains(&segment)) && !is_of_machine(directory)
}

/// Whether a directory is the whole machine, a whole home, or the system's.
pub(super) fn is_of_machine(directory: &Directory) -> bool {
    let path = fold(&directory.path);
    directory.origin == Origin::Rooted
        && match on_windows(&path) {
            Some(path) => path.is_empty() || is_taken(path, DRIVE_TREES, DRIVE_HOMES, DRIVE_HOMES),
            None => path.is_empty() || is_home_mark(&path) || is_taken(&path, TREES, ROOTS, HOMES),
        }
}

fn is_taken(path: &str, trees: &[&str], roots: &[&str], homes: &[&str]) -> bool {
    let below = |tree: &&str| {
        path.strip_prefix(*tree)
            .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    };
    let home = path
        .rsplit_once('/')
        .is_some_and(|(parent, _)| homes.contains(&parent));
    roots.contains(&path) || home || trees.iter().any(below)
}

/// `~` and `~user`.
fn is_home_mark(path: &str) -> bool {
    path.starts_with('~') && !path.contains('/')
}

/// The path on a Windows drive, also where WSL mounts it (`/mnt/c`).
fn on_windows(path: &str) -> Option<&str> {
    let first = |path: &'_ str| {
        path.split_once('/')
            .map_or(path.len(), |(name, _)| name.len())
    };
    let (mounted, path) = match path.strip_prefix("mnt/") {
        Some(rest) => (true, rest),
        None => (false, path),
    };
    let (drive, rest) = path.split_at(first(path));
    let is_drive = match drive.as_bytes() {
        [letter, b':'] => letter.is_ascii_alphabetic(),
        [letter] => mounted && letter.is_ascii_alphabetic(),
        _ => false,
    };
    is_drive.then(|| rest.trim_start_matches('/'))
}
