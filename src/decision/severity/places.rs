//! How much harm an action could do by the places that it touches.

use super::Severity;
use crate::action::facts::{Facts, PathAccess};

/// Folders of the system below `/` (hier(7)), and those of macOS.
const SYSTEM: &[&str] = &[
    "Applications",
    "Library",
    "System",
    "bin",
    "boot",
    "dev",
    "etc",
    "lib",
    "lib32",
    "lib64",
    "libx32",
    "proc",
    "sbin",
    "sys",
    "usr",
    "var",
];
/// Folders below them that every program writes.
const TEMPORARY: &[&str] = &["var/folders/", "var/tmp/"];
/// Where macOS keeps `/etc`, `/tmp` and `/var`.
const PRIVATE: &str = "private/";

/// Low for reads in the workspace, medium for other reads and for writes, critical for writes of
/// the system.
pub(super) fn of(facts: &Facts) -> Severity {
    let mut writes = facts.writes.iter().chain(&facts.presumed_writes);
    if writes.clone().any(is_of_the_system) {
        return Severity::Critical;
    }
    let is_elsewhere = |access: &PathAccess| access.outside_workspace || access.device;
    match writes.next().is_some() || facts.reads.iter().any(is_elsewhere) {
        true => Severity::Medium,
        false => Severity::Low,
    }
}

fn is_of_the_system(access: &PathAccess) -> bool {
    if access.device {
        return true;
    }
    if !access.outside_workspace || !access.written.starts_with('/') {
        return false;
    }
    let path = access.path.as_str();
    let path = path.strip_prefix(PRIVATE).unwrap_or(path);
    let first = path.split('/').next().unwrap_or(path);
    // A glob at the root is everything.
    let is_system = SYSTEM.contains(&first) || first.contains(['*', '?', '[', '{']);
    is_system && !TEMPORARY.iter().any(|folder| path.starts_with(folder))
}
