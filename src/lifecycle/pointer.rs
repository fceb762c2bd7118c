//! JSON pointers (RFC 6901), and where two values differ.

use serde_json::Value;
use serde_path_to_error::{Path, Segment};

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

/// Where `found` is not `expected`, at most [`MAX_DIFFERENCES`] places below `root`.
pub(crate) fn differences(root: &str, expected: &Value, found: &Value) -> Vec<String> {
    let mut differences = Vec::new();
    compare(root.to_owned(), expected, found, &mut differences);
    differences
}

fn compare(at: String, expected: &Value, found: &Value, out: &mut Vec<String>) {
    if out.len() >= MAX_DIFFERENCES || expected == found {
        return;
    }
    match (expected, found) {
        (Value::Object(expected), Value::Object(found)) => {
            for (key, value) in expected {
                let at = format!("{at}/{}", escape(key));
                match found.get(key) {
                    Some(found) => compare(at, value, found, out),
                    None => note(format!("`{at}` is missing"), out),
                }
            }
            for key in found.keys().filter(|key| !expected.contains_key(*key)) {
                note(format!("`{at}/{}` doesn't belong there", escape(key)), out);
            }
        }
        (Value::Array(expected), Value::Array(found)) if expected.len() == found.len() => {
            for (index, (expected, found)) in expected.iter().zip(found).enumerate() {
                compare(format!("{at}/{index}"), expected, found, out);
            }
        }
        (Value::Array(expected), Value::Array(found)) => {
            let (expected, found) = (expected.len(), found.len());
            note(
                format!("`{at}` has {found} entries, should have {expected}"),
                out,
            );
        }
        _ => note(
            format!("`{at}` is {}, should be {}", show(found), show(expected)),
            out,
        ),
    }
}

fn note(difference: String, out: &mut Vec<String>) {
    if out.len() < MAX_DIFFERENCES {
        out.push(difference);
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
