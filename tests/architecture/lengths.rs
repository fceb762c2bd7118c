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

/// Columns of a line of help. Clap wraps longer ones wherever a word ends.
const MAX_HELP_COLUMNS: usize = 100;

#[test]
fn lines_of_help_are_not_wrapped() {
    let files = sources(&root().join("src/cli"));
    let (mut texts, mut long) = (0, Vec::new());
    for file in files {
        let text = fs::read_to_string(&file).unwrap();
        let parts = text.split("HELP: &str = \"\\\n").skip(1);
        for help in parts.filter_map(|part| part.split("\";").next()) {
            texts += 1;
            let lines = help.replace("\\\\", "\\").replace("\\\"", "\"");
            let too_long = lines
                .lines()
                .filter(|line| line.chars().count() > MAX_HELP_COLUMNS);
            long.extend(too_long.map(|line| format!("{}: {line}", file.display())));
        }
    }
    assert!(texts > 40, "only {texts} texts were found");
    assert!(long.is_empty(), "{}", long.join("\n"));
}
