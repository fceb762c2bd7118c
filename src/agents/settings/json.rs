//! Changes of JSON, by a tree that keeps white space and comments.

use jsonc_parser::ParseOptions;
use jsonc_parser::cst::{CstArray, CstInputValue, CstNode, CstObject, CstRootNode};
use serde_json::{Map, Value};

use crate::canonical::parse_strict;

use super::{Format, Inserted, Insertion, Kept, SettingsError, check_depth, dotted};

/// What a file begins as. The line feed makes what is added to it go over several lines.
const NEW: &str = "{\n}\n";

fn parse(text: &str, format: Format) -> Result<CstRootNode, SettingsError> {
    let text = if text.trim().is_empty() { NEW } else { text };
    check_depth(text)?;
    let lax = format == Format::JsonWithComments;
    let options = ParseOptions {
        allow_comments: lax,
        allow_trailing_commas: false,
        allow_loose_object_property_names: false,
        allow_missing_commas: false,
        allow_single_quoted_strings: false,
        allow_hexadecimal_numbers: false,
        allow_unary_plus_numbers: false,
        allow_bare_decimal_point_numbers: false,
        allow_non_finite_numbers: false,
        allow_extended_string_escapes: false,
    };
    let root = CstRootNode::parse(text, &options).map_err(SettingsError::Json)?;
    if let Some(value) = root.value() {
        refuse_twins(&value)?;
    }
    if !lax {
        // The tree keeps a comment behind the value, whatever it is to allow.
        parse_strict(text.as_bytes()).map_err(SettingsError::StrictJson)?;
    }
    Ok(root)
}

/// Refuses an object with two equal keys.
fn refuse_twins(node: &CstNode) -> Result<(), SettingsError> {
    if let Some(object) = node.as_object() {
        let mut names = std::collections::BTreeSet::new();
        for property in object.properties() {
            let name = property.decoded_name().unwrap_or_default();
            if !names.insert(name.clone()) {
                return Err(SettingsError::Twice(name));
            }
            if let Some(value) = property.value() {
                refuse_twins(&value)?;
            }
        }
    } else if let Some(array) = node.as_array() {
        for element in array.elements() {
            refuse_twins(&element)?;
        }
    }
    Ok(())
}

fn top(root: &CstRootNode) -> Result<CstObject, SettingsError> {
    root.object_value_or_create()
        .ok_or_else(|| SettingsError::Type {
            at: "the whole of it".to_owned(),
            wanted: "an object",
        })
}

pub(super) fn value(text: &str, format: Format) -> Result<Value, SettingsError> {
    let root = parse(text, format)?;
    Ok(root
        .to_serde_value()
        .unwrap_or_else(|| Value::Object(Map::new())))
}

/// The object on the way to the last key of a path, made where it is absent.
fn parent(top: &CstObject, at: &[String]) -> Result<CstObject, SettingsError> {
    let way = at.split_last().map(|(_, way)| way).unwrap_or_default();
    let mut object = top.clone();
    for (index, key) in way.iter().enumerate() {
        let next = object.object_value_or_create(key);
        object = next.ok_or_else(|| SettingsError::Type {
            at: dotted(at, index),
            wanted: "an object",
        })?;
    }
    Ok(object)
}

pub(super) fn insert(
    text: &str,
    insertions: &[Insertion],
    format: Format,
) -> Result<Inserted, SettingsError> {
    let root = parse(text, format)?;
    let top = top(&root)?;
    let (mut made, mut kept) = (Vec::new(), Vec::new());
    for insertion in insertions {
        let at = insertion.at();
        let Some(last) = at.last() else { continue };
        let parent = parent(&top, at)?;
        match insertion {
            Insertion::Element { value, .. } => {
                let array = parent.array_value_or_create(last);
                let array = array.ok_or_else(|| SettingsError::Type {
                    at: at.join("."),
                    wanted: "a list",
                })?;
                if element(&array, value).is_none() {
                    array.ensure_multiline();
                    array.append(input(value));
                    made.push(insertion.clone());
                }
            }
            Insertion::Key { value, .. } => match parent.get(last) {
                None => {
                    parent.append(last, input(value));
                    made.push(insertion.clone());
                }
                Some(property) => {
                    let found = property.value().and_then(|node| node.to_serde_value());
                    let found = found.unwrap_or_default();
                    if found != *value {
                        let (key, wanted) = (at.join("."), value.clone());
                        kept.push(Kept { key, wanted, found });
                    }
                }
            },
        }
    }
    Ok(Inserted {
        text: root.to_string(),
        made,
        kept,
    })
}

pub(super) fn withdraw(
    text: &str,
    insertions: &[Insertion],
    format: Format,
) -> Result<String, SettingsError> {
    let root = parse(text, format)?;
    let top = top(&root)?;
    for insertion in insertions {
        take_out(&top, insertion);
    }
    Ok(root.to_string())
}

/// Takes one insertion out, and then the objects and lists on its way that are empty.
fn take_out(top: &CstObject, insertion: &Insertion) {
    let Some((last, way)) = insertion.at().split_last() else {
        return;
    };
    let mut objects = vec![top.clone()];
    for key in way {
        let next = objects.last().and_then(|object| object.object_value(key));
        let Some(next) = next else { return };
        objects.push(next);
    }
    let Some(property) = objects.last().and_then(|object| object.get(last)) else {
        return;
    };
    match insertion {
        Insertion::Element { value, .. } => {
            let Some(array) = property.array_value() else {
                return;
            };
            let Some(found) = element(&array, value) else {
                return;
            };
            found.remove();
            if !array.elements().is_empty() {
                return;
            }
            property.remove();
        }
        Insertion::Key { value, .. } => {
            let found = property.value().and_then(|node| node.to_serde_value());
            if found.as_ref() != Some(value) {
                return;
            }
            property.remove();
        }
    }
    for key in way.iter().rev() {
        let emptied = objects.pop().is_some_and(|it| it.properties().is_empty());
        let property = objects.last().and_then(|object| object.get(key));
        match property.filter(|_| emptied) {
            Some(property) => property.remove(),
            None => return,
        }
    }
}

fn element(array: &CstArray, value: &Value) -> Option<CstNode> {
    let mut elements = array.elements().into_iter();
    elements.find(|element| element.to_serde_value().as_ref() == Some(value))
}

fn input(value: &Value) -> CstInputValue {
    match value {
        Value::Null => CstInputValue::Null,
        Value::Bool(value) => CstInputValue::Bool(*value),
        Value::Number(number) => CstInputValue::Number(number.to_string()),
        Value::String(text) => CstInputValue::String(text.clone()),
        Value::Array(elements) => CstInputValue::Array(elements.iter().map(input).collect()),
        Value::Object(object) => {
            let properties = object.iter();
            CstInputValue::Object(
                properties
                    .map(|(key, it)| (key.clone(), input(it)))
                    .collect(),
            )
        }
    }
}
