//! `path NUL patterns, one a line NUL cwd NUL workspace root`: resolving and matching.

#![no_main]

use cavra_fuzz::action::facts::Anchor;
use cavra_fuzz::action::path::{Resolved, Resolver};
use cavra_fuzz::action::patterns::PathPatterns;
use cavra_fuzz::{place, texts};
use libfuzzer_sys::{Corpus, fuzz_target};

fuzz_target!(|input: &str| -> Corpus {
    let [written, patterns, cwd, root] = texts(input);
    let lines: Vec<&str> = patterns.lines().take(64).collect();
    let Ok(resolver) = Resolver::new(&place(cwd, root, "")) else {
        return Corpus::Reject;
    };
    let Ok(found) = resolver.resolve(written, &resolver.start()) else {
        return Corpus::Reject;
    };
    is_resolved(&found.path);
    is_stable(&found, root);
    if let Ok(patterns) = PathPatterns::new(&lines) {
        agree(&patterns, &found.path);
        overlap(&patterns, written);
    }
    Corpus::Keep
});

/// Nothing is left to resolve.
fn is_resolved(path: &str) {
    let plain = |segment| !matches!(segment, "" | "." | "..");
    assert!(path.is_empty() || path.split('/').all(plain), "{path:?}");
    assert!(!path.contains('\\'), "{path:?}");
}

/// Resolving what was resolved, from where its patterns are anchored, changes nothing.
fn is_stable(found: &Resolved, root: &str) {
    if found.path.is_empty() || found.anchor != Anchor::Workspace {
        return;
    }
    let Ok(at_root) = Resolver::new(&place("", root, "")) else {
        return;
    };
    // Over the limits, now that it is alone behind the root.
    if let Ok(again) = at_root.resolve(&format!("./{}", found.path), &at_root.start()) {
        assert_eq!(&again, found);
    }
}

/// A match at the root is one at any directory, and a file is found by a glob that covers it.
fn agree(patterns: &PathPatterns, path: &str) {
    let rooted = hits(patterns, path, Anchor::Workspace);
    let floating = hits(patterns, path, Anchor::AnyDirectory);
    assert!(
        covers(&floating, &rooted),
        "{path:?}: {floating:?}, {rooted:?}"
    );
    if path.is_empty() || path.contains(['*', '?', '[']) {
        return;
    }
    // A shell's `*` does not match a leading dot, and `**` here matches any walk.
    let (directory, name) = path.rsplit_once('/').unwrap_or(("", path));
    let slash = if directory.is_empty() { "" } else { "/" };
    let first = name.chars().next().map_or(String::new(), String::from);
    let globs = [
        path.to_owned(),
        format!("{directory}{slash}{first}*"),
        format!("{directory}{slash}**"),
        "**".to_owned(),
    ];
    for glob in globs {
        for (anchor, wanted) in [
            (Anchor::Workspace, &rooted),
            (Anchor::AnyDirectory, &floating),
        ] {
            let may = overlap_of(patterns, &glob, anchor);
            assert!(
                covers(&may, wanted),
                "{path:?} by {glob:?}: {may:?}, {wanted:?}"
            );
        }
    }
}

fn overlap(patterns: &PathPatterns, glob: &str) {
    overlap_of(patterns, glob, Anchor::Workspace);
    overlap_of(patterns, glob, Anchor::AnyDirectory);
}

fn hits(patterns: &PathPatterns, path: &str, anchor: Anchor) -> Vec<u32> {
    let mut hits = Vec::new();
    patterns.matches(path, anchor, &mut hits);
    is_ascending(&hits);
    hits
}

fn overlap_of(patterns: &PathPatterns, glob: &str, anchor: Anchor) -> Vec<u32> {
    let mut may = Vec::new();
    patterns.may_match(glob, anchor, &mut may);
    is_ascending(&may);
    assert_eq!(
        patterns.first_overlap(glob, anchor),
        may.first().copied(),
        "{glob:?}"
    );
    may
}

fn is_ascending(hits: &[u32]) {
    assert!(hits.is_sorted_by(|one, next| one < next), "{hits:?}");
}

fn covers(more: &[u32], fewer: &[u32]) -> bool {
    fewer.iter().all(|hit| more.contains(hit))
}
