//! Every relative link in the Markdown files leads to a file, and its anchor to a heading. Paths
//! that tell a contributor where to change what exist.

use std::collections::HashSet;
use std::fs;

use regex::Regex;

use super::markdown::{Document, documents, root};

/// Documents whose paths in backticks are those of files and folders of the repository.
const GUIDES: &[&str] = &["ARCHITECTURE.md", "CONTRIBUTING.md", "README.md"];

/// The anchors of a document's headings, as GitHub makes them.
fn anchors(document: &Document) -> HashSet<String> {
    let prose = document.prose().into_iter();
    let headings = prose.filter_map(|(_, line)| line.strip_prefix('#'));
    headings
        .map(|it| anchor(it.trim_start_matches('#').trim()))
        .collect()
}

fn anchor(heading: &str) -> String {
    heading
        .to_lowercase()
        .chars()
        .filter(|it| it.is_alphanumeric() || matches!(it, ' ' | '-' | '_'))
        .map(|it| if it == ' ' { '-' } else { it })
        .collect()
}

#[test]
fn relative_links_lead_to_something() {
    let link = Regex::new(r"\]\(([^)\s]+)\)").unwrap();
    let documents = documents();
    let (mut checked, mut broken) = (0, Vec::new());
    for document in &documents {
        for (number, line) in document.prose() {
            for target in link.captures_iter(line) {
                let target = &target[1];
                if target.starts_with("https://") {
                    continue;
                }
                checked += 1;
                if !leads(target, document, &documents) {
                    broken.push(format!("{}:{number}: {target}", document.name));
                }
            }
        }
    }
    assert!(broken.is_empty(), "{}", broken.join("\n"));
    assert!(checked > 50, "only {checked} links were found");
}

fn leads(target: &str, from: &Document, documents: &[Document]) -> bool {
    let (file, heading) = target.split_once('#').unwrap_or((target, ""));
    let path = match file {
        "" => from.path.clone(),
        file => from.path.parent().unwrap().join(file),
    };
    let Ok(path) = fs::canonicalize(path) else {
        return false;
    };
    let same = |it: &&Document| fs::canonicalize(&it.path).is_ok_and(|it| it == path);
    heading.is_empty()
        || documents
            .iter()
            .find(same)
            .is_some_and(|it| anchors(it).contains(heading))
}

#[test]
fn paths_in_guides_exist() {
    let path = Regex::new(
        r"`((?:src|tests|docs|examples|fuzz|benches|proto|\.ci|\.github)/[A-Za-z0-9_./-]+)`",
    )
    .unwrap();
    let (mut checked, mut missing) = (0, Vec::new());
    for document in documents() {
        if !GUIDES.contains(&document.name.as_str()) {
            continue;
        }
        for (number, line) in document.prose() {
            for found in path.captures_iter(line) {
                checked += 1;
                if !root().join(&found[1]).exists() {
                    missing.push(format!("{}:{number}: {}", document.name, &found[1]));
                }
            }
        }
    }
    assert!(missing.is_empty(), "{}", missing.join("\n"));
    assert!(checked > 50, "only {checked} paths were found");
}

#[test]
fn broken_links_are_found() {
    let documents = documents();
    let readme = documents.iter().find(|it| it.name == "README.md").unwrap();
    for broken in ["docs/nothing.md", "docs/facts.md#nothing", "#nothing"] {
        assert!(!leads(broken, readme, &documents), "{broken}");
    }
    for sound in [
        "docs/facts.md",
        "docs/facts.md#ready-rules",
        "#exit-codes",
        "examples",
    ] {
        assert!(leads(sound, readme, &documents), "{sound}");
    }
}
