//! Strict JSON as one flat list of its values: for documents of others, which can be large.
//!
//! A tree of [`serde_json::Value`] takes up to fifty times the bytes of its text, and canonical
//! bytes of it as much again. A tape borrows the texts, takes at most some twenty times, and its
//! canonical form is hashed while it is written.

use std::cmp::Ordering;
use std::fmt;
use std::io::{self, BufWriter, Write};

use serde::de::{self, DeserializeSeed, Deserializer, MapAccess, SeqAccess, Visitor};
use sha2::{Digest as _, Sha256};

use super::Digest;
use super::json::{CanonicalError, safe_float, safe_integer, write_string};

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
        /// Where the keys stand, in the order of RFC 8785 section 3.2.3.
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
        Build(&mut tape).deserialize(&mut deserializer)?;
        deserializer.end()?;
        Ok(tape)
    }

    /// The document's value.
    #[must_use]
    pub fn root(&self) -> Item<'_, 'a> {
        Item { tape: self, at: 0 }
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
            Some(Node::Number(number)) => {
                let mut buffer = ryu_js::Buffer::new();
                out.write_all(buffer.format_finite(*number).as_bytes())
            }
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

    /// The values that stand one after another from `at` up to `end`.
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

    /// Grows by half, so that no more than as much again stands unused.
    fn push<E: de::Error>(&mut self, node: Node<'a>) -> Result<(), E> {
        if self.0.len() == self.0.capacity() {
            self.0.reserve_exact((self.0.len() / 2).max(64));
        }
        self.0.push(node);
        self.len().map(drop)
    }

    fn len<E: de::Error>(&self) -> Result<u32, E> {
        u32::try_from(self.0.len()).map_err(|_| E::custom("it has too many values"))
    }

    fn set(&mut self, at: u32, node: Node<'a>) {
        if let Some(place) = self.0.get_mut(at as usize) {
            *place = node;
        }
    }

    /// Sorts keys, and refuses two that are equal.
    fn sorted<E: de::Error>(&self, keys: &[u32]) -> Result<Box<[u32]>, E> {
        let mut order: Vec<(u64, u32)> = keys
            .iter()
            .map(|key| (prefix(self.text(*key)), *key))
            .collect();
        let by_text = |a: &(u64, u32), b: &(u64, u32)| {
            (a.0.cmp(&b.0)).then_with(|| by_utf16(self.text(a.1), self.text(b.1)))
        };
        order.sort_unstable_by(by_text);
        let mut pairs = order.iter().zip(order.iter().skip(1));
        match pairs.find(|(a, b)| by_text(a, b) == Ordering::Equal) {
            Some((key, _)) => {
                let key = self.text(key.1);
                Err(E::custom(format!("duplicate key `{key}`")))
            }
            None => Ok(order.into_iter().map(|(_, key)| key).collect()),
        }
    }
}

/// A byte of UTF-8 such that texts stand in the order of their UTF-16 code units if they stand in
/// that of these: what is beyond U+FFFF has surrogates, which stand before U+E000.
fn in_utf16_order(byte: u8) -> u8 {
    match byte {
        0xee | 0xef => byte + 5,
        0xf0..=0xf4 => byte - 2,
        _ => byte,
    }
}

fn by_utf16(a: &str, b: &str) -> Ordering {
    let a = a.bytes().map(in_utf16_order);
    a.cmp(b.bytes().map(in_utf16_order))
}

/// The first eight bytes, as a number that stands in their order.
fn prefix(text: &str) -> u64 {
    let bytes = text.bytes().map(in_utf16_order);
    bytes
        .chain(std::iter::repeat(0))
        .take(8)
        .fold(0, |number, byte| number << 8 | u64::from(byte))
}

/// One value of a [`Tape`].
#[derive(Debug, Clone, Copy)]
pub struct Item<'t, 'a> {
    tape: &'t Tape<'a>,
    at: usize,
}

impl<'t, 'a> Item<'t, 'a> {
    fn node(self) -> Option<&'t Node<'a>> {
        self.tape.0.get(self.at)
    }

