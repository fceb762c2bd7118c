//! What a test needs of the machine. Where it is missing, a person's run says so and goes on; in
//! continuous integration, where the variable `CI` is set, the test fails, so that nothing is
//! skipped silently.

use std::path::PathBuf;

/// Whether `program` is on the `PATH`. The test must return if it is not.
///
/// # Panics
/// If it is not, and `CI` is set.
#[track_caller]
pub(crate) fn program(program: &str) -> bool {
    let is_here = find(program).is_some();
    if !is_here {
        skip(&format!("there is no `{program}` on the `PATH`"));
    }
    is_here
}

/// Says why the test that calls it does nothing more.
///
/// # Panics
/// If `CI` is set.
#[track_caller]
pub(crate) fn skip(reason: &str) {
    assert!(!is_ci(), "skipped, which fails where `CI` is set: {reason}");
    eprintln!("skipped: {reason}");
}

fn is_ci() -> bool {
    let set = std::env::var_os("CI");
    set.is_some_and(|value| !value.is_empty() && value != "false" && value != "0")
}

fn find(program: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    std::env::split_paths(&path)
        .map(|folder| folder.join(program))
        .find(|file| file.is_file())
}
