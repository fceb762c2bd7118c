//! Source files stay short, so that each is about one thing.

use std::fs;

use super::{root, sources};

/// Lines of a source file.
const MAX_LINES: usize = 400;

#[test]
fn source_files_are_short() {
    let files = sources(&root().join("src"));
    assert!(files.len() > 400, "only {} files were read", files.len());
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
