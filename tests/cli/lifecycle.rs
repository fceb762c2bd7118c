use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;

use super::support::{cavra, cavra_with};

const BASELINE: &str = "cavra-ai-agent-baseline";
const PREVIOUS: &str = "examples/policy-lifecycle/previous/cavra-ai-agent-baseline";
const FILES: [&str; 9] = [
    "policy-approval-workflow.json",
    "policy-authoring-ui-contract.json",
    "policy-dry-run-report.json",
    "policy-lifecycle-export.json",
    "policy-lifecycle-plan.json",
    "policy-lint-report.json",
    "policy-rollback-plan.json",
    "policy-shadow-mode-plan.json",
    "policy-version-manifest.json",
];

fn names(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).unwrap();
    let mut names: Vec<String> = entries
        .map(|it| it.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}

/// A sample packet of the baseline.
fn sample(folder: &Path) -> PathBuf {
    let path = folder.join("packet.json");
    let file = path.to_str().unwrap();
    cavra(&[
        "policy",
        "lifecycle-packet",
        BASELINE,
        "--previous",
        PREVIOUS,
        "--output-file",
        file,
    ])
    .exits(0);
    path
}

/// A pack whose required cases fail.
fn lax(folder: &Path) -> String {
    let pack = folder.join("lax");
    fs::create_dir_all(&pack).unwrap();
    fs::write(pack.join("policy.yaml"), "metadata: {id: lax}\n").unwrap();
    pack.to_str().unwrap().to_owned()
}

#[test]
fn a_plan_is_nine_files() {
    let folder = tempfile::tempdir().unwrap();
    let dist = folder.path().join("a/b");
    let args = [
        "policy",
        "lifecycle-plan",
        "--policy-pack",
        BASELINE,
        "--output-dir",
        dist.to_str().unwrap(),
    ];
    cavra(&args).exits(0).prints("ready for review");
    assert_eq!(names(&dist), FILES);
    let index = cavra(&[&args[..], &["--output", "json"]].concat())
        .exits(0)
        .json();
    for entry in index["artifacts"].as_array().unwrap() {
        let text = fs::read_to_string(dist.join(entry["path"].as_str().unwrap())).unwrap();
        let artifact: Value = serde_json::from_str(&text).unwrap();
        assert_eq!(artifact["schema_version"], entry["schema_version"]);
    }
}

/// An agent that can write to the workspace must not choose what the tool overwrites.
#[test]
fn a_planted_link_is_replaced_and_not_followed() {
    let folder = tempfile::tempdir().unwrap();
    let dist = folder.path().join("dist");
    let mine = folder.path().join("mine");
    fs::create_dir(&dist).unwrap();
    fs::write(&mine, "mine").unwrap();
    std::os::unix::fs::symlink(&mine, dist.join(FILES[0])).unwrap();
    let output = dist.to_str().unwrap();
    cavra(&["policy", "lifecycle-plan", BASELINE, "--output-dir", output]).exits(0);
    assert_eq!(fs::read_to_string(&mine).unwrap(), "mine");
    assert!(dist.join(FILES[0]).symlink_metadata().unwrap().is_file());
    assert_eq!(names(&dist), FILES);
}

#[test]
fn the_same_time_makes_the_same_plan() {
    let folder = tempfile::tempdir().unwrap();
    let manifest = |name: &str| {
        let dist = folder.path().join(name);
        let dist = dist.to_str().unwrap();
        let time = "2026-11-20T09:30:00Z";
        cavra(&[
            "policy",
            "lifecycle-plan",
            BASELINE,
            "--output-dir",
            dist,
            "--generated-at",
            time,
        ])
        .exits(0);
        fs::read(
            folder
                .path()
                .join(name)
                .join("policy-version-manifest.json"),
        )
        .unwrap()
    };
    assert_eq!(manifest("one"), manifest("two"));
}

#[test]
fn a_plan_that_is_not_ready_is_written_and_exits_with_two() {
    let folder = tempfile::tempdir().unwrap();
    let pack = lax(folder.path());
    let dist = folder.path().join("dist");
    let args = [
        "policy",
        "lifecycle-plan",
        "--policy",
        &pack,
        "--output-dir",
        dist.to_str().unwrap(),
    ];
    cavra(&args).exits(2).prints("not ready for review");
    assert_eq!(names(&dist), FILES);
    cavra(&["policy", "dry-run", &pack])
        .exits(2)
        .prints("failed: decision is allow, expected block");
    let report = cavra(&["policy", "dry-run", BASELINE, "--output", "json"])
        .exits(0)
        .json();
    assert_eq!(report["passed"], true);
}

#[test]
fn a_sample_is_ready_with_a_warning_and_blocked_where_live_is_required() {
    let folder = tempfile::tempdir().unwrap();
    let packet = sample(folder.path());
    let packet = packet.to_str().unwrap();
    let result = cavra(&["policy", "lifecycle-readiness", packet])
        .exits(0)
        .json();
    assert_eq!(result["status"], "ready_with_warnings");
    assert_eq!(result["ready_for_policy_lifecycle_contract"], true);
    assert_eq!(result["ready_for_live_policy_lifecycle"], false);
    assert_eq!(
        (&result["blocker_count"], &result["warning_count"]),
        (&0.into(), &1.into())
    );
    let args = ["policy", "lifecycle-readiness", packet, "--require-live"];
    assert_eq!(cavra(&args).exits(2).json()["status"], "blocked");
    cavra(&[&args[..], &["--output", "table"]].concat())
        .exits(2)
        .prints("evidence_mode");
}

