//! `cavra schema`: its schemas agree with the readers and with what the commands write, by a
//! validator that knows nothing of CAVRA.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use cavra::formats::{FORMATS, Format};
use cavra::policy::pack::Pack;
use cavra::policy::yaml;
use jsonschema::Validator;
use serde_json::{Map, Value, json};
use tempfile::TempDir;

use super::schema_readers::file;
use super::support::{CANDIDATE, cavra};

pub(crate) fn schema(name: &str) -> Value {
    cavra(&["schema", name]).exits(0).json()
}

pub(crate) fn validator(name: &str) -> Validator {
    let schema = schema(name);
    jsonschema::draft202012::meta::validate(&schema).unwrap();
    jsonschema::draft202012::new(&schema).unwrap()
}

#[track_caller]
pub(crate) fn valid(validator: &Validator, document: &Value, what: &str) {
    let errors: Vec<String> = validator
        .iter_errors(document)
        .map(|error| format!("{}: {error}", error.instance_path()))
        .collect();
    assert!(errors.is_empty(), "{what}: {}", errors.join("\n"));
}

pub(crate) fn yaml(text: &str) -> Value {
    yaml::parse(text).unwrap().to_json()
}

fn read_json(path: &Path) -> Value {
    serde_json::from_slice(&fs::read(path).unwrap()).unwrap()
}

/// The files in `policy-packs/*/FOLDER`, or `policy-packs/*` itself, with this extension.
fn shipped(folder: &str, extension: &str) -> Vec<PathBuf> {
    let packs = fs::read_dir("policy-packs").unwrap();
    let folders = packs.map(|pack| pack.unwrap().path().join(folder));
    let folders = folders.filter(|folder| folder.is_dir());
    let files = folders.flat_map(|folder| fs::read_dir(folder).unwrap());
    let files = files.map(|file| file.unwrap().path());
    files
        .filter(|file| file.extension().is_some_and(|it| it == extension))
        .collect()
}

#[test]
fn the_shipped_packs_are_valid() {
    let policy = validator("policy");
    let packs = shipped("", "yaml");
    assert_eq!(packs.len(), 7);
    for path in packs {
        let text = fs::read_to_string(&path).unwrap();
        valid(&policy, &yaml(&text), &path.display().to_string());
    }
    let case = validator("case");
    let files = shipped("cases", "yaml");
    assert!(files.len() >= 6, "{}", files.len());
    for path in files {
        let text = fs::read_to_string(&path).unwrap();
        valid(&case, &yaml(&text), &path.display().to_string());
    }
}

/// Policies that the reader refuses, and the schema too.
#[test]
fn a_policy_that_is_wrong_is_refused() {
    let policy = validator("policy");
    let wrong = [
        "{}",
        "metadata: {title: A}",
        "metadata: {id: a}\ncomands: {block: [ls]}",
        "metadata: {id: a, titel: A}",
        "metadata: {id: a, title: ' '}",
        "metadata: {id: A}",
        "metadata: {id: a--b}",
        "metadata: {id: a, version: '1.0'}",
        "metadata: {id: a, mode: off}",
        "metadata: {id: a, mode: null}",
        "metadata: {id: a, inherits: [1]}",
        "metadata: {id: a}\nfilesystem: {block_reads: [x]}",
        "metadata: {id: a}\nfilesystem: {block_read: x}",
        "metadata: {id: a}\nfilesystem: {block_read: ['']}",
        "metadata: {id: a}\nfilesystem: {block_read: [' x']}",
        "metadata: {id: a}\nfilesystem: null",
        "metadata: {id: a}\ncommands: {blocks: [ls]}",
        "metadata: {id: a}\ngit: {protected_branch: [main]}",
        "metadata: {id: a}\ngit: {require_pull_request: 'yes'}",
        "metadata: {id: a}\nmcp: {allow_servers: [a]}",
        "metadata: {id: a}\nmcp: {risk_scoring: {a: severe}}",
        "metadata: {id: a}\nmcp: {tool_pins: {'a:b': abc}}",
        "metadata: {id: a}\napprovals: {default: {approver: [a]}}",
        "metadata: {id: a}\napprovals: {default: {approvers: []}}",
        "metadata: {id: a}\nevidence: {required_field: [a]}",
        "metadata: {id: a}\ncompliance: {map_to: [a]}",
        "metadata: {id: a}\npromotion: null",
        "metadata: {id: a}\npromotion: {approvals_required: 0}",
        "metadata: {id: a}\npromotion: {approvals_required: 65}",
        "metadata: {id: a}\npromotion: {watch_hours: 1.5}",
        "metadata: {id: a}\npromotion: {rollback_rehearsed: null}",
        "metadata: {id: a}\npromotion: {thresholds: {min_observation_hours: 745}}",
        "metadata: {id: a}\npromotion: {when_nothing_loosened: {thresholds: {max_drop: 1}}}",
    ];
    for text in wrong {
        assert!(!policy.is_valid(&yaml(text)), "the schema accepts {text}");
        let (pack, _) = Pack::read(&file(text));
        assert!(pack.is_none(), "the reader accepts {text}");
    }
}

