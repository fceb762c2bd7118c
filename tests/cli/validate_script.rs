//! `scripts/validate_policy_lifecycle.py`, and `lifecycle-plan` as it is without arguments.

use std::path::Path;
use std::process::{Command, Output};

use serde_json::Value;

use super::needs;
use super::support::{command, run};

const LIVE: &str =
    "examples/policy-lifecycle/enterprise-policy-lifecycle.live.sanitized.example.json";
const SAMPLE: &str = "examples/policy-lifecycle/enterprise-policy-lifecycle.sample.json";

fn script(args: &[&str], binary: &str) -> Output {
    let root = env!("CARGO_MANIFEST_DIR");
    Command::new("python3")
        .arg(format!("{root}/scripts/validate_policy_lifecycle.py"))
        .args(args)
        .env("CAVRA", binary)
        .env_remove("CAVRA_PACKS")
        .current_dir(root)
        .output()
        .unwrap()
}

fn validate(args: &[&str]) -> (Option<i32>, Value) {
    let output = script(args, env!("CARGO_BIN_EXE_cavra"));
    let text = String::from_utf8_lossy(&output.stdout);
    let error = String::from_utf8_lossy(&output.stderr);
    let value = serde_json::from_str(&text).unwrap_or_else(|_| panic!("{text}{error}"));
    (output.status.code(), value)
}

fn files_in(folder: &Path) -> usize {
    std::fs::read_dir(folder).unwrap().count()
}

#[test]
fn the_script_plans_a_pack() {
    if !needs::program("python3") {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let dir = folder.path().join("export");
    let args = ["--policy-pack", "cavra-ai-agent-baseline", "--export-dir"];
    let (code, index) = validate(&[&args[..], &[dir.to_str().unwrap()]].concat());
    assert_eq!(code, Some(0), "{index}");
    assert_eq!(files_in(&dir), 9);
}

#[test]
fn the_script_checks_a_packet() {
    if !needs::program("python3") {
        return;
    }
    let (code, result) = validate(&["--packet", LIVE, "--require-live"]);
    assert_eq!(code, Some(0), "{result}");
    assert_eq!(result["ready_for_live_policy_lifecycle"], true);
    let (code, result) = validate(&["--packet", SAMPLE, "--require-live"]);
    assert_eq!(code, Some(2), "{result}");
    assert_eq!(result["ready_for_live_policy_lifecycle"], false);
    let (code, result) = validate(&["--packet", SAMPLE]);
    assert_eq!(code, Some(0), "{result}");
}

#[test]
fn the_script_says_what_it_could_not_run() {
    if !needs::program("python3") {
        return;
    }
    let output = script(&["--packet", SAMPLE], "/nonexistent/cavra");
    assert_eq!(output.status.code(), Some(1));
    let error = String::from_utf8_lossy(&output.stderr);
    assert!(
        error.contains("`/nonexistent/cavra` can't be run"),
        "{error}"
    );
}

#[test]
fn a_plan_without_arguments_is_the_baselines() {
    let folder = tempfile::tempdir().unwrap();
    let mut plan = command();
    plan.args(["policy", "lifecycle-plan", "--output", "json"])
        .current_dir(folder.path());
    let index = run(&mut plan).exits(0).json();
    assert_eq!(index["policy_id"], "cavra-ai-agent-baseline");
    assert_eq!(files_in(&folder.path().join("dist/policy-lifecycle")), 9);
}
