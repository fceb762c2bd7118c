//! JSON Schemas of single values of a `policy.yaml`, with the limits that the reader enforces.
//!
//! A schema never refuses what the reader accepts. JSON Schema counts characters where the
//! reader counts bytes, and it can't compare two values, so the reader refuses more.

use std::borrow::Cow;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde_json::Value;

use crate::policy::limits::{MAX_CASE_ID_BYTES, MAX_ENTRY_BYTES, MAX_ID_BYTES, MAX_LIST_ENTRIES};

/// What [`super::values::check_id`] accepts.
const ID: &str = "^[a-z][a-z0-9]*(-[a-z0-9]+)*$";
/// What [`super::values::check_case_id`] accepts.
pub(in crate::policy) const CASE_ID: &str = "^[a-z0-9_-]+$";
/// Semantic Versioning 2.0.0, the expression that the specification suggests.
const VERSION: &str = r"^(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)(?:-((?:0|[1-9]\d*|\d*[a-zA-Z-][0-9a-zA-Z-]*)(?:\.(?:0|[1-9]\d*|\d*[a-zA-Z-][0-9a-zA-Z-]*))*))?(?:\+([0-9a-zA-Z-]+(?:\.[0-9a-zA-Z-]+)*))?$";
/// Text that neither begins nor ends with white space.
pub(in crate::policy) const ENTRY: &str = r"^\S(?:[\s\S]*\S)?$";

/// A pack's id.
pub(in crate::policy) fn id(_: &mut SchemaGenerator) -> Schema {
    json_schema!({ "type": "string", "pattern": ID, "maxLength": MAX_ID_BYTES })
}

/// The ids of parents: one id, or a list of them.
pub(in crate::policy) fn ids(generator: &mut SchemaGenerator) -> Schema {
    let one = id(generator);
    json_schema!({
        "anyOf": [one, { "type": "array", "items": one, "maxItems": MAX_LIST_ENTRIES }],
    })
}

/// A case's id.
pub(in crate::policy) fn case_id(_: &mut SchemaGenerator) -> Schema {
    json_schema!({ "type": "string", "pattern": CASE_ID, "maxLength": MAX_CASE_ID_BYTES })
}

/// A semantic version.
pub(in crate::policy) fn version(_: &mut SchemaGenerator) -> Schema {
    json_schema!({ "type": "string", "pattern": VERSION })
}

/// Text that is not blank.
pub(in crate::policy) fn text(_: &mut SchemaGenerator) -> Schema {
    json_schema!({ "type": "string", "pattern": r"\S" })
}

/// One entry of a list of strings.
pub(in crate::policy) fn entry(_: &mut SchemaGenerator) -> Schema {
    json_schema!({ "type": "string", "pattern": ENTRY, "maxLength": MAX_ENTRY_BYTES })
}

/// A type whose schema is that of a list of strings.
pub(in crate::policy) struct EntryList;

impl JsonSchema for EntryList {
    fn schema_name() -> Cow<'static, str> {
        "EntryList".into()
    }

    fn inline_schema() -> bool {
        true
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "type": "array",
            "items": { "type": "string", "pattern": ENTRY, "maxLength": MAX_ENTRY_BYTES },
            "maxItems": MAX_LIST_ENTRIES,
        })
    }
}

/// A list of strings with at least one entry.
pub(in crate::policy) fn some_entries(generator: &mut SchemaGenerator) -> Schema {
    let mut list = EntryList::json_schema(generator);
    list.insert("minItems".to_owned(), 1.into());
    list
}

/// Says of the mapping `schema` which fields must be there. The reader takes no `null`, so an
/// optional field is left out instead.
pub(in crate::policy) fn mapping(required: &'static [&'static str]) -> impl FnMut(&mut Schema) {
    move |schema| {
        schema.remove("required");
        if !required.is_empty() {
            schema.insert("required".to_owned(), required.to_vec().into());
        }
        let fields = schema.get_mut("properties").and_then(Value::as_object_mut);
        for field in fields.into_iter().flat_map(serde_json::Map::values_mut) {
            forbid_null(field);
        }
    }
}

fn forbid_null(field: &mut Value) {
    let Some(field) = field.as_object_mut() else {
        return;
    };
    if let Some(Value::Array(names)) = field.get("type") {
        let name = names.iter().find(|name| *name != "null").cloned();
        field.insert("type".to_owned(), name.unwrap_or_default());
    }
    let Some(Value::Array(choices)) = field.get("anyOf") else {
        return;
    };
    let is_null = |choice: &&Value| choice.get("type").is_some_and(|name| name == "null");
    if choices.iter().any(|choice| is_null(&choice)) {
        let value = choices.iter().find(|choice| !is_null(choice)).cloned();
        field.remove("anyOf");
        field.extend(
            value
                .and_then(|value| value.as_object().cloned())
                .unwrap_or_default(),
        );
    }
}