#[test]
fn a_changed_count_blocks_and_names_the_check() {
    let folder = tempfile::tempdir().unwrap();
    let packet = fs::read_to_string(sample(folder.path())).unwrap();
    let mut packet: Value = serde_json::from_str(&packet).unwrap();
    packet["dry_run_report"]["passed_count"] = 1.into();
    let result = cavra_with(&["policy", "lifecycle-readiness", "-"], packet.to_string()).exits(2);
    assert!(
        result.json()["checks"]
            .as_array()
            .unwrap()
            .iter()
            .any(|check| { check["status"] == "blocker" && check["name"] == "dry_run_counts" })
    );
}

#[test]
fn without_its_pack_a_packet_of_an_earlier_version_is_claimed_only() {
    let folder = tempfile::tempdir().unwrap();
    let packet = sample(folder.path());
    let mut earlier: Value = serde_json::from_str(&fs::read_to_string(&packet).unwrap()).unwrap();
    for part in ["bundles", "attestations"] {
        earlier.as_object_mut().unwrap().remove(part).unwrap();
    }
    earlier["version_manifest"]["policy_id"] = "nobody-s".into();
    let result = cavra_with(&["policy", "lifecycle-readiness", "-"], earlier.to_string());
    result.exits(2).prints("claimed only");
    let empty = tempfile::tempdir().unwrap();
    let empty = empty.path().to_str().unwrap();
    let args = [
        "policy",
        "lifecycle-readiness",
        packet.to_str().unwrap(),
        "--packs",
        empty,
    ];
    // Its own policies are enough.
    let result = cavra(&args).exits(0).json();
    let checks = result["checks"].as_array().unwrap();
    let recomputed = checks
        .iter()
        .find(|it| it["name"] == "dry_run_report_recomputed");
    assert_eq!(recomputed.unwrap()["basis"], "recomputed");
    // Another pack than the one that it is about.
    let args = [
        "policy",
        "lifecycle-readiness",
        packet.to_str().unwrap(),
        "--policy-pack",
        "cavra-terraform-prod",
    ];
    assert_eq!(cavra(&args).exits(2).json()["status"], "blocked");
}

#[test]
fn what_is_no_packet_is_blocked_and_what_is_not_there_is_a_failure() {
    cavra_with(&["policy", "lifecycle-readiness", "-"], "{}")
        .exits(2)
        .prints("blocker");
    cavra_with(&["policy", "lifecycle-readiness", "-"], "nonsense")
        .exits(1)
        .complains("is not JSON");
    cavra(&["policy", "lifecycle-readiness", "no-such.json"])
        .exits(1)
        .complains("no-such.json");
    cavra(&["policy", "lifecycle-readiness"]).exits(1);
}

#[test]
fn a_live_packet_needs_its_references() {
    let live = [
        "policy",
        "lifecycle-packet",
        BASELINE,
        "--evidence-mode",
        "live",
    ];
    cavra(&live).exits(1).complains("--ci-run-ref");
    let references = [
        "--ci-run-ref",
        "ci://runs/1847",
        "--policy-review-ref",
        "review://pulls/512",
        "--ui-validation-ref",
        "ui://sessions/77",
    ];
    let packet = cavra(&[&live[..], &references].concat()).exits(0).json();
    assert_eq!(packet["evidence_mode"], "live");
    assert_eq!(
        packet["operating_evidence"]["policy_review_ref"],
        "review://pulls/512"
    );
}

#[test]
fn validate_does_what_its_halves_do() {
    let folder = tempfile::tempdir().unwrap();
    let packet = sample(folder.path());
    let packet = packet.to_str().unwrap();
    let dist = folder.path().join("dist");
    let export = ["--export-dir", dist.to_str().unwrap()];
    let validate = ["policy", "lifecycle-validate"];
    let planned = cavra(&[&validate[..], &["--policy-pack", BASELINE], &export].concat())
        .exits(0)
        .json();
    assert_eq!(planned["artifacts"].as_array().map(Vec::len), Some(8));
    assert_eq!(names(&dist), FILES);

    let checked = cavra(&[&validate[..], &["--packet", packet]].concat())
        .exits(0)
        .json();
    let alone = cavra(&["policy", "lifecycle-readiness", packet])
        .exits(0)
        .json();
    assert_eq!(checked, alone);
    cavra(&[&validate[..], &["--packet", packet, "--require-live"]].concat()).exits(2);

    let both = cavra(&[&validate[..], &["--packet", packet], &export].concat())
        .exits(0)
        .json();
    assert_eq!(both["readiness"]["status"], "ready_with_warnings");
    cavra(&validate).exits(1).complains("--export-dir");
}

#[test]
fn a_manifest_measures_what_git_says() {
    let folder = tempfile::tempdir().unwrap();
    let pack = lax(folder.path());
    let manifest = cavra(&["policy", "manifest", &pack, "--output", "json"])
        .exits(0)
        .json();
    assert_eq!(manifest["git_versioned"], false);
    assert!(
        manifest["versioning_reason"]
            .as_str()
            .unwrap()
            .contains("git"),
        "{manifest}"
    );
    cavra(&["policy", "manifest", BASELINE, "--previous", PREVIOUS])
        .exits(0)
        .prints("since then");
}
