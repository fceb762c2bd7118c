//! From text to a tape.

use std::cmp::Ordering;
use std::fmt;

use serde::de::{self, DeserializeSeed, Deserializer, MapAccess, SeqAccess, Visitor};

use super::super::cut;
use super::super::json::{MAX_QUOTED_BYTES, safe_float, safe_integer};
use super::{Node, Tape};

impl<'a> Tape<'a> {
    /// Grows by half, so that at most a third of the memory is unused.
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
    fn sorted<E: de::Error>(&self, keys: Vec<u32>) -> Result<Box<[u32]>, E> {
        if keys.len() < 2 {
            return Ok(keys.into());
        }
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
                let key = cut(self.text(key.1), MAX_QUOTED_BYTES);
                Err(E::custom(format!("duplicate key `{key}`")))
            }
            None => Ok(order.into_iter().map(|(_, key)| key).collect()),
        }
    }
}

/// Maps a byte of UTF-8, so that texts are in the order of their UTF-16 code units if they are in
/// that of these: what is beyond U+FFFF has surrogates, which sort before U+E000.
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

/// The first eight bytes, as a number that sorts in their order.
fn prefix(text: &str) -> u64 {
    let bytes = text.bytes().map(in_utf16_order);
    bytes
        .chain(std::iter::repeat(0))
        .take(8)
        .fold(0, |number, byte| number << 8 | u64::from(byte))
}

/// Adds one value to a tape.
pub(super) struct Build<'t, 'a>(pub(super) &'t mut Tape<'a>);

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
        let mut keys = Vec::with_capacity(1);
        loop {
            let key = self.0.len()?;
            if members.next_key_seed(Build(self.0))?.is_none() {
                break;
            }
            keys.push(key);
            members.next_value_seed(Build(self.0))?;
        }
        let keys = self.0.sorted(keys)?;
        let end = self.0.len()?;
        self.0.set(at, Node::Object { end, keys });
        Ok(())
    }
}
