//! The worst actions that are known. `tests/data/worst/*.jsonl` describes them, one a line: a `head`,
//! a `block` so often that its `#`, the number, goes from 0 up to `repeat` or the text is as long as
//! it may be, and a `tail`. `cargo bench --bench worst` searches for others.

use serde::Deserialize;

use crate::kind::{Kind, Place};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Case {
    pub(crate) name: String,
    kind: Kind,
    #[serde(default)]
    head: String,
    block: String,
    repeat: usize,
    #[serde(default)]
    tail: String,
}

/// Bytes of a plan, at most.
const PLAN: usize = 4 << 20;

impl Case {
    /// The case's document, at a place.
    pub(crate) fn document(&self, place: Place) -> Vec<u8> {
        let (limit, between) = (self.kind.limit(PLAN), self.kind.between());
        let mut text = self.head.clone();
        for number in 0..self.repeat {
            let block = self.block.replace('#', &number.to_string());
            if text.len() + block.len() + between.len() + self.tail.len() > limit {
                break;
            }
            if number > 0 {
                text.push_str(between);
            }
            text.push_str(&block);
        }
        text.push_str(&self.tail);
        self.kind.document(&text, place)
    }
}

/// The packs that judge each case, and where it happens then: the baseline knows no place, and the
/// pack with the most effects all that can be known.
pub(crate) const WAYS: [(&str, Place); 2] = [
    ("cavra-ai-agent-baseline", Place::Unknown),
    ("cavra-coding-agent", Place::Workspace),
];

pub(crate) fn cases() -> Vec<Case> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/worst");
    let mut files: Vec<_> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|end| end == "jsonl"))
        .collect();
    files.sort();
    let texts = files
        .iter()
        .map(|path| std::fs::read_to_string(path).unwrap());
    let cases: Vec<Case> = texts
        .flat_map(|text| {
            let lines = text.lines().filter(|line| !line.is_empty());
            lines
                .map(|line| serde_json::from_str(line).expect(line))
                .collect::<Vec<Case>>()
        })
        .collect();
    assert!(cases.len() >= 120, "only {} cases", cases.len());
    cases
}
