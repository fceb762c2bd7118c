//! Strict JSON in, RFC 8785 bytes out.
//!
//! `serde_json` keeps the last of two equal keys and turns `1e400` away, but it
//! lets integers through that an IEEE 754 double can't hold; RFC 8785 would then
//! print two different integers alike. [`parse_strict`] refuses both.

use std::fmt;

use serde::Serialize;
use serde::de::{self, Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Number, Value};

/// The largest integer magnitude that canonical JSON can tell from its neighbours
/// (RFC 8785 section 3.2.2.3, RFC 7493 section 2.2).
const MAX_SAFE_INTEGER: u64 = (1 << 53) - 1;

/// Why a value has no canonical form.
#[derive(Debug, thiserror::Error)]
#[error("has no canonical JSON form: {0}")]
pub struct CanonicalError(#[from] serde_json::Error);

/// The RFC 8785 (JCS) bytes of `value`.
///
/// # Errors
/// If `value` serialises to something that is not JSON, such as a map with keys
/// that aren't strings or a number that isn't finite.
pub fn to_canonical_bytes<T: Serialize>(value: &T) -> Result<Vec<u8>, CanonicalError> {
    Ok(serde_json_canonicalizer::to_vec(value)?)
}

/// Parses JSON and refuses what canonical JSON can't carry: duplicate keys, and
/// integers beyond ±(2^53−1). Nesting is limited by `serde_json` (128 levels).
///
/// # Errors
/// With the line and column of the first thing that is not strict JSON.
pub fn parse_strict(text: &[u8]) -> Result<Value, serde_json::Error> {
    serde_json::from_slice::<Strict>(text).map(|strict| strict.0)
}

struct Strict(Value);

impl<'de> Deserialize<'de> for Strict {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(StrictVisitor).map(Strict)
    }
}

struct StrictVisitor;

impl<'de> Visitor<'de> for StrictVisitor {
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
        safe(value.unsigned_abs(), || value.to_string())?;
        Ok(value.into())
    }

    fn visit_u64<E: de::Error>(self, value: u64) -> Result<Value, E> {
        safe(value, || value.to_string())?;
        Ok(value.into())
    }

    fn visit_f64<E: de::Error>(self, value: f64) -> Result<Value, E> {
        // An integer literal too long for 64 bits arrives here as a float.
        #[expect(clippy::cast_precision_loss, reason = "2^53−1 is exact in a double")]
        let limit = MAX_SAFE_INTEGER as f64;
        if value.fract() == 0.0 && value.abs() > limit {
            return Err(E::custom(format!(
                "integer `{value:e}` is beyond ±(2^53−1)"
            )));
        }
        Number::from_f64(value)
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
        while let Some(Strict(item)) = items.next_element()? {
            array.push(item);
        }
        Ok(Value::Array(array))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Value, A::Error> {
        let mut object = Map::new();
        while let Some(key) = entries.next_key::<String>()? {
            if object.contains_key(&key) {
                return Err(de::Error::custom(format!("duplicate key `{key}`")));
            }
            let Strict(value) = entries.next_value()?;
            object.insert(key, value);
        }
        Ok(Value::Object(object))
    }
}

fn safe<E: de::Error>(magnitude: u64, literal: impl Fn() -> String) -> Result<(), E> {
    if magnitude > MAX_SAFE_INTEGER {
        return Err(E::custom(format!(
            "integer `{}` is beyond ±(2^53−1)",
            literal()
        )));
    }
    Ok(())
}
