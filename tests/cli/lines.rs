//! The law of `decide`: every line that isn't blank has one answer, in its place.

use proptest::prelude::*;
use serde_json::{Value, json};

use super::support::cavra_with;

/// A line of input, and what its answer must be: the target, or `None` for an error.
#[derive(Debug, Clone)]
struct Line {
    bytes: Vec<u8>,
    answer: Answer,
}

#[derive(Debug, Clone, PartialEq)]
enum Answer {
    Nothing,
    Decision(String),
    Error,
}

fn good() -> impl Strategy<Value = Line> {
    "[a-zé\\\\\"\u{202e}]{1,12}".prop_map(|target| Line {
        bytes: json!({"action_type": "read_file", "target": target, "requested_operation": "read"})
            .to_string()
            .into_bytes(),
        answer: Answer::Decision(target),
    })
}

fn line() -> impl Strategy<Value = Line> {
    let fixed = |bytes: &'static [u8], answer: Answer| {
        Just(Line {
            bytes: bytes.to_vec(),
            answer,
        })
    };
    let noise = prop::collection::vec(
        any::<u8>().prop_filter("ends a line", |it| *it != b'\n'),
        1..20,
    );
    prop_oneof![
        4 => good(),
        1 => fixed(b"", Answer::Nothing),
        1 => fixed(b" \t\r", Answer::Nothing),
        1 => fixed(b"{", Answer::Error),
        1 => fixed(b"}", Answer::Error),
        1 => fixed(b"{\"action_type\":\"read_file\"", Answer::Error),
        1 => fixed(b"[1,2]", Answer::Error),
        1 => fixed(b"null", Answer::Error),
        2 => noise.prop_map(|bytes| {
            let blank = bytes.trim_ascii().is_empty();
            let answer = if blank { Answer::Nothing } else { Answer::Error };
            Line { bytes, answer }
        }),
    ]
}

fn answer(document: &Value) -> Answer {
    match document["target"].as_str() {
        Some(target) => Answer::Decision(target.to_owned()),
        None => Answer::Error,
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn every_line_has_its_answer(first in good(), rest in prop::collection::vec(line(), 0..200), ended: bool) {
        // The first document may stretch over lines, so it is one that doesn't.
        let lines: Vec<Line> = [vec![first], rest].concat();
        let mut input = lines.iter().map(|line| line.bytes.as_slice()).collect::<Vec<_>>().join(&b'\n');
        if ended {
            input.push(b'\n');
        }
        let run = cavra_with(&["decide", "--output", "json"], input);
        let expected: Vec<(usize, &Line)> = (1..)
            .zip(&lines)
            .filter(|(_, line)| line.answer != Answer::Nothing)
            .collect();
        let answers = run.json_lines();
        prop_assert_eq!(answers.len(), expected.len());
        for (document, (number, line)) in answers.iter().zip(&expected) {
            prop_assert_eq!(&answer(document), &line.answer);
            if line.answer == Answer::Error {
                prop_assert_eq!(document["line"].as_u64(), Some(*number as u64));
            }
        }
        let bad = expected.iter().any(|(_, line)| line.answer == Answer::Error);
        prop_assert_eq!(run.code == 1, bad);
    }
}
