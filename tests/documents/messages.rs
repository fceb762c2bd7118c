//! The texts in the source, most of which are messages: they hold none of the phrases that `STYLE.md`
//! lists, and no run of spaces where a line was broken.

use std::fs;

use proc_macro2::{Group, TokenStream, TokenTree};
use regex::Regex;
use syn::LitStr;

use super::markdown::{files, root};
use super::phrases::Phrases;

/// Folders whose texts people read.
const FOLDERS: [&str; 3] = ["src", "hook/src", "hook/config/src"];
/// How deep these folders are searched.
const DEPTH: usize = 8;

/// Every text of a source file, in macros too. A single word is not a message.
fn texts(source: &str) -> Vec<String> {
    let mut found = Vec::new();
    collect(source.parse().unwrap(), &mut found);
    found.retain(|text| text.contains(' '));
    found
}

fn collect(tokens: TokenStream, found: &mut Vec<String>) {
    for token in tokens {
        match token {
            TokenTree::Group(group) if !is_doc_comment(&group) => collect(group.stream(), found),
            TokenTree::Literal(literal) => {
                if let Ok(text) = syn::parse_str::<LitStr>(&literal.to_string()) {
                    found.push(text.value());
                }
            }
            TokenTree::Group(_) | TokenTree::Ident(_) | TokenTree::Punct(_) => {}
        }
    }
}

/// `[doc = "…"]`, a single line of a comment: `phrases.rs` reads comments whole.
fn is_doc_comment(group: &Group) -> bool {
    let first = group.stream().into_iter().next();
    matches!(first, Some(TokenTree::Ident(name)) if name == "doc")
}

#[test]
fn messages_hold_no_listed_phrase_and_no_broken_line() {
    let phrases = Phrases::read();
    // Columns of a table are after a word or two.
    let broken = Regex::new(r"^[^\n]*\w+ \w+ [\w,;`}]+ {8,}\w[^\n]*$").unwrap();
    let (mut found, mut count) = (Vec::new(), 0);
    let sources = FOLDERS.map(|folder| files(&root().join(folder), "rs", DEPTH));
    for path in sources.iter().flatten() {
        let name = path.strip_prefix(root()).unwrap().display().to_string();
        for text in texts(&fs::read_to_string(path).unwrap()) {
            count += 1;
            let lines = [(0, Some(text.as_str())), (0, None)];
            let held = phrases.in_paragraphs(&name, lines).into_iter();
            found.extend(held.map(|phrase| format!("{phrase} in `{text}`")));
            if broken.is_match(&text) {
                found.push(format!("{name}: spaces inside `{text}`"));
            }
        }
    }
    assert!(count > 5_000, "only {count} texts were read");
    assert!(found.is_empty(), "{}", found.join("\n"));
}

#[test]
fn a_planted_text_is_found_in_a_macro_too() {
    let source = r#"fn f() { println!("{}", format!("no engine is at hand")) }"#;
    assert_eq!(texts(source), ["no engine is at hand"]);
}