/// What each command writes is valid under the schema of its kind.
#[test]
fn what_commands_write_is_valid() {
    let mut checked = BTreeMap::new();
    let mut check = |name: &'static str, document: &Value| {
        let validator = validator(name);
        valid(&validator, document, name);
        let mut misspelt = document.clone();
        misspelt["schema_versoin"] = json!(1);
        assert!(
            !validator.is_valid(&misspelt),
            "{name} accepts a misspelt field"
        );
        *checked.entry(name).or_insert(0) += 1;
    };

    let decide = ["decide", "--command", "terraform apply", "--output", "json"];
    check("decision", &cavra(&decide).exits(4).json());
    let compared = [&decide[..], &["--candidate", CANDIDATE]].concat();
    let compared = cavra(&compared).exits(4).json();
    assert!(compared["candidate"]["change"].is_string());
    check("decision", &compared);

    let folder = tempfile::tempdir().unwrap();
    let dist = folder.path().to_str().unwrap();
    let plan = [
        "policy",
        "lifecycle-plan",
        "--policy-pack",
        "cavra-ai-agent-baseline",
    ];
    let previous = "examples/policy-lifecycle/previous/cavra-ai-agent-baseline";
    let plan = [&plan[..], &["--previous", previous, "--output-dir", dist]].concat();
    cavra(&plan).exits(0);
    for file in fs::read_dir(folder.path()).unwrap() {
        let path = file.unwrap().path();
        let file = path.file_name().unwrap().to_str().unwrap();
        let format = FORMATS
            .iter()
            .find(|it| it.title == format!("`{file}`"))
            .unwrap();
        check(format.name, &read_json(&path));
    }

    let examples = "examples/policy-lifecycle/enterprise-policy-lifecycle";
    for packet in [".sample.json", ".live.sanitized.example.json"] {
        let path = format!("{examples}{packet}");
        let document = read_json(Path::new(&path));
        check("readiness-packet", &document);
        for (field, format) in [
            ("approval_workflow", "approval-workflow"),
            ("authoring_ui_contract", "authoring-ui-contract"),
            ("dry_run_report", "dry-run-report"),
            ("lint_report", "lint-report"),
            ("rollback_plan", "rollback-plan"),
            ("shadow_mode_plan", "shadow-mode-plan"),
            ("version_manifest", "version-manifest"),
        ] {
            check(format, &document[field]);
        }
        let result = cavra(&["policy", "lifecycle-readiness", &path, "--output", "json"]);
        check("readiness-result", &result.exits(0).json());
    }

    let replay = [
        "shadow",
        "replay",
        "--candidate",
        "tests/data/shadow/planted",
    ];
    let actions = [
        "--actions",
        "tests/data/shadow/planted.jsonl",
        "--output",
        "json",
    ];
    let report = cavra(&[&replay[..], &actions].concat()).exits(0).json();
    check("shadow-report", &report);

    let key = "example.org/cavra+1ade6455+AQOhB7/zzhC+HXDdGOdLwJln5NYwm6UNXx3chmQSVTG4";
    let (person, file) = (format!("ada={key}"), format!("{dist}/trust.json"));
    let new = [
        "trust",
        "new",
        "--expires",
        "2100-01-01",
        "--role",
        "trust=ada",
    ];
    cavra(&[&new[..], &["--person", &person, "--out", &file]].concat()).exits(0);
    check("trust", &read_json(Path::new(&file)));
    check("policy-change-request", &change_request(&folder));

    let checked: Vec<(&str, i32)> = checked.into_iter().collect();
    let expected = [
        ("approval-workflow", 3),
        ("authoring-ui-contract", 3),
        ("decision", 2),
        ("dry-run-report", 3),
        ("lifecycle-export", 1),
        ("lifecycle-plan", 1),
        ("lint-report", 3),
        ("policy-change-request", 1),
        ("readiness-packet", 2),
        ("readiness-result", 2),
        ("rollback-plan", 3),
        ("shadow-mode-plan", 3),
        ("shadow-report", 1),
        ("trust", 1),
        ("version-manifest", 3),
    ];
    assert_eq!(checked, expected);
}

/// What `cavra lifecycle request` signs.
fn change_request(folder: &TempDir) -> Value {
    let path = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    let (key, out) = (path("ada.key"), path("request.dsse.json"));
    cavra(&["keys", "generate", "--name", "ada", "--out", &key]).exits(0);
    let mut request = vec!["lifecycle", "request", "--output", "json"];
    request.extend(["--candidate", CANDIDATE, "--replaces"]);
    request.extend(["cavra-ai-agent-baseline", "--journal-key", &key]);
    request.extend(["--activation-index", "0", "--requested-by", "ada"]);
    request.extend(["--reason", "x", "--expires", "2100-01-01"]);
    request.extend(["--signing-key", &key, "--out", &out]);
    cavra(&request).exits(0).json()
}

/// The golden packet and report of an earlier version are valid too.
#[test]
fn golden_documents_are_valid() {
    let packet = read_json(Path::new("tests/data/golden/packet.json"));
    valid(&validator("readiness-packet"), &packet, "the golden packet");
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
