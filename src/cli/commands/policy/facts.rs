//! `cavra policy facts`

use std::collections::BTreeMap;
use std::io::Write as _;

use serde_json::Value;

use crate::action::facts::FACTS_VERSION;
use crate::cli::args::OutputFormat;
use crate::cli::error::CliError;
use crate::cli::exit::ExitStatus;
use crate::cli::output::Output;
use crate::engine::rego_schema;

pub(super) const AFTER_HELP: &str = "\
Examples:
  cavra policy facts
  cavra policy facts --output json > facts.schema.json

Exit codes:
  0  printed
  1  the tool failed, or was called wrongly";

pub(crate) fn run(out: &mut Output) -> Result<ExitStatus, CliError> {
    let schema = rego_schema();
    match out.format() {
        OutputFormat::Json => out.json(schema)?,
        OutputFormat::Table => reference(schema, out)?,
    }
    Ok(ExitStatus::Success)
}

/// The schema as Markdown: a table for each object, a list for each enumeration.
fn reference(schema: &Value, out: &mut Output) -> Result<(), CliError> {
    writeln!(out, "Facts version `{FACTS_VERSION}`.")?;
    let roots = [("input", "input"), ("data", "data")];
    for (name, field) in roots {
        let value = part(schema, &["properties", field]);
        let target = value.and_then(|value| definition(schema, value));
        section(name, target.or(value), out)?;
    }
    let definitions: BTreeMap<&str, &Value> = part(schema, &["$defs"])
        .and_then(Value::as_object)
        .into_iter()
        .flatten()
        .filter(|(name, _)| !["Input", "Data"].contains(&name.as_str()))
        .map(|(name, value)| (name.as_str(), value))
        .collect();
    for (name, value) in definitions {
        section(name, Some(value), out)?;
    }
    Ok(())
}

fn section(name: &str, schema: Option<&Value>, out: &mut Output) -> Result<(), CliError> {
    let Some(schema) = schema else { return Ok(()) };
    writeln!(out, "\n### {name}\n")?;
    if let Some(text) = description(schema) {
        writeln!(out, "{text}")?;
    }
    if let Some(fields) = schema.get("properties").and_then(Value::as_object) {
        writeln!(out, "\n| field | type | meaning |\n|---|---|---|")?;
        for (field, value) in fields {
            let meaning = description(value).unwrap_or_default().replace('|', "\\|");
            let given = if always(schema, field) {
                ""
            } else {
                ", if given"
            };
            let kind = type_of(value);
            writeln!(out, "| `{field}` | {kind}{given} | {meaning} |")?;
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

fn always(schema: &Value, field: &str) -> bool {
    let required = schema.get("required").and_then(Value::as_array);
    required.is_some_and(|required| required.iter().any(|name| name == field))
}

/// A type in words; a definition by a link to its section.
fn type_of(schema: &Value) -> String {
    if let Some(name) = target(schema) {
        return format!("[{name}](#{})", name.to_lowercase());
    }
    if let Some(items) = schema.get("items") {
        let kind = schema.get("type").and_then(Value::as_array);
        let absent = kind.map_or("", |_| " or null");
        return format!("list of {}{absent}", type_of(items));
    }
    let values = schema.get("additionalProperties");
    if let Some(values) = values.filter(|values| values.is_object()) {
        return format!("map from string to {}", type_of(values));
    }
    let words = match (schema.get("anyOf"), schema.get("type")) {
        (Some(Value::Array(ways)), _) => ways.iter().map(type_of).collect(),
        (None, Some(Value::Array(names))) => names.iter().map(text).collect(),
        (_, Some(name)) => vec![text(name)],
        _ => Vec::new(),
    };
    words.join(" or ")
}

fn definition<'a>(schema: &'a Value, value: &Value) -> Option<&'a Value> {
    part(schema, &["$defs", target(value)?])
}

fn target(schema: &Value) -> Option<&str> {
    let reference = schema.get("$ref")?.as_str()?;
    reference.strip_prefix("#/$defs/")
}

fn part<'a>(value: &'a Value, path: &[&str]) -> Option<&'a Value> {
    path.iter().try_fold(value, |value, name| value.get(name))
}

fn description(schema: &Value) -> Option<String> {
    Some(schema.get("description")?.as_str()?.replace('\n', " "))
}

fn text(name: &Value) -> String {
    name.as_str().unwrap_or_default().to_owned()
}
