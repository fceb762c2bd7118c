//! Backslash escapes, compared with bash: of `$'…'`, `${x@E}`, `echo -e` and `printf`.
//!
//! An escape that is decoded otherwise hides a command (`bash -c $'echo a\x{3b}rm …'`) or a path.

use std::io::Write;
use std::process::{Command, Stdio};

use cavra::action::program::constant_output;
use cavra::action::shell::ShellWord;
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;

use crate::shell_oracle::facts;

/// The text between two outputs. The alphabet can't make it.
const MARK: &str = "<<next>>";
const TEXTS: usize = 6_000;

/// Parts of a text. Most begin or go on with an escape.
const PARTS: &[&str] = &[
    "\\x", "\\x", "\\x{", "\\x{", "\\u", "\\U", "\\c", "\\c", "\\", "\\", "\\\\", "\\0", "{", "}",
    "}", "0", "1", "3", "4", "7", "8", "a", "b", "f", "F", "3b", "73", "473", "0073", "d800",
    "00110000", "7fffffff", "g", "z", "x", "u", "U", "c", "n", "e", "E", "?", "\"", "`", "$", "@",
    "é", " ", "\n",
];

fn texts(parts: &'static [&'static str]) -> Vec<String> {
    let mut runner = TestRunner::default();
    let strategy = prop::collection::vec(prop::sample::select(parts), 1..8);
    let text = |_| {
        let tree = strategy.new_tree(&mut runner).expect("a text");
        tree.current().concat()
    };
    (0..TEXTS).map(text).collect()
}

/// What bash prints for each of these scripts.
fn printed(scripts: &[String]) -> Vec<Vec<u8>> {
    let mut child = Command::new("/bin/bash")
        .args(["--noprofile", "--norc"])
        .env("LC_ALL", "C.UTF-8")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .expect("bash");
    let script: String = scripts
        .iter()
        .map(|script| format!("{script}\nprintf '%s' '{MARK}'\n"))
        .collect();
    let mut stdin = child.stdin.take().expect("its input");
    let writer = std::thread::spawn(move || stdin.write_all(script.as_bytes()));
    let output = child.wait_with_output().expect("its output").stdout;
    writer.join().expect("a thread").expect("it reads all");
    let mut outputs = Vec::new();
    let mut rest = output.as_slice();
    let is_mark = |window: &[u8]| window == MARK.as_bytes();
    while let Some(at) = rest.windows(MARK.len()).position(is_mark) {
        outputs.push(rest[..at].to_vec());
        rest = &rest[at + MARK.len()..];
    }
    assert_eq!(outputs.len(), scripts.len(), "bash stopped");
    outputs
}

/// The second word of the last command of a line.
fn word(line: &str) -> String {
    let facts = facts(line);
    let words = &facts.commands.last().expect("a command").words;

    words[1].text.clone()
}

/// Compares the word that bash gives a program with that of the facts.
fn compare_words(texts: &[String], line: impl Fn(&str, &str) -> String) {
    let scripts: Vec<String> = texts.iter().map(|text| line("printf %s", text)).collect();
    for (text, bytes) in texts.iter().zip(printed(&scripts)) {
        let want = String::from_utf8_lossy(&bytes).into_owned();
        assert_eq!(word(&line("alpha", text)), want, "{text:?}");
    }
}

/// Without what would end `$'…'` early, or escape the quote behind it.
fn closed(text: &str) -> String {
    let mut out = String::new();
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        match (c, chars.as_str().chars().next()) {
            ('\\', None) | ('\'', _) => {}
            ('\\', Some(escape)) => {
                chars.next();
                out.extend([c, escape]);
            }
            _ => out.push(c),
        }
    }
    out
}

#[test]
fn a_quoted_text_is_what_bash_makes_of_it() {
    let with_quotes = |(at, text): (usize, String)| match at % 3 {
        0 => closed(&text.replace('z', "\\'")),
        _ => closed(&text),
    };
    let texts = texts(PARTS).into_iter().enumerate();
    let texts: Vec<String> = texts.map(with_quotes).collect();
    compare_words(&texts, |program, text| format!("{program} $'{text}'"));
}

#[test]
fn an_expanded_text_is_what_bash_makes_of_it() {
    compare_words(&texts(PARTS), |program, text| {
        format!("x='{text}'; {program} \"${{x@E}}\"")
    });
}

/// What `echo` and `printf` print is known as bash prints it, or not known.
fn compare_outputs(calls: &[Vec<String>]) {
    let quoted = |call: &Vec<String>| {
        let words = call.iter().map(|word| format!("'{word}'"));
        words.collect::<Vec<_>>().join(" ")
    };
    let scripts: Vec<String> = calls.iter().map(quoted).collect();
    let mut known = 0;
    for (call, bytes) in calls.iter().zip(printed(&scripts)) {
        let words: Vec<ShellWord> = call.iter().map(ShellWord::constant).collect();
        if let Some(text) = constant_output(&words) {
            known += 1;
            assert_eq!(text, String::from_utf8_lossy(&bytes), "{call:?}");
        }
    }
    assert!(known * 3 > calls.len(), "{known} outputs are known");
}

fn call(words: &[&str]) -> Vec<String> {
    words.iter().map(|word| (*word).to_owned()).collect()
}

#[test]
fn an_echoed_text_is_what_bash_prints() {
    let calls = texts(PARTS).into_iter();
    compare_outputs(
        &calls
            .map(|text| call(&["echo", "-e", &text]))
            .collect::<Vec<_>>(),
    );
}

#[test]
fn a_format_is_what_bash_prints() {
    const FORMATS: &[&str] = &[
        "%s", "%b", "%b", "%d", "%c", "%%", "\\x", "\\u", "\\c", "\\", "\\\\", "\\0", "\\47", "3",
        "7", "b", "473", "\"", "a", " ", "\n", "é",
    ];
    let values = texts(PARTS).into_iter();
    let calls = texts(FORMATS).into_iter().zip(values);
    let number = |at: usize| ["7", "-1", "010", ""][at % 4];
    let calls = calls.enumerate().map(|(at, (format, value))| {
        call(&["printf", "--", &format, &value, number(at), "b\\73\\c"])
    });
    compare_outputs(&calls.collect::<Vec<_>>());
}
