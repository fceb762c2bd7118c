//! Implementations by others that a test runs: modules of Python.

use std::process::Command;

use super::needs;

/// Whether `python3` can import `modules`. The test must return if it can't; `install` is what pip
/// has to install then.
///
/// # Panics
/// If it can't, and `CI` is set.
#[track_caller]
pub(crate) fn has(modules: &str, install: &str) -> bool {
    if !needs::program("python3") {
        return false;
    }
    let import = format!("import {modules}");
    let found = Command::new("python3").args(["-c", &import]).output();
    let is_here = found.is_ok_and(|output| output.status.success());
    if !is_here {
        needs::skip(&format!(
            "python3 can't import {modules}: pip install '{install}'"
        ));
    }
    is_here
}
