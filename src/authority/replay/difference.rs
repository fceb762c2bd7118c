//! Where a recomputed report differs from the given one.

use std::collections::BTreeSet;

use serde_json::Value;

/// Bytes of a value that is shown.
const MAX_SHOWN_BYTES: usize = 120;

/// Whether the text at `path` is a sentence for a person. Its words are not compared: better
/// English must not void a report that was signed.
fn is_sentence(path: &str) -> bool {
    (path.starts_with("criteria[") && path.ends_with("].message"))
        || (path.starts_with("groups[") && path.ends_with("].failure.reason"))
}

/// Where two values differ first, and how.
pub(super) fn first_difference(path: &str, said: &Value, found: &Value) -> Option<String> {
    if said == found {
        return None;
    }
    match (said, found) {
        (Value::Object(said), Value::Object(found)) => {
            let names: BTreeSet<&String> = said.keys().chain(found.keys()).collect();
            names.into_iter().find_map(|name| {
                let (said, found) = (said.get(name), found.get(name));
                let (said, found) = (said.unwrap_or(&Value::Null), found.unwrap_or(&Value::Null));
                first_difference(&format!("{path}.{name}"), said, found)
            })
        }
        (Value::Array(said), Value::Array(found)) if said.len() == found.len() => {
            let mut pairs = said.iter().zip(found).enumerate();
            pairs.find_map(|(index, (said, found))| {
                first_difference(&format!("{path}[{index}]"), said, found)
            })
        }
        (Value::Array(said), Value::Array(found)) => Some(format!(
            "`{path}` has {} entries; the journal gives {}",
            said.len(),
            found.len()
        )),
        (Value::String(_), Value::String(_)) if is_sentence(path) => None,
        _ => Some(format!(
            "`{path}` says {}; the journal gives {}",
            shown(said),
            shown(found)
        )),
    }
}

fn shown(value: &Value) -> String {
    let text = value.to_string();
    match text.get(..text.floor_char_boundary(MAX_SHOWN_BYTES)) {
        Some(cut) if cut.len() < text.len() => format!("{cut}…"),
        _ => text,
    }
}