    /// The value of an object's member; none if it is no object or has no such member.
    #[must_use]
    pub fn get(self, name: &str) -> Option<Self> {
        let Some(Node::Object { end: _, keys }) = self.node() else {
            return None;
        };
        let key = keys.iter().find(|key| self.tape.text(**key) == name)?;
        Some(Self {
            at: *key as usize + 1,
            ..self
        })
    }

    /// The text, if it is one.
    #[must_use]
    pub fn as_str(self) -> Option<&'t str> {
        match self.node()? {
            Node::Text(text) => Some(text),
            Node::Escaped(text) => Some(text),
            _ => None,
        }
    }

    /// `true` or `false`, if it is one of them.
    #[must_use]
    pub fn as_bool(self) -> Option<bool> {
        match self.node()? {
            Node::Bool(value) => Some(*value),
            _ => None,
        }
    }

    /// Whether it is `null`.
    #[must_use]
    pub fn is_null(self) -> bool {
        matches!(self.node(), Some(Node::Null))
    }

    /// Whether it is an object.
    #[must_use]
    pub fn is_object(self) -> bool {
        matches!(self.node(), Some(Node::Object { .. }))
    }

    /// What an array holds, if it is one.
    #[must_use]
    pub fn items(self) -> Option<impl Iterator<Item = Self>> {
        let Some(Node::Array { end }) = self.node() else {
            return None;
        };
        let items = self.tape.children(self.at + 1, *end);
        Some(items.map(move |at| Self { at, ..self }))
    }
}

/// Adds one value to a tape.
struct Build<'t, 'a>(&'t mut Tape<'a>);

impl<'a> DeserializeSeed<'a> for Build<'_, 'a> {
    type Value = ();

    fn deserialize<D: Deserializer<'a>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'a> Visitor<'a> for Build<'_, 'a> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_unit<E: de::Error>(self) -> Result<(), E> {
        self.0.push(Node::Null)
    }

    fn visit_bool<E: de::Error>(self, value: bool) -> Result<(), E> {
        self.0.push(Node::Bool(value))
    }

    fn visit_i64<E: de::Error>(self, value: i64) -> Result<(), E> {
        safe_integer(value.unsigned_abs(), || value.to_string())?;
        #[expect(clippy::cast_precision_loss, reason = "it is exact up to 2^53−1")]
        self.0.push(Node::Number(value as f64))
    }

    fn visit_u64<E: de::Error>(self, value: u64) -> Result<(), E> {
        safe_integer(value, || value.to_string())?;
        #[expect(clippy::cast_precision_loss, reason = "it is exact up to 2^53−1")]
        self.0.push(Node::Number(value as f64))
    }

    fn visit_f64<E: de::Error>(self, value: f64) -> Result<(), E> {
        self.0.push(Node::Number(safe_float(value)?))
    }

    fn visit_borrowed_str<E: de::Error>(self, value: &'a str) -> Result<(), E> {
        self.0.push(Node::Text(value))
    }

    fn visit_str<E: de::Error>(self, value: &str) -> Result<(), E> {
        self.0.push(Node::Escaped(value.into()))
    }

    fn visit_seq<A: SeqAccess<'a>>(self, mut items: A) -> Result<(), A::Error> {
        let at = self.0.len()?;
        self.0.push(Node::Null)?;
        while items.next_element_seed(Build(self.0))?.is_some() {}
        let end = self.0.len()?;
        self.0.set(at, Node::Array { end });
        Ok(())
    }

    fn visit_map<A: MapAccess<'a>>(self, mut members: A) -> Result<(), A::Error> {
        let at = self.0.len()?;
        self.0.push(Node::Null)?;
        let mut keys = Vec::new();
        loop {
            let key = self.0.len()?;
            if members.next_key_seed(Build(self.0))?.is_none() {
                break;
            }
            keys.push(key);
            members.next_value_seed(Build(self.0))?;
        }
        let keys = self.0.sorted(&keys)?;
        let end = self.0.len()?;
        self.0.set(at, Node::Object { end, keys });
        Ok(())
    }
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
