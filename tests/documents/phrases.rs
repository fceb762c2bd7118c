//! The phrases that `STYLE.md` lists occur in no document, help text or comment.
//!
//! Comments of Rego are not searched: every `*.rego` of the base rules, the library and the packs
//! is part of an effective digest, so that new words would void what is bound to it.

use std::fs;

use regex::{Regex, RegexBuilder};

use super::help::help_of_all_commands;
use super::markdown::{documents, files, root};

/// Folders of source, each with the extension of its files.
const SOURCES: &[(&str, &str)] = &[
    ("src", "rs"),
    ("tests", "rs"),
    ("benches", "rs"),
    ("fuzz/src", "rs"),
    ("fuzz/fuzz_targets", "rs"),
    ("hook/src", "rs"),
    ("hook/config/src", "rs"),
    ("hook/tests", "rs"),
    ("proto", "proto"),
];
/// How deep these folders are searched.
const DEPTH: usize = 8;

/// The regular expressions in `STYLE.md`.
pub(crate) struct Phrases(Vec<Regex>);

impl Phrases {
    pub(crate) fn read() -> Self {
        let documents = documents();
        let style = documents.iter().find(|it| it.name == "STYLE.md").unwrap();
        let blocks = style.blocks();
        let block = blocks.iter().find(|it| it.language == "regex").unwrap();
        let patterns = block.lines.iter().map(|pattern| {
            let mut builder = RegexBuilder::new(pattern);
            builder.case_insensitive(true).build().unwrap()
        });
        let phrases: Vec<_> = patterns.collect();
        assert!(phrases.len() >= 10, "{} phrases", phrases.len());
        Self(phrases)
    }

    /// The phrases in a text, each with its place: the number of the line at which its paragraph
    /// begins. A phrase may be broken over lines, so paragraphs are searched as one line.
    pub(crate) fn in_paragraphs<'a>(
        &self,
        name: &str,
        lines: impl IntoIterator<Item = (usize, Option<&'a str>)>,
    ) -> Vec<String> {
        let mut found = Vec::new();
        let (mut begin, mut paragraph) = (0, String::new());
        let end = [(0, None)];
        for (number, line) in lines.into_iter().chain(end) {
            match line {
                Some(line) => {
                    if paragraph.is_empty() {
                        begin = number;
                    }
                    paragraph.push_str(line.trim());
                    paragraph.push(' ');
                }
                None => {
                    let phrases = self.0.iter().flat_map(|it| it.find_iter(&paragraph));
                    found.extend(phrases.map(|it| format!("{name}:{begin}: `{}`", it.as_str())));
                    paragraph.clear();
                }
            }
        }
        found
    }
}

/// A line of prose: none between paragraphs.
fn prose(line: &str) -> Option<&str> {
    Some(line).filter(|it| !it.trim().is_empty())
}

/// The text of a comment, if the line is one or ends in one.
fn comment(line: &str) -> Option<&str> {
    let line = line.trim_start();
    let text = match line.strip_prefix("//") {
        Some(text) => text.strip_prefix(['/', '!']).unwrap_or(text),
        None => line.split_once(" // ")?.1,
    };
    Some(text)
}

#[test]
fn documents_hold_none() {
    let phrases = Phrases::read();
    let mut found = Vec::new();
    for document in documents() {
        let lines = document.prose().into_iter();
        found.extend(phrases.in_paragraphs(
            &document.name,
            lines.map(|(number, line)| (number, prose(line))),
        ));
        for block in document.blocks() {
            if block.language != "regex" {
                let lines = block.lines.iter().zip(block.line + 1..);
                let lines = lines.map(|(line, number)| (number, prose(line)));
                found.extend(phrases.in_paragraphs(&document.name, lines));
            }
        }
    }
    assert!(found.is_empty(), "{}", found.join("\n"));
}

#[test]
fn help_holds_none() {
    let phrases = Phrases::read();
    let mut found = Vec::new();
    for (command, help) in help_of_all_commands() {
        let lines = help.lines().zip(1..).map(|(line, at)| (at, prose(line)));
        found.extend(phrases.in_paragraphs(&format!("cavra {command}"), lines));
    }
    assert!(found.is_empty(), "{}", found.join("\n"));
}

#[test]
fn comments_hold_none() {
    let phrases = Phrases::read();
    let mut sources = vec![root().join("build.rs")];
    for (folder, extension) in SOURCES {
        sources.extend(files(&root().join(folder), extension, DEPTH));
    }
    assert!(sources.len() > 500, "only {} files", sources.len());
    let mut found = Vec::new();
    for path in sources {
        let name = path.strip_prefix(root()).unwrap().to_str().unwrap();
        let text = fs::read_to_string(&path).unwrap();
        let lines = text.lines().zip(1..).map(|(line, at)| (at, comment(line)));
        found.extend(phrases.in_paragraphs(name, lines));
    }
    assert!(found.is_empty(), "{}", found.join("\n"));
}

#[test]
fn a_planted_phrase_is_found() {
    let phrases = Phrases::read();
    let text =
        "let a = 1; // nothing\n/// Every record is held\n/// against its hash.\nlet b = 2;\n";
    let lines = text.lines().zip(1..).map(|(line, at)| (at, comment(line)));
    assert_eq!(
        phrases.in_paragraphs("a.rs", lines),
        ["a.rs:1: `held against`"]
    );
}
