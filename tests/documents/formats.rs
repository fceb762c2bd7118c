//! The first table of `docs/formats.md` has each document that `cavra schema` lists.

use std::collections::BTreeSet;
use std::process::Command;

use regex::Regex;

use super::markdown::documents;

/// The documents that have a schema, by the command itself.
fn listed() -> BTreeSet<String> {
    let mut command = Command::new(env!("CARGO_BIN_EXE_cavra"));
    let output = command.arg("schema").output().unwrap();
    assert!(output.status.success(), "{output:?}");
    let text = String::from_utf8(output.stdout).unwrap();
    let names = text.lines().filter_map(|line| line.split(' ').next());
    names.map(str::to_owned).collect()
}

#[test]
fn each_document_with_a_schema_has_a_row() {
    let documents = documents();
    let formats = documents.iter().find(|it| it.name == "docs/formats.md");
    let lines = formats.unwrap().prose().into_iter().map(|(_, line)| line);
    let rows = lines.skip_while(|line| !line.starts_with("| document |"));
    let rows: Vec<&str> = rows.take_while(|line| line.starts_with('|')).collect();
    let name = Regex::new("`(?:cavra schema )?([a-z-]+)`").unwrap();
    let mut named = BTreeSet::new();
    for row in rows.iter().skip(2) {
        let cells: Vec<&str> = row.trim_matches('|').split('|').collect();
        let [_, _, schemas] = cells[..] else {
            panic!("`{row}` has {} cells", cells.len());
        };
        for found in name.captures_iter(schemas) {
            assert!(named.insert(found[1].to_owned()), "`{row}` is there twice");
        }
    }
    assert_eq!(named, listed());
    assert!(named.len() >= 25, "only {} documents", named.len());
}
