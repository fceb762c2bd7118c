//! Which refs a push would move, and which patterns they match.

use std::fs;

use cavra::action::facts::{Push, RefUpdate};
use cavra::action::git::{push_from_command, push_from_document};
use cavra::action::patterns::{RefPatterns, ref_matches};
use cavra::action::shell::ShellWord;

fn table(name: &str) -> Vec<Vec<String>> {
    let text = fs::read_to_string(format!("tests/data/git/{name}")).unwrap();
    text.lines()
        .filter(|line| !line.is_empty() && !line.starts_with('#'))
        .map(|line| {
            line.split(" | ")
                .map(|cell| cell.trim().to_owned())
                .collect()
        })
        .collect()
}

fn branch(cell: &str) -> Option<&str> {
    (cell != "-").then_some(cell)
}

fn show(update: &RefUpdate) -> String {
    let sign = |on, sign| if on { sign } else { "" };
    let kind = [
        sign(update.force, "+"),
        sign(update.delete, "-"),
        sign(update.glob, "*"),
    ]
    .concat();
    let name = update.name.as_str();
    let short = match name.strip_prefix("refs/") {
        Some(short) if short != "*" => short,
        _ => name,
    };
    format!("{kind}{short}")
}

fn show_reading(reading: &[RefUpdate]) -> String {
    reading.iter().map(show).collect::<Vec<_>>().join(" ")
}

fn notes(push: &Push) -> String {
    let note = |on, note| if on { note } else { "" };
    [
        note(push.unknown_target.is_some(), " unknown"),
        note(!push.known, " unlisted"),
        note(!push.writes, " reads"),
        note(push.dry_run, " dry"),
    ]
    .concat()
}

#[test]
fn commands_push_as_the_table_says() {
    let rows = table("pushes.txt");
    assert!(rows.len() > 50);
    for row in rows {
        let [current, line, want] = row.as_slice() else {
            panic!("not a row: {row:?}");
        };
        let words: Vec<ShellWord> = line
            .split(' ')
            .map(|text| ShellWord {
                dynamic: text.contains('$'),
                ..ShellWord::constant(text)
            })
            .collect();
        let push = push_from_command(&words, branch(current));
        assert_eq!(push.readings.len(), 1, "{row:?}");
        let refs = show_reading(&push.readings[0]);
        let got = format!("{} {refs}{}", push.operation, notes(&push));
        let got = got.split_whitespace().collect::<Vec<_>>().join(" ");
        assert_eq!(&got, want, "{row:?}: {push:?}");
    }
}

#[test]
fn documents_push_as_the_table_says() {
    let rows = table("documents.txt");
    assert!(rows.len() > 25);
    for row in rows {
        let [current, operation, target, want] = row.as_slice() else {
            panic!("not a row: {row:?}");
        };
        let push = push_from_document(operation, target, branch(current)).unwrap();
        let readings: Vec<String> = push
            .readings
            .iter()
            .map(|reading| format!("[{}]", show_reading(reading)))
            .collect();
        assert_eq!(
            &format!("{}{}", readings.join(" "), notes(&push)),
            want,
            "{row:?}"
        );
        assert_eq!(&push.operation, operation);
    }
}

#[test]
fn an_empty_document_names_the_field() {
    let error = push_from_document("push", "  ", None).unwrap_err();
    assert_eq!(error.field(), Some("target"));
    let error = push_from_document(" ", "origin/main", None).unwrap_err();
    assert_eq!(error.field(), Some("requested_operation"));
}

fn update(name: &str) -> RefUpdate {
    RefUpdate {
        excludes: Vec::new(),
        name: name.to_owned(),
        glob: name.contains('*'),
        delete: false,
        force: false,
    }
}

#[test]
fn branches_are_compared_as_whole_names() {
    let cases = [
        ("main", "refs/heads/main", true),
        ("main", "refs/heads/MAIN", true),
        ("Main", "refs/heads/main", true),
        ("main", "refs/heads/domain", false),
        ("main", "refs/heads/feature/main", false),
        ("main", "refs/heads/main/x", false),
        ("main", "refs/tags/main", false),
        ("*", "refs/tags/main", false),
        ("refs/heads/main", "refs/heads/main", true),
        ("release/*", "refs/heads/release/1", true),
        ("release/*", "refs/heads/release/1/hotfix", true),
        ("release/*", "refs/heads/release", false),
        ("release-?", "refs/heads/release-1", true),
        ("main", "refs/heads/*", true),
        ("main", "refs/*", true),
        ("main", "*", true),
        ("main", "refs/heads/m*", true),
        ("main", "refs/heads/f*", false),
        ("main", "refs/tags/*", false),
        ("release/*", "refs/heads/*/1", true),
        ("release/*", "refs/heads/rel*", true),
        ("release-[12]", "refs/heads/rel*", true),
        ("{main,master}", "refs/heads/mas*", true),
        ("{main,master}", "refs/heads/x*", false),
        ("release-[12]", "refs/heads/*-3", false),
        ("**/main", "refs/heads/main", true),
        ("**/main", "refs/heads/m*", true),
        ("**/main", "refs/heads/x*", true),
        ("a/**/main", "refs/heads/a/m*", true),
    ];
    for (pattern, name, want) in cases {
        let patterns = RefPatterns::new(&["other", pattern]).unwrap();
        let mut hits = vec![7];
        patterns.matches(&update(name), &mut hits);
        assert_eq!(hits.contains(&1), want, "{pattern} {name}");
        assert!(!hits.contains(&7));
        if !name.contains('*') {
            assert_eq!(ref_matches(pattern, name), want, "{pattern} {name}");
        }
    }
    assert!(ref_matches("main", "main"));
    assert_eq!(RefPatterns::new(&["ok", "a["]).unwrap_err().index, 1);
    assert_eq!(RefPatterns::new(&["", "a"]).unwrap_err().index, 0);
}
