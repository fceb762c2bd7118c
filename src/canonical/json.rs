//! Strict JSON in, RFC 8785 bytes out.
//!
//! `serde_json` keeps the last of two equal keys and turns `1e400` away, but it
//! lets integers through that an IEEE 754 double can't hold; RFC 8785 would then
//! print two different integers alike. [`parse_strict`] refuses both.

use std::cell::Cell;
use std::fmt;
use std::io::{self, Write};

use serde::Serialize;
use serde::de::{self, DeserializeSeed, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Number, Value};

use super::cut;

/// The largest integer magnitude that canonical JSON can tell from its neighbours
/// (RFC 8785 section 3.2.2.3, RFC 7493 section 2.2).
const MAX_SAFE_INTEGER: u64 = (1 << 53) - 1;

/// Values that a document may have, so that it takes a few hundred MiB of memory at most, however short
/// its values are. A packet of 10,000 results with 16 fields each has a quarter of a million.
const MAX_VALUES: usize = 2_000_000;
/// What an object counts as: with one field it takes over 600 bytes, another value 32 and more.
const VALUES_OF_OBJECT: usize = 8;

/// Bytes of JSON of a key that an error quotes.
pub(super) const MAX_QUOTED_BYTES: usize = 256;

/// Why a value has no canonical form.
#[derive(Debug, thiserror::Error)]
#[error("the value has no canonical JSON form (RFC 8785)")]
pub struct CanonicalError(#[from] serde_json::Error);

impl From<io::Error> for CanonicalError {
    fn from(error: io::Error) -> Self {
        Self(serde_json::Error::io(error))
    }
}

/// The RFC 8785 (JCS) bytes of `value`.
///
/// # Errors
/// If `value` serialises to something that is not JSON, such as a map with keys
/// that aren't strings or a number that isn't finite.
pub fn to_canonical_bytes<T: Serialize>(value: &T) -> Result<Vec<u8>, CanonicalError> {
    Ok(serde_json_canonicalizer::to_vec(value)?)
}

/// Parses JSON and refuses what canonical JSON can't carry: duplicate keys, and
/// integers beyond ±(2^53−1). Nesting is limited by `serde_json` (128 levels), and there
/// may be two million values, of which each object counts as eight.
///
/// # Errors
/// With the line and column of the first thing that is not strict JSON.
pub fn parse_strict(text: &[u8]) -> Result<Value, serde_json::Error> {
    let left = Cell::new(MAX_VALUES);
    let mut deserializer = serde_json::Deserializer::from_slice(text);
    let value = Strict(&left).deserialize(&mut deserializer)?;
    deserializer.end()?;
    Ok(value)
}

/// Reads one value, and counts it.
#[derive(Clone, Copy)]
struct Strict<'c>(&'c Cell<usize>);

impl Strict<'_> {
    fn count<E: de::Error>(self, values: usize) -> Result<(), E> {
        let left = self.0.get().checked_sub(values);
        let left = left.ok_or_else(|| {
            E::custom(format!(
                "more than {MAX_VALUES} values, each object counted as {VALUES_OF_OBJECT}"
            ))
        })?;
        self.0.set(left);
        Ok(())
    }
}

