//! Strict JSON as one flat list of its values: for documents of others, which can be large.
//!
//! A tree of [`serde_json::Value`] takes up to fifty times the bytes of its text, and canonical
//! bytes of it as much again. A tape borrows the texts, takes at most some twenty times, and its
//! canonical form is hashed while it is written.

mod build;
mod item;

use std::io::{self, BufWriter, Write};

use serde::de::DeserializeSeed;
use sha2::{Digest as _, Sha256};

use super::Digest;
use super::json::{CanonicalError, write_string};
pub use item::Item;

/// Bytes that are hashed at a time.
const HASHED_BYTES: usize = 16 * 1024;

/// A document, read as [`super::parse_strict`] reads it.
#[derive(Debug)]
pub struct Tape<'a>(Vec<Node<'a>>);

/// A value. What an array or object holds follows it, up to the index `end`; a member is its
/// key and then its value.
#[derive(Debug)]
enum Node<'a> {
    Null,
    Bool(bool),
    Number(f64),
    Text(&'a str),
    /// A text that was written with escapes.
    Escaped(Box<str>),
    Array {
        end: u32,
    },
    Object {
        end: u32,
        /// The indices of the keys, in the order of RFC 8785 section 3.2.3.
        keys: Box<[u32]>,
    },
}

impl<'a> Tape<'a> {
    /// Reads strict JSON. Nesting is limited by `serde_json` (128 levels).
    ///
    /// # Errors
    /// With the line and column where something is not strict JSON: a duplicate key, or an integer
    /// beyond ±(2^53−1).
    pub fn parse(text: &'a str) -> Result<Self, serde_json::Error> {
        let mut tape = Self(Vec::new());
        let mut deserializer = serde_json::Deserializer::from_str(text);
        build::Build(&mut tape).deserialize(&mut deserializer)?;
        deserializer.end()?;
        Ok(tape)
    }

    /// The document's value.
    #[must_use]
    pub fn root(&self) -> Item<'_, 'a> {
        Item::first(self)
    }

    /// SHA-256 over the RFC 8785 bytes.
    ///
    /// # Errors
    /// If they can't be written, which no document is known to cause.
    pub fn digest(&self) -> Result<Digest, CanonicalError> {
        let mut writer = BufWriter::with_capacity(HASHED_BYTES, Sha256::new());
        self.write(0, &mut writer)?;
        let sha256 = writer
            .into_inner()
            .map_err(io::IntoInnerError::into_error)?;
        Ok(Digest::from_bytes(sha256.finalize().into()))
    }

    /// The RFC 8785 bytes.
    ///
    /// # Errors
    /// As [`Tape::digest`].
    pub fn to_canonical_bytes(&self) -> Result<Vec<u8>, CanonicalError> {
        let mut bytes = Vec::new();
        self.write(0, &mut bytes)?;
        Ok(bytes)
    }

    /// Recurses as deep as values nest.
    fn write(&self, at: usize, out: &mut impl Write) -> io::Result<()> {
        match self.0.get(at) {
            None | Some(Node::Null) => out.write_all(b"null"),
            Some(Node::Bool(true)) => out.write_all(b"true"),
            Some(Node::Bool(false)) => out.write_all(b"false"),
            Some(Node::Number(number)) => write_number(*number, out),
            // A text without escapes holds nothing that needs one.
            Some(Node::Text(text)) => {
                out.write_all(b"\"")?;
                out.write_all(text.as_bytes())?;
                out.write_all(b"\"")
            }
            Some(Node::Escaped(text)) => write_string(text, out),
            Some(Node::Array { end }) => {
                out.write_all(b"[")?;
                for (index, item) in self.children(at + 1, *end).enumerate() {
                    if index > 0 {
                        out.write_all(b",")?;
                    }
                    self.write(item, out)?;
                }
                out.write_all(b"]")
            }
            Some(Node::Object { end: _, keys }) => {
                out.write_all(b"{")?;
                for (index, key) in keys.iter().map(|key| *key as usize).enumerate() {
                    if index > 0 {
                        out.write_all(b",")?;
                    }
                    self.write(key, out)?;
                    out.write_all(b":")?;
                    self.write(key + 1, out)?;
                }
                out.write_all(b"}")
            }
        }
    }

