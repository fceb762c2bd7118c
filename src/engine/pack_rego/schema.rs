//! What a pack's own rules can name, as a JSON Schema that follows from the types.

use std::sync::LazyLock;

use schemars::JsonSchema;
use schemars::generate::SchemaSettings;
use serde_json::Value;

use super::data;
use super::input::Input;
use crate::action::facts::FACTS_VERSION;
use crate::policy::pack::Pack;

/// What a pack's own rules see.
#[derive(JsonSchema)]
#[expect(dead_code, reason = "only its schema is used")]
struct Seen {
    /// What is judged.
    input: Input<'static>,
    /// What it is judged by.
    data: Data,
}

/// What it is judged by.
#[derive(JsonSchema)]
#[expect(dead_code, reason = "only its schema is used")]
struct Data {
    /// The effective pack.
    policy: Pack<data::Seen>,
}

static SCHEMA: LazyLock<Value> = LazyLock::new(|| {
    let settings = SchemaSettings::draft2020_12().for_serialize();
    let mut schema = settings.into_generator().into_root_schema_for::<Seen>();
    schema.insert("$id".to_owned(), FACTS_VERSION.into());
    schema.into()
});

/// The JSON Schema (draft 2020-12) of `input` and `data` as a pack's Rego sees them, under
/// the version of the facts. Its descriptions are what the types say of themselves.
#[must_use]
pub fn rego_schema() -> &'static Value {
    &SCHEMA
}

/// The schema behind references and "or null".
fn resolved(mut schema: &'static Value) -> &'static Value {
    loop {
        let target = schema.get("$ref").and_then(Value::as_str);
        let target = target.and_then(|target| SCHEMA.pointer(target.trim_start_matches('#')));
        let present = schema.get("anyOf").and_then(Value::as_array);
        let present = present.and_then(|ways| ways.iter().find(|way| !is_null(way)));
        match target.or(present) {
            Some(inner) => schema = inner,
            None => return schema,
        }
    }
}

fn is_null(schema: &Value) -> bool {
    schema.get("type").is_some_and(|name| name == "null")
}

/// Where one step behind a value leads.
pub(super) enum Step {
    /// To a value of this schema.
    To(&'static Value),
    /// Nobody knows before the run.
    Anywhere,
    /// Nowhere: a list, or something without parts.
    Nowhere(&'static str),
    /// Nowhere: these are the fields.
    NoField(Vec<&'static str>),
}

/// Takes a step by a name, or by something computed.
pub(super) fn step(from: &'static Value, name: Option<&str>) -> Step {
    let from = resolved(from);
    if let Some(items) = from.get("items") {
        return match name {
            None => Step::To(items),
            Some(_) => Step::Nowhere("is a list"),
        };
    }
    if let Some(values) = from.get("additionalProperties").filter(|v| v.is_object()) {
        return Step::To(values);
    }
    let Some(fields) = from.get("properties").and_then(Value::as_object) else {
        return Step::Nowhere("has no fields");
    };
    match name {
        None => Step::Anywhere,
        Some(name) => fields.get(name).map_or_else(
            || Step::NoField(fields.keys().map(String::as_str).collect()),
            Step::To,
        ),
    }
}