impl<'de> DeserializeSeed<'de> for Strict<'_> {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        self.count(1)?;
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Strict<'_> {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_unit<E: de::Error>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E: de::Error>(self, value: bool) -> Result<Value, E> {
        Ok(Value::Bool(value))
    }

    fn visit_i64<E: de::Error>(self, value: i64) -> Result<Value, E> {
        safe_integer(value.unsigned_abs(), || value.to_string())?;
        Ok(value.into())
    }

    fn visit_u64<E: de::Error>(self, value: u64) -> Result<Value, E> {
        safe_integer(value, || value.to_string())?;
        Ok(value.into())
    }

    fn visit_f64<E: de::Error>(self, value: f64) -> Result<Value, E> {
        Number::from_f64(safe_float(value)?)
            .map(Value::Number)
            .ok_or_else(|| E::custom("number is not finite"))
    }

    fn visit_str<E: de::Error>(self, value: &str) -> Result<Value, E> {
        Ok(Value::String(value.to_owned()))
    }

    fn visit_string<E: de::Error>(self, value: String) -> Result<Value, E> {
        Ok(Value::String(value))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Value, A::Error> {
        let mut array = Vec::new();
        while let Some(item) = items.next_element_seed(self)? {
            array.push(item);
        }
        Ok(Value::Array(array))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Value, A::Error> {
        self.count(VALUES_OF_OBJECT - 1)?;
        let mut object = Map::new();
        while let Some(key) = entries.next_key::<String>()? {
            if object.contains_key(&key) {
                let key = cut(&key, MAX_QUOTED_BYTES);
                return Err(de::Error::custom(format!("duplicate key `{key}`")));
            }
            let value = entries.next_value_seed(self)?;
            object.insert(key, value);
        }
        Ok(Value::Object(object))
    }
}

/// Refuses an integer that canonical JSON can't tell from its neighbours.
pub(super) fn safe_integer<E: de::Error>(
    magnitude: u64,
    literal: impl Fn() -> String,
) -> Result<(), E> {
    if magnitude > MAX_SAFE_INTEGER {
        return Err(E::custom(format!(
            "integer `{}` is beyond ±(2^53−1)",
            literal()
        )));
    }
    Ok(())
}

/// Refuses an integer literal that is too long for 64 bits: it arrives as a float.
pub(super) fn safe_float<E: de::Error>(value: f64) -> Result<f64, E> {
    #[expect(clippy::cast_precision_loss, reason = "2^53−1 is exact in a double")]
    let limit = MAX_SAFE_INTEGER as f64;
    if value.fract() == 0.0 && value.abs() > limit {
        return Err(E::custom(format!(
            "integer `{value:e}` is beyond ±(2^53−1)"
        )));
    }
    if value.is_finite() {
        Ok(value)
    } else {
        Err(E::custom("number is not finite"))
    }
}

/// A text as RFC 8785 section 3.2.2.2 writes it.
pub(super) fn write_string(text: &str, out: &mut impl Write) -> io::Result<()> {
    out.write_all(b"\"")?;
    let mut from = 0;
    for (at, byte) in text.bytes().enumerate() {
        let escaped: &[u8] = match byte {
            b'"' => b"\\\"",
            b'\\' => b"\\\\",
            b'\n' => b"\\n",
            b'\r' => b"\\r",
            b'\t' => b"\\t",
            0x08 => b"\\b",
            0x0c => b"\\f",
            0..0x20 => b"",
            _ => continue,
        };
        out.write_all(text.as_bytes().get(from..at).unwrap_or_default())?;
        match escaped {
            [] => write!(out, "\\u{byte:04x}")?,
            _ => out.write_all(escaped)?,
        }
        from = at + 1;
    }
    out.write_all(text.as_bytes().get(from..).unwrap_or_default())?;
    out.write_all(b"\"")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_counted_before_they_take_memory() {
        let list = |item: &str, count: usize| format!("[{}]", vec![item; count].join(","));
        let read = |text: String| parse_strict(text.as_bytes());
        // The list is a value too.
        assert!(read(list("0", MAX_VALUES - 1)).is_ok());
        let error = read(list("0", MAX_VALUES)).unwrap_err().to_string();
        assert!(error.contains("more than 2000000 values"), "{error}");
        let most = (MAX_VALUES - 1) / (VALUES_OF_OBJECT + 1);
        assert!(read(list("{\"\":1}", most)).is_ok());
        assert!(read(list("{\"\":1}", most + 1)).is_err());
    }

    #[test]
    fn nothing_may_follow_the_value() {
        assert!(parse_strict(b"{} {}").is_err());
        assert!(parse_strict(b"{} ").is_ok());
    }
}
