//! The example packets are what the tool makes of today's packs, and the gate sees through
//! any change to them.

use std::fs;
use std::path::{Path, PathBuf};

use cavra::engine::{effective_digest, engine_digest};
use cavra::library::Library;
use serde_json::Value;

use super::support::{cavra, run};

const LIVE: &str =
    "examples/policy-lifecycle/enterprise-policy-lifecycle.live.sanitized.example.json";
const SAMPLE: &str = "examples/policy-lifecycle/enterprise-policy-lifecycle.sample.json";

const REGENERATE: &str = "examples/policy-lifecycle/regenerate";
/// What differs between two packets of the same pack: times, ids, and what git says of the moment.
const OF_THE_MOMENT: [&str; 7] = [
    "decision_id",
    "generated_at",
    "git_versioned",
    "packet_digest",
    "source_ref",
    "timestamp",
    "versioning_reason",
];

fn read(file: &str) -> Value {
    serde_json::from_str(&fs::read_to_string(file).unwrap()).unwrap()
}

/// A packet without what is of the moment.
fn lasting(value: &mut Value) {
    match value {
        Value::Object(fields) => {
            fields.retain(|key, _| !OF_THE_MOMENT.contains(&key.as_str()));
            fields.values_mut().for_each(lasting);
        }
        Value::Array(items) => items.iter_mut().for_each(lasting),
        _ => {}
    }
}

#[test]
fn the_examples_are_of_today_s_engine_and_pack() {
    let library = Library::open(&[PathBuf::from("policy-packs")]).unwrap();
    let pack = library.effective("cavra-ai-agent-baseline").unwrap();
    let today = [effective_digest(&pack), engine_digest()].map(|it| it.to_string());
    for file in [LIVE, SAMPLE] {
        let manifest = &read(file)["version_manifest"];
        let named = ["effective_digest", "engine_digest"].map(|key| manifest[key].clone());
        assert_eq!(
            named, today,
            "`{file}` is of another engine or pack: run `{REGENERATE}`, and commit what it writes"
        );
    }
}

#[test]
fn the_script_makes_the_examples_anew() {
    let folder = tempfile::tempdir().unwrap();
    let mut script = assert_cmd::Command::new(REGENERATE);
    script.arg(folder.path()).env_remove("CAVRA_PACKS");
    script.env("CAVRA", env!("CARGO_BIN_EXE_cavra"));
    run(&mut script).exits(0);
    for file in [LIVE, SAMPLE] {
        let name = Path::new(file).file_name().unwrap();
        let made = folder.path().join(name);
        let (mut made, mut kept) = (read(made.to_str().unwrap()), read(file));
        lasting(&mut made);
        lasting(&mut kept);
        assert!(
            made == kept,
            "`{file}` is not what `{REGENERATE}` writes: run it, and commit what it writes"
        );
    }
}

fn readiness(args: &[&str], code: i32) -> Value {
    let command = [&["policy", "lifecycle-readiness"], args].concat();
    serde_json::from_str(&cavra(&command).exits(code).stdout).unwrap()
}

#[test]
fn the_live_example_is_ready() {
    let result = readiness(&[LIVE, "--require-live"], 0);
    assert_eq!(result["ready_for_live_policy_lifecycle"], true);
    assert_eq!(result["blocker_count"], 0);
    assert_eq!(result["warning_count"], 0);
    assert_eq!(result["status"], "ready");
}

#[test]
fn the_sample_example_is_ready_with_its_one_warning() {
    let result = readiness(&[SAMPLE], 0);
    assert_eq!(result["ready_for_policy_lifecycle_contract"], true);
    assert_eq!(result["ready_for_live_policy_lifecycle"], false);
    assert_eq!(result["status"], "ready_with_warnings");
    assert_eq!(result["warning_count"], 1);
    let result = readiness(&[SAMPLE, "--require-live"], 2);
    assert_eq!(result["status"], "blocked");
}

#[test]
fn one_digit_one_count_or_one_verdict_changed_blocks_and_names_the_check() {
    let text = fs::read_to_string(LIVE).unwrap();
    let packet: Value = serde_json::from_str(&text).unwrap();
    let digest = packet["version_manifest"]["effective_digest"]
        .as_str()
        .unwrap();
    let last = if digest.ends_with('0') { "1" } else { "0" };
    let other = format!("{}{last}", &digest[..digest.len() - 1]);
    let alterations = [
        (
            "/version_manifest/effective_digest",
            Value::from(other),
            "version_manifest",
        ),
        ("/dry_run_report/passed_count", Value::from(1), "dry_run"),
        ("/lint_report/warning_count", Value::from(7), "lint"),
        (
            "/dry_run_report/results/0/decision/decision",
            Value::from("allow"),
            "dry_run",
        ),
    ];
    let folder = tempfile::tempdir().unwrap();
    for (pointer, value, check) in alterations {
        let mut altered = packet.clone();
        let at = altered.pointer_mut(pointer).unwrap();
        assert_ne!(*at, value, "{pointer}");
        *at = value;
        let copy = folder.path().join("packet.json");
        fs::write(&copy, altered.to_string()).unwrap();
        let result = readiness(&[copy.to_str().unwrap(), "--require-live"], 2);
        let checks = result["checks"].as_array().unwrap().iter();
        let blockers: Vec<&str> = checks
            .filter(|it| it["status"] == "blocker")
            .map(|it| it["name"].as_str().unwrap())
            .collect();
        assert!(
            blockers.iter().any(|name| name.starts_with(check)),
            "{pointer}: {blockers:?}"
        );
    }
}
