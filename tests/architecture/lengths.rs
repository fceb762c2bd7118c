//! Files stay short, so that each is about one thing.

use std::fs;

use super::{root, sources};

/// Lines of a file of Rust.
const MAX_LINES: usize = 400;
/// Folders of Rust that people read.
const FOLDERS: [&str; 5] = ["src", "tests", "hook", "benches", "fuzz/fuzz_targets"];

#[test]
fn files_are_short() {
    let files: Vec<_> = FOLDERS
        .iter()
        .flat_map(|folder| sources(&root().join(folder)))
        .collect();
    assert!(files.len() > 700, "only {} files were read", files.len());
    let long: Vec<String> = files
        .iter()
        .filter_map(|file| {
            let lines = fs::read_to_string(file).unwrap().lines().count();
            (lines > MAX_LINES).then(|| format!("{}: {lines} lines", file.display()))
        })
        .collect();
    assert!(
        long.is_empty(),
        "more than {MAX_LINES} lines:\n{}",
        long.join("\n")
    );
}
