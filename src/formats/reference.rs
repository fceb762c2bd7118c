//! A JSON Schema as Markdown, for people: a table for each object, a list for each enumeration.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::{self, Write};

use serde_json::Value;

use super::{FORMATS, Format};

/// Writes schemas as Markdown.
#[derive(Debug, Clone)]
pub struct Reference {
    /// What is written after the type of a field that may be absent, such as `optional`.
    pub optional: &'static str,
    /// What the heading of a definition begins with, such as `###`.
    pub heading: &'static str,
    /// The names of definitions that are documents, each with the document's own heading.
    pub documents: BTreeMap<String, &'static str>,
}

/// The reference of every document. A type that several documents share is described once, below
/// the first of them.
#[must_use]
pub fn of_all() -> String {
    let schemas = FORMATS.map(|format| (format, format.schema()));
    let name = |(format, schema): &(Format, Value)| {
        let title = schema.get("title").and_then(Value::as_str);
        (title.unwrap_or_default().to_owned(), format.name)
    };
    let reference = Reference {
        optional: "optional",
        heading: "####",
        documents: schemas.iter().map(name).collect(),
    };
    let mut text = String::new();
    // Writing to a string never fails.
    let _ = reference.write_documents(&schemas, &mut text);
    text
}

impl Reference {
    fn write_documents(&self, schemas: &[(Format, Value)], out: &mut String) -> fmt::Result {
        let mut written = BTreeSet::new();
        for (format, schema) in schemas {
            let separator = if out.is_empty() { "" } else { "\n" };
            let (name, title) = (format.name, format.title);
            writeln!(
                out,
                "{separator}### {name}\n\n`cavra schema {name}`: {title}.\n"
            )?;
            self.body(schema, out)?;
            let definitions = part(schema, &["$defs"]).and_then(Value::as_object);
            for (name, definition) in definitions.into_iter().flatten() {
                if !self.documents.contains_key(name) && written.insert(name.as_str()) {
                    self.write(name, definition, out)?;
                }
            }
        }
        Ok(())
    }

    /// Writes one definition under a heading.
    ///
    /// # Errors
    /// If `out` can't be written to.
    pub fn write(&self, name: &str, schema: &Value, out: &mut impl Write) -> fmt::Result {
        writeln!(out, "\n{} {name}\n", self.heading)?;
        self.body(schema, out)
    }

    fn body(&self, schema: &Value, out: &mut impl Write) -> fmt::Result {
        if let Some(text) = description(schema) {
            writeln!(out, "{text}")?;
        }
        if let Some(fields) = schema.get("properties").and_then(Value::as_object) {
            writeln!(out, "\n| field | type | meaning |\n|---|---|---|")?;
            for (field, value) in fields {
                let meaning = description(value).unwrap_or_default().replace('|', "\\|");
                let optional = match is_required(schema, field) {
                    true => String::new(),
                    false => format!(", {}", self.optional),
                };
                let kind = self.type_of(value);
                writeln!(out, "| `{field}` | {kind}{optional} | {meaning} |")?;
            }
        }
        let values = schema.get("oneOf").and_then(Value::as_array);
        if let Some(values) = values {
            writeln!(out)?;
            for value in values {
                let name = value.get("const").and_then(Value::as_str);
                let meaning = description(value).unwrap_or_default();
                writeln!(out, "- `{}`: {meaning}", name.unwrap_or_default())?;
            }
        }
        Ok(())
    }

    /// A type in words, with its limits. A definition is a link to its section.
    fn type_of(&self, schema: &Value) -> String {
        if let Some(name) = target(schema) {
            let own = name.to_lowercase();
            let anchor = self.documents.get(name).copied().unwrap_or(&own);
            return format!("[{name}](#{anchor})");
        }
        if let Some(items) = schema.get("items") {
            let kind = schema.get("type").and_then(Value::as_array);
            let absent = kind.map_or("", |_| " or null");
            let some = schema.get("minItems").map_or("", |_| "non-empty ");
            let limit = limit(schema, "maxItems", "entries");
            return format!("{some}list of {}{absent}{limit}", self.type_of(items));
        }
        let values = schema.get("additionalProperties");
        if let Some(values) = values.filter(|values| values.is_object()) {
            return format!("map from string to {}", self.type_of(values));
        }
        if let Some(value) = schema.get("const").and_then(Value::as_str) {
            return format!("`{value}`");
        }
        if let Some(values) = schema.get("enum").and_then(Value::as_array) {
            return joined(values.iter().map(literal));
        }
        let words = match (schema.get("anyOf"), schema.get("type")) {
            (Some(Value::Array(ways)), _) => joined(ways.iter().map(|way| self.type_of(way))),
            (None, Some(Value::Array(names))) => {
                joined(names.iter().map(|name| word(schema, name)))
            }
            (_, Some(name)) => word(schema, name),
            _ => "any JSON".to_owned(),
        };
        format!("{words}{}", limit(schema, "maxLength", "characters"))
    }
}

fn joined(words: impl Iterator<Item = String>) -> String {
    words.collect::<Vec<_>>().join(" or ")
}

fn is_required(schema: &Value, field: &str) -> bool {
    let required = schema.get("required").and_then(Value::as_array);
    required.is_some_and(|required| required.iter().any(|name| name == field))
}

fn literal(value: &Value) -> String {
    match value.as_str() {
        Some(text) => format!("`{text}`"),
        None => value.to_string(),
    }
}

/// A JSON type, or what the `format` of a string says.
fn word(schema: &Value, name: &Value) -> String {
    let name = name.as_str().unwrap_or_default();
    match (name, schema.get("format").and_then(Value::as_str)) {
        ("string", Some("date-time")) => "time (RFC 3339)".to_owned(),
        ("string", Some("uuid")) => "UUID".to_owned(),
        _ => name.to_owned(),
    }
}

fn limit(schema: &Value, keyword: &str, unit: &str) -> String {
    match schema.get(keyword).and_then(Value::as_u64) {
        Some(limit) => format!(", at most {} {unit}", thousands(limit)),
        None => String::new(),
    }
}

fn thousands(number: u64) -> String {
    match number / 1_000 {
        0 => number.to_string(),
        above => format!("{},{:03}", thousands(above), number % 1_000),
    }
}

/// The definition in `schema` that `value` refers to.
#[must_use]
pub fn definition<'a>(schema: &'a Value, value: &Value) -> Option<&'a Value> {
    part(schema, &["$defs", target(value)?])
}

fn target(schema: &Value) -> Option<&str> {
    let reference = schema.get("$ref")?.as_str()?;
    reference.strip_prefix("#/$defs/")
}

/// The part of `value` at the end of the keys in `path`.
#[must_use]
pub fn part<'a>(value: &'a Value, path: &[&str]) -> Option<&'a Value> {
    path.iter().try_fold(value, |value, name| value.get(name))
}

fn description(schema: &Value) -> Option<String> {
    Some(schema.get("description")?.as_str()?.replace('\n', " "))
}
