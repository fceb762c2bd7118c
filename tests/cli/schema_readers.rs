//! `cavra schema`: its schemas and the readers know the same fields.

use std::fs;

use cavra::action::Action;
use cavra::action::facts::TaskKind;
use cavra::policy::pack::{AllowedEffect, Choice, Flag, List, PROJECT_TOOLS, Pack};
use cavra::policy::source::SourceFile;
use serde_json::{Map, Value, json};

use super::schema::{schema, valid, validator};

/// The reader gives every field of the schema to the field of the same name, and asks for no
/// other.
#[test]
fn the_reader_knows_the_fields_of_the_schema() {
    let schema = schema("policy");
    let written = example(&schema, &schema, "example");
    valid(&validator("policy"), &written, "the example");
    let (pack, issues) = Pack::read(&file(&written.to_string()));
    let pack = pack.unwrap_or_else(|| panic!("{issues:?}"));
    assert_eq!(serde_json::to_value(pack).unwrap(), written);

    let reader = ["mod.rs", "entry.rs", "promotion.rs", "tool_arguments.rs"]
        .map(|file| fs::read_to_string(format!("src/policy/read/{file}")).unwrap())
        .concat();
    let mut known = Vec::new();
    for call in [
        "section(",
        "section_if_given(",
        "map(",
        "text(",
        "number(",
        "flag(",
        "one_or_list(",
        "parsed(",
        "list(",
        "list_if_given(",
    ] {
        let call = format!(".{call}");
        let calls = reader.split(&call).skip(1);
        let names = calls.filter_map(|rest| rest.trim_start().strip_prefix('"'));
        known.extend(names.filter_map(|rest| rest.split('"').next()));
    }
    // Lists, flags and effects are read by their tables.
    known.extend(AllowedEffect::ALL.iter().map(|effect| effect.name()));
    known.push(PROJECT_TOOLS);
    known.extend(TaskKind::ALLOWABLE.iter().map(|kind| kind.name()));
    known.extend(List::ALL.iter().map(|list| list.field()));
    known.extend(Flag::ALL.iter().map(|flag| flag.field()));
    known.extend(Choice::ALL.iter().map(|choice| choice.field()));
    let mut named = Vec::new();
    names(&schema, &mut named);
    // The criteria are read once, and are in the schema twice: with and without what is loosened.
    known.sort_unstable();
    known.dedup();
    named.sort_unstable();
    named.dedup();
    assert_eq!(known, named);
}

pub(crate) fn file(text: &str) -> SourceFile {
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
    if let Some(values) = schema["enum"].as_array() {
        return values[0].clone();
    }
    match schema["type"].as_str().unwrap() {
        "boolean" => json!(true),
        "integer" => json!(1),
        _ if name.ends_with("-version") => json!("1.2.3"),
        _ if name.ends_with("-mcp-arguments") => json!("read"),
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
fn actions_are_judged_as_the_reader_judges_them() {
    let action = validator("action");
    let mut sound = 0;
    for path in [
        "tests/data/corpus/actions.jsonl",
        "tests/data/corpus/semantics.jsonl",
    ] {
        for line in fs::read_to_string(path).unwrap().lines() {
            let case: Value = serde_json::from_str(line).unwrap();
            let input = &case["input"];
            let read = Action::from_json(input.to_string().as_bytes());
            if read.is_ok() {
                valid(&action, input, line);
                sound += 1;
            }
        }
    }
    assert!(sound > 4_900, "{sound}");

    let mut refused = 0;
    let mut beyond = Vec::new();
    for line in fs::read_to_string("tests/data/documents/bad.txt")
        .unwrap()
        .lines()
    {
        let Some((_, document)) = line.split_once(' ').filter(|_| !line.starts_with('#')) else {
            continue;
        };
        assert!(
            Action::from_json(document.as_bytes()).is_err(),
            "{document}"
        );
        match serde_json::from_str::<Value>(document) {
            Ok(value) if action.is_valid(&value) => beyond.push(document.to_owned()),
            Ok(_) => refused += 1,
            Err(_) => {}
        }
    }
    assert!(refused >= 35, "{refused}");
    // A schema sees no repeated key, and compares no two fields.
    assert_eq!(beyond.len(), 5, "{beyond:#?}");
}
