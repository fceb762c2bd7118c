//! `cavra schema`: its schemas agree with the reader of packs.

use std::fs;

use cavra::formats::{FORMATS, Format};
use cavra::policy::pack::Pack;
use cavra::policy::source::SourceFile;
use serde_json::{Map, Value, json};

use super::support::cavra;

fn schema(name: &str) -> Value {
    cavra(&["schema", name]).exits(0).json()
}

/// The reader gives every field of the schema to the field of the same name, and asks for no
/// other.
#[test]
fn the_reader_knows_the_fields_of_the_schema() {
    let schema = schema("policy");
    let written = example(&schema, &schema, "example");
    let (pack, issues) = Pack::read(&file(&written.to_string()));
    let pack = pack.unwrap_or_else(|| panic!("{issues:?}"));
    assert_eq!(serde_json::to_value(pack).unwrap(), written);

    let reader = fs::read_to_string("src/policy/read/mod.rs").unwrap();
    let mut known = Vec::new();
    for call in [
        "section(",
        "map(",
        "text(",
        "one_or_list(",
        "parsed(",
        "list(",
        "list_if_given(",
        "flag(",
    ] {
        let call = format!(".{call}");
        let calls = reader.split(&call).skip(1);
        let names = calls.filter_map(|rest| rest.trim_start().strip_prefix('"'));
        known.extend(names.filter_map(|rest| rest.split('"').next()));
    }
    let mut named = Vec::new();
    names(&schema, &mut named);
    known.sort_unstable();
    named.sort_unstable();
    assert_eq!(known, named);
}

fn file(text: &str) -> SourceFile {
    SourceFile {
        path: "policy.yaml".to_owned(),
        text: text.to_owned(),
    }
}

/// A document with every field, each string a different one.
fn example(root: &Value, schema: &Value, name: &str) -> Value {
    if let Some(target) = schema["$ref"].as_str() {
        let target = root.pointer(target.trim_start_matches('#')).unwrap();
        return example(root, target, name);
    }
    if let Some(fields) = schema["properties"].as_object() {
        let fields = fields.iter().map(|(field, schema)| {
            let name = format!("{name}-{}", field.replace('_', "-"));
            (field.clone(), example(root, schema, &name))
        });
        return fields.collect::<Map<_, _>>().into();
    }
    let choices = ["anyOf", "oneOf"]
        .into_iter()
        .find_map(|it| schema[it].as_array());
    if let Some(choices) = choices {
        return example(root, choices.last().unwrap(), name);
    }
    if !schema["const"].is_null() {
        return schema["const"].clone();
    }
    if schema["additionalProperties"].is_object() {
        return json!({ name: example(root, &schema["additionalProperties"], name) });
    }
    if schema["items"].is_object() {
        return json!([example(root, &schema["items"], name)]);
    }
    match schema["type"].as_str().unwrap() {
        "boolean" => json!(true),
        _ if name.ends_with("-version") => json!("1.2.3"),
        _ if name.ends_with("-tool-pins") => json!(format!("sha256:{}", "0".repeat(64))),
        _ => json!(name),
    }
}

/// The names of all fields, in the schema and its definitions.
fn names(schema: &Value, names_found: &mut Vec<String>) {
    let definitions = schema["$defs"]
        .as_object()
        .into_iter()
        .flat_map(Map::values);
    for object in definitions.chain([schema]) {
        let fields = object["properties"]
            .as_object()
            .into_iter()
            .flat_map(Map::keys);
        names_found.extend(fields.cloned());
    }
}

#[test]
fn every_format_is_listed() {
    let list = cavra(&["schema"]).exits(0);
    let json = cavra(&["schema", "--output", "json"]).exits(0).json();
    assert_eq!(json.as_array().unwrap().len(), FORMATS.len());
    for format in &FORMATS {
        assert!(list.stdout.contains(format.name), "{}", format.name);
        assert!(Format::named(format.name).is_some());
    }
    cavra(&["schema", "polcy"]).exits(1);
}

/// A misspelt field is refused in every object of every document.
#[test]
fn no_object_takes_unknown_fields() {
    let mut objects = 0;
    for format in &FORMATS {
        let schema = format.schema();
        let definitions = schema["$defs"]
            .as_object()
            .into_iter()
            .flat_map(Map::values);
        for object in definitions.chain([&schema]) {
            if object["properties"].is_object() {
                assert_eq!(object["additionalProperties"], false, "{}", object["title"]);
                objects += 1;
            }
        }
    }
    assert!(objects > 80, "{objects}");
}
