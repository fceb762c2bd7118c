//! `cavra schema policy`, by a validator that is not ours and not of this language: `jsonschema` from
//! PyPI.

use std::fs;
use std::process::Command;

use serde_json::{Map, Value, json};

use super::python;
use super::schema::{schema, yaml};

/// Validates each document, and then with each field misspelt. Fields of maps whose keys are free,
/// such as the names of tools, are no fields of the schema.
const VALIDATE: &str = r##"
import copy, json, sys
from jsonschema import Draft202012Validator

given = json.load(open(sys.argv[1]))
schema = given["schema"]
Draft202012Validator.check_schema(schema)
validator = Draft202012Validator(schema)

def resolved(part):
    for each in [part] + part.get("anyOf", []):
        if "$ref" in each:
            each = schema["$defs"][each["$ref"].rsplit("/", 1)[1]]
        if "properties" in each:
            return each
    return None

def fields(part, value, path):
    part = resolved(part)
    if part is None or not isinstance(value, dict):
        return
    for key, below in value.items():
        yield path + [key]
        yield from fields(part["properties"][key], below, path + [key])

refused = 0
for name, document in given["documents"].items():
    validator.validate(document)
    for path in fields(schema, document, []):
        misspelt = copy.deepcopy(document)
        below = misspelt
        for key in path[:-1]:
            below = below[key]
        below[path[-1] + "s_"] = below.pop(path[-1])
        errors = list(validator.iter_errors(misspelt))
        assert errors, f"{name}: {'.'.join(path)} misspelt is accepted"
        refused += 1
print(len(given["documents"]), refused)
"##;

#[test]
fn a_stock_validator_takes_the_shipped_packs_and_no_misspelt_field() {
    if !python::has("jsonschema", "jsonschema") {
        return;
    }
    let packs = fs::read_dir("policy-packs").unwrap();
    let documents: Map<String, Value> = packs
        .map(|pack| pack.unwrap().path().join("policy.yaml"))
        .map(|path| {
            let text = fs::read_to_string(&path).unwrap();
            (path.display().to_string(), yaml(&text))
        })
        .collect();
    let folder = tempfile::tempdir().unwrap();
    let given = folder.path().join("given.json");
    let input = json!({"schema": schema("policy"), "documents": documents});
    fs::write(&given, input.to_string()).unwrap();
    let output = Command::new("python3")
        .args(["-c", VALIDATE])
        .arg(&given)
        .output()
        .unwrap();
    let error = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{error}");
    let counts = String::from_utf8(output.stdout).unwrap();
    let (documents, refused) = counts.trim().split_once(' ').unwrap();
    assert_eq!(documents, "7");
    let refused: usize = refused.parse().unwrap();
    assert!(refused > 100, "only {refused} fields were misspelt");
}
