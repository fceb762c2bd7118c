//! JSON pointers (RFC 6901), and where two values differ.

use std::cell::OnceCell;

use serde_json::Value;
use serde_path_to_error::{Path, Segment};

use super::sentences::{digests, is_sentence};

/// Differences that one comparison names.
pub(crate) const MAX_DIFFERENCES: usize = 4;
/// Characters of a value that a message shows.
const MAX_SHOWN: usize = 80;

/// A key as one step of a pointer.
pub(crate) fn escape(key: &str) -> String {
    key.replace('~', "~0").replace('/', "~1")
}

/// The pointer to where deserialising stopped.
pub(crate) fn of_path(path: &Path) -> String {
    let mut pointer = String::new();
    for segment in path.iter() {
        let step = match segment {
            Segment::Seq { index } => index.to_string(),
            Segment::Map { key } => escape(key),
            Segment::Enum { variant } => escape(variant),
            Segment::Unknown => continue,
        };
        pointer.push('/');
        pointer.push_str(&step);
    }
    pointer
}

/// What a comparison of two values found.
#[derive(Debug, Default)]
pub(crate) struct Differences {
    /// Where they differ, at most [`MAX_DIFFERENCES`] places.
    pub(crate) faults: Vec<String>,
    /// Sentences in other words, which are no faults.
    pub(crate) reworded: usize,
}

/// Where `found` is not `expected`. `root` is the pointer to both.
pub(crate) fn differences(root: &str, expected: &Value, found: &Value) -> Differences {
    let mut comparison = Comparison {
        whole: expected,
        text: OnceCell::new(),
        out: Differences::default(),
    };
    comparison.compare(root.to_owned(), expected, found);
    comparison.out
}

struct Comparison<'a> {
    /// All that is expected.
    whole: &'a Value,
    /// The same as JSON, made when it is first needed.
    text: OnceCell<String>,
    out: Differences,
}

impl Comparison<'_> {
    fn compare(&mut self, at: String, expected: &Value, found: &Value) {
        if self.out.faults.len() >= MAX_DIFFERENCES || expected == found {
            return;
        }
        match (expected, found) {
            (Value::Object(expected), Value::Object(found)) => {
                for (key, value) in expected {
                    let at = format!("{at}/{}", escape(key));
                    match found.get(key) {
                        Some(found) => self.compare(at, value, found),
                        None => self.note(format!("`{at}` is missing")),
                    }
                }
                for key in found.keys().filter(|key| !expected.contains_key(*key)) {
                    self.note(format!("`{at}/{}` doesn't belong there", escape(key)));
                }
            }
            (Value::Array(expected), Value::Array(found)) if expected.len() == found.len() => {
                for (index, (expected, found)) in expected.iter().zip(found).enumerate() {
                    self.compare(format!("{at}/{index}"), expected, found);
                }
            }
            (Value::Array(expected), Value::Array(found)) => {
                let (expected, found) = (expected.len(), found.len());
                self.note(format!(
                    "`{at}` has {found} entries, should have {expected}"
                ));
            }
            (Value::String(_), Value::String(found)) if is_sentence(&at) => {
                self.sentence(&at, found);
            }
            _ => self.note(format!(
                "`{at}` is {}, should be {}",
                show(found),
                show(expected)
            )),
        }
    }

    /// A sentence in other words. It may name no digest that the rest does not.
    fn sentence(&mut self, at: &str, found: &str) {
        let whole = self.whole;
        let text = &self.text;
        let known = |digest: &str| text.get_or_init(|| whole.to_string()).contains(digest);
        match digests(found).find(|digest| !known(digest)) {
            Some(digest) => {
                let fault = format!("`{at}` names `{digest}`, which should not be there");
                self.note(fault);
            }
            None => self.out.reworded += 1,
        }
    }

    fn note(&mut self, difference: String) {
        if self.out.faults.len() < MAX_DIFFERENCES {
            self.out.faults.push(difference);
        }
    }
}

fn show(value: &Value) -> String {
    let text = value.to_string();
    if text.chars().count() <= MAX_SHOWN {
        return text;
    }
    let start: String = text.chars().take(MAX_SHOWN).collect();
    format!("{start}…")
}
