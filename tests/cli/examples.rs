//! The example packets are what the tool makes of today's packs, and the gate sees through
//! any change to them.

use std::fs;

use serde_json::Value;

use super::support::cavra;

const LIVE: &str =
    "examples/policy-lifecycle/enterprise-policy-lifecycle.live.sanitized.example.json";
const SAMPLE: &str = "examples/policy-lifecycle/enterprise-policy-lifecycle.sample.json";

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