    /// The consecutive values from `at` up to `end`.
    fn children(&self, at: usize, end: u32) -> impl Iterator<Item = usize> {
        let end = end as usize;
        std::iter::successors(Some(at), move |at| Some(self.end(*at)))
            .take_while(move |at| *at < end)
    }

    /// Where what follows a value begins.
    fn end(&self, at: usize) -> usize {
        match self.0.get(at) {
            Some(Node::Array { end } | Node::Object { end, .. }) => *end as usize,
            _ => at + 1,
        }
    }

    fn text(&self, at: u32) -> &str {
        match self.0.get(at as usize) {
            Some(Node::Text(text)) => text,
            Some(Node::Escaped(text)) => text,
            _ => "",
        }
    }
}

/// A number as RFC 8785 section 3.2.2.3 writes it. Whole numbers are most of them, and have a
/// faster way to the same digits.
fn write_number(number: f64, out: &mut impl Write) -> io::Result<()> {
    #[expect(clippy::cast_possible_truncation, reason = "it is compared")]
    let whole = number as i32;
    if f64::from(whole) == number {
        return out.write_all(itoa::Buffer::new().format(whole).as_bytes());
    }
    let mut buffer = ryu_js::Buffer::new();
    out.write_all(buffer.format_finite(number).as_bytes())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::{parse_strict, to_canonical_bytes};
    use super::*;

    /// JSON text, often strict.
    fn json() -> impl Strategy<Value = String> {
        let text = prop_oneof![
            "[a-c€\u{e000}😀]{0,10}",
            r#"(\\u00(0[0-9a-f]|1f|41)|\\["\\/bfnrt]|\\ud83d\\ude00|[a-z]){0,6}"#,
        ];
        let text = text.prop_map(|text| format!("\"{text}\"")).boxed();
        let scalar = prop_oneof![
            Just("null".to_owned()),
            any::<bool>().prop_map(|it| it.to_string()),
            any::<i64>().prop_map(|it| (it >> 10).to_string()),
            any::<f64>().prop_map(|it| serde_json::to_string(&it).unwrap()),
            "-?[0-9]{1,3}(\\.[0-9]{1,3})?(e[+-]?[0-9]{1,2})?",
            text.clone(),
        ];
        scalar.prop_recursive(4, 64, 6, move |inner| {
            let list = prop::collection::vec(inner.clone(), 0..6);
            let members = prop::collection::vec((text.clone(), inner), 0..6);
            prop_oneof![
                list.prop_map(|items| format!("[{}]", items.join(" , "))),
                members.prop_map(|members| {
                    let member = |(key, value)| format!("{key} : {value}");
                    let members: Vec<_> = members.into_iter().map(member).collect();
                    format!("{{{}}}", members.join(","))
                }),
            ]
        })
    }

    proptest! {
        #[test]
        fn a_tape_reads_and_writes_what_a_tree_does(text in json()) {
            let tape = Tape::parse(&text);
            let tree = parse_strict(text.as_bytes());
            prop_assert_eq!(tape.is_ok(), tree.is_ok(), "{:?} {:?}", tape, tree);
            if let (Ok(tape), Ok(tree)) = (tape, tree) {
                let bytes = to_canonical_bytes(&tree).unwrap();
                prop_assert_eq!(&tape.to_canonical_bytes().unwrap(), &bytes);
                prop_assert_eq!(tape.digest().unwrap(), Digest::of(&bytes));
            }
        }
    }

    #[test]
    fn a_value_is_three_words() {
        assert_eq!(size_of::<Node<'_>>(), 24);
    }
}
