//! `target NUL operation NUL current branch NUL branch patterns, one a line`: which refs a push
//! moves, and which of them are protected.

#![no_main]

use cavra_fuzz::action::facts::{Push, RefUpdate};
use cavra_fuzz::action::git::{push_from_command, push_from_document};
use cavra_fuzz::action::patterns::{RefPatterns, ref_matches};
use cavra_fuzz::action::shell::ShellWord;
use cavra_fuzz::{given, texts};
use libfuzzer_sys::{Corpus, fuzz_target};

fuzz_target!(|input: &str| -> Corpus {
    let [target, operation, branch, patterns] = texts(input);
    let lines: Vec<&str> = patterns.lines().take(64).collect();
    let branch = given(branch);
    let operation = given(operation).unwrap_or_else(|| "push".to_owned());
    let words: Vec<ShellWord> = std::iter::once("push")
        .chain(target.split_whitespace())
        .map(ShellWord::constant)
        .collect();
    let command = push_from_command(&words, branch.as_deref());
    assert_eq!(
        command,
        push_from_command(&words, branch.as_deref()),
        "twice the same"
    );
    is_whole(&command);
    let Ok(document) = push_from_document(&operation, target, branch.as_deref()) else {
        return Corpus::Reject;
    };
    is_whole(&document);
    if operation == "push" && words.len() > 2 {
        assert_eq!(document.readings, command.readings, "document and command");
        assert_eq!(document.unknown_target, command.unknown_target);
    }
    if let Ok(patterns) = RefPatterns::new(&lines) {
        for update in document.readings.iter().chain(&command.readings).flatten() {
            is_judged_alike(&patterns, &lines, update);
        }
    }
    Corpus::Keep
});

/// Who knows no target of a push knows why.
fn is_whole(push: &Push) {
    let moves = push.readings.iter().any(|reading| !reading.is_empty());
    let known = push.known && push.writes && !push.dry_run;
    assert!(
        !known || moves || push.unknown_target.is_some() || only_tags(push),
        "{push:?}"
    );
}

/// `push --tags` moves no branch.
fn only_tags(push: &Push) -> bool {
    push.operation == "push" || push.operation.contains("tags")
}

/// The compiled set and the single pattern agree, and a name is no less than a glob of itself.
fn is_judged_alike(patterns: &RefPatterns, lines: &[&str], update: &RefUpdate) {
    let mut hits = Vec::new();
    let name = RefUpdate {
        glob: false,
        ..update.clone()
    };
    patterns.matches(&name, &mut hits);
    // What is no full name is taken for a branch's by `ref_matches` alone.
    let full = name.name.starts_with("refs/");
    for (index, pattern) in (0..).zip(lines).filter(|_| full) {
        assert_eq!(
            hits.contains(&index),
            ref_matches(pattern, &name.name),
            "{pattern:?} {name:?}"
        );
    }
    if !name.name.contains(['?', '[']) {
        let mut may = Vec::new();
        patterns.matches(
            &RefUpdate {
                glob: true,
                ..name.clone()
            },
            &mut may,
        );
        assert!(
            hits.iter().all(|hit| may.contains(hit)),
            "{name:?}: {may:?}, {hits:?}"
        );
    }
}
