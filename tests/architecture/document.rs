//! `ARCHITECTURE.md` is true: its table of imports, and the files and folders that it names.

use std::fs;
use std::path::Path;

use super::root;
use super::table::IMPORTS;

/// The rows as `ARCHITECTURE.md` has to show them.
fn shown() -> String {
    let rows = IMPORTS.iter().map(|(folder, others)| {
        let others: Vec<String> = others.iter().map(|other| format!("`{other}`")).collect();
        let others = match others.is_empty() {
            true => "nothing".to_owned(),
            false => others.join(", "),
        };
        format!("| `{folder}` | {others} |\n")
    });
    format!(
        "| part of `src/` | may import |\n|---|---|\n{}",
        rows.collect::<String>()
    )
}

#[test]
fn the_document_shows_the_same_table() {
    let document = fs::read_to_string(root().join("ARCHITECTURE.md")).unwrap();
    let shown = shown();
    assert!(
        document.contains(&shown),
        "`ARCHITECTURE.md` has to hold:\n\n{shown}"
    );
}

/// Every `path` that `ARCHITECTURE.md` names in the source tree leads to something.
#[test]
fn the_document_names_what_is_there() {
    let document = fs::read_to_string(root().join("ARCHITECTURE.md")).unwrap();
    let tops = [
        "src/",
        "tests/",
        "policy-packs/",
        "proto/",
        "docs/",
        "benches/",
        "examples/",
        "hook/",
    ];
    let quoted = document.split('`').skip(1).step_by(2);
    let paths = quoted.filter(|quoted| tops.iter().any(|top| quoted.starts_with(top)));
    let mut count = 0;
    for path in paths.filter(|path| !path.contains(['*', '<'])) {
        assert!(root().join(path).exists(), "`{path}` is gone");
        count += 1;
    }
    assert!(count > 40, "only {count} paths were looked for");
}

/// The rows of the parts: the folder, and what is said of it.
fn parts(document: &str) -> Vec<(&str, &str)> {
    let rows = document.lines().filter_map(|line| {
        let (part, text) = line.strip_prefix("| `")?.split_once("` | ")?;
        part.ends_with('/').then_some((part, text))
    });
    rows.collect()
}

/// What a text names in a folder: `name.rs` and `name/`.
fn named_in(text: &str) -> impl Iterator<Item = &str> {
    let quoted = text.split('`').skip(1).step_by(2);
    quoted
        .filter(|name| !name.starts_with("src/") && !name.contains(['*', '<', ' ']))
        .filter(|name| name.ends_with('/') || name.ends_with(".rs"))
}

/// Whether `folder` has it, itself or in a folder below.
fn is_in(folder: &Path, name: &str) -> bool {
    let mut below = fs::read_dir(folder).unwrap().map(|it| it.unwrap().path());
    folder.join(name).exists() || below.any(|path| path.is_dir() && is_in(&path, name))
}

/// Every folder of the source has a row, and what a row names is in its folder.
#[test]
fn each_part_has_a_row_that_names_what_is_there() {
    let document = fs::read_to_string(root().join("ARCHITECTURE.md")).unwrap();
    let parts = parts(&document);
    for entry in fs::read_dir(root().join("src")).unwrap() {
        let entry = entry.unwrap();
        if entry.path().is_dir() {
            let part = format!("src/{}/", entry.file_name().to_str().unwrap());
            let has_row = parts.iter().any(|(known, _)| *known == part);
            assert!(has_row, "`{part}` has no row");
        }
    }
    let mut count = 0;
    for (part, text) in parts {
        for name in named_in(text) {
            let folder = root().join(part);
            assert!(is_in(&folder, name), "`{part}` has no `{name}`");
            count += 1;
        }
    }
    assert!(count > 30, "only {count} names were looked for");
}
