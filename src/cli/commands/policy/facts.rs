//! `cavra policy facts`

use std::collections::BTreeMap;
use std::io::Write as _;

use serde_json::Value;

use crate::action::facts::FACTS_VERSION;
use crate::cli::error::CliError;
use crate::cli::exit::ExitStatus;
use crate::cli::global::OutputFormat;
use crate::cli::output::Output;
use crate::engine::rego_schema;
use crate::formats::reference::{self, Reference};

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
        OutputFormat::Table => out.write_all(markdown(schema).as_bytes())?,
    }
    Ok(ExitStatus::Success)
}

/// The schema as Markdown: `input` and `data` first, then every definition by name.
fn markdown(schema: &Value) -> String {
    let mut text = format!("Facts version `{FACTS_VERSION}`.\n");
    let reference = Reference {
        optional: "if given",
        heading: "###",
        documents: BTreeMap::new(),
    };
    let mut section = |name: &str, schema: &Value| {
        // Writing to a string never fails.
        let _ = reference.write(name, schema, &mut text);
    };
    for name in ["input", "data"] {
        let value = reference::part(schema, &["properties", name]);
        let target = value.and_then(|value| reference::definition(schema, value));
        if let Some(value) = target.or(value) {
            section(name, value);
        }
    }
    let definitions: BTreeMap<&str, &Value> = reference::part(schema, &["$defs"])
        .and_then(Value::as_object)
        .into_iter()
        .flatten()
        .filter(|(name, _)| !["Input", "Data"].contains(&name.as_str()))
        .map(|(name, value)| (name.as_str(), value))
        .collect();
    for (name, value) in definitions {
        section(name, value);
    }
    text
}
