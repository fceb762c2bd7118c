//! Documents that somebody altered at random, in their bytes or in their values.

use proptest::prelude::*;
use proptest::sample::Index;
use serde_json::{Value, json};

/// Bytes that one alteration repeats at most.
const MAX_PIECE: usize = 64;

/// One alteration.
#[derive(Debug, Clone)]
pub(crate) enum Alteration {
    /// A byte is another.
    Byte(Index, u8),
    /// The rest is cut off.
    Cut(Index),
    /// A piece is there twice.
    Twice(Index, usize),
    /// A place of the JSON has another value.
    Other(Index, Value),
    /// A place of the JSON has the value of another place.
    Moved(Index, Index),
    /// A place of the JSON is gone.
    Gone(Index),
}

/// Values that no document expects.
fn odd() -> impl Strategy<Value = Value> {
    let nested = (0..200).fold(json!(1), |inner, _| json!([inner]));
    prop::sample::select(vec![
        json!(null),
        json!(true),
        json!(0),
        json!(-1),
        json!(1.5),
        json!(u64::MAX),
        json!(""),
        json!(" "),
        json!("\u{0}\u{202e}"),
        json!("x".repeat(5_000)),
        json!([]),
        json!({}),
        json!(["x", "x"]),
        json!(vec![0; 3_000]),
        nested,
    ])
}

/// Up to four alterations.
pub(crate) fn alterations() -> impl Strategy<Value = Vec<Alteration>> {
    let alteration = prop_oneof![
        (any::<Index>(), any::<u8>()).prop_map(|(at, byte)| Alteration::Byte(at, byte)),
        any::<Index>().prop_map(Alteration::Cut),
        (any::<Index>(), 1..MAX_PIECE).prop_map(|(at, length)| Alteration::Twice(at, length)),
        (any::<Index>(), odd()).prop_map(|(at, value)| Alteration::Other(at, value)),
        (any::<Index>(), any::<Index>()).prop_map(|(at, from)| Alteration::Moved(at, from)),
        any::<Index>().prop_map(Alteration::Gone),
    ];
    prop::collection::vec(alteration, 0..4)
}

/// The document after these alterations. JSON stays in its canonical form as long as its bytes are not
/// altered.
pub(crate) fn altered(document: &[u8], alterations: &[Alteration]) -> Vec<u8> {
    let mut bytes = document.to_vec();
    for alteration in alterations {
        match alteration {
            Alteration::Byte(at, byte) if !bytes.is_empty() => {
                let at = at.index(bytes.len());
                bytes[at] = *byte;
            }
            Alteration::Cut(at) => bytes.truncate(at.index(bytes.len() + 1)),
            Alteration::Twice(at, length) => {
                let at = at.index(bytes.len() + 1);
                let end = (at + length).min(bytes.len());
                let piece = bytes[at..end].to_vec();
                bytes.splice(at..at, piece);
            }
            Alteration::Other(..) | Alteration::Moved(..) | Alteration::Gone(_) => {
                if let Ok(mut value) = serde_json::from_slice(&bytes) {
                    alter(&mut value, alteration);
                    bytes = serde_json_canonicalizer::to_vec(&value).unwrap();
                }
            }
            Alteration::Byte(..) => {}
        }
    }
    bytes
}

fn alter(document: &mut Value, alteration: &Alteration) {
    let mut all = Vec::new();
    places(document, String::new(), &mut all);
    let at = |index: &Index| index.get(&all).as_str();
    match alteration {
        Alteration::Other(place, value) => {
            *document.pointer_mut(at(place)).unwrap() = value.clone();
        }
        Alteration::Moved(place, from) => {
            let value = document.pointer(at(from)).unwrap().clone();
            *document.pointer_mut(at(place)).unwrap() = value;
        }
        Alteration::Gone(place) => {
            let (parent, key) = at(place).rsplit_once('/').unwrap_or_default();
            match document.pointer_mut(parent) {
                Some(Value::Object(fields)) => drop(fields.remove(key)),
                Some(Value::Array(items)) => drop(items.pop()),
                _ => {}
            }
        }
        Alteration::Byte(..) | Alteration::Cut(_) | Alteration::Twice(..) => {}
    }
}

/// The JSON pointer of every place.
fn places(value: &Value, at: String, all: &mut Vec<String>) {
    match value {
        Value::Object(fields) => {
            for (key, value) in fields {
                let key = key.replace('~', "~0").replace('/', "~1");
                places(value, format!("{at}/{key}"), all);
            }
        }
        Value::Array(items) => {
            for (index, value) in items.iter().enumerate() {
                places(value, format!("{at}/{index}"), all);
            }
        }
        _ => {}
    }
    all.push(at);
}
