use std::fs;

use cavra::policy::cases::REQUIRED_CASE_IDS;
use serde_json::Value;

use super::support::{CANDIDATE, cavra};

#[test]
fn it_shows_the_required_cases_and_what_the_candidate_changes_and_leaves_the_report() {
    let folder = tempfile::tempdir().unwrap();
    let dist = folder.path().join("not/yet/there");
    let run = cavra(&["simulate", "--output-dir", dist.to_str().unwrap()]).exits(0);
    for case in REQUIRED_CASE_IDS {
        assert!(
            run.stdout.contains(case),
            "{case} is not in: {}",
            run.stdout
        );
    }
    let run = run
        .prints("loosened")
        .prints("cargo test")
        .prints("0 failed");
    let report: Value =
        serde_json::from_slice(&fs::read(dist.join("policy-dry-run-report.json")).unwrap())
            .unwrap();
    assert_eq!(
        report["schema_version"],
        "cavra.policy-lifecycle.dry-run-report.v1"
    );
    assert_eq!(report["passed"], true);
    assert_eq!(report["required_cases_present"], true);
    let cases = format!("{} cases", report["case_count"]);
    run.prints(&cases);
}

#[test]
fn json_holds_every_case_and_every_comparison() {
    let folder = tempfile::tempdir().unwrap();
    let dist = folder.path().to_str().unwrap();
    let run = cavra(&[
        "simulate",
        "--candidate",
        CANDIDATE,
        "--output-dir",
        dist,
        "--output",
        "json",
    ]);
    let document = run.exits(0).json();
    let results = document["report"]["results"].as_array().unwrap();
    let compared = document["comparison"].as_array().unwrap();
    assert_eq!(results.len(), compared.len());
    assert!(compared.iter().any(|it| it["change"] == "loosened"));
    assert!(compared.iter().any(|it| it["change"] == "tightened"));
    assert_eq!(document["candidate"]["id"], "cavra-ai-agent-baseline-next");
    // What was compared is what was decided.
    for (result, comparison) in results.iter().zip(compared) {
        assert_eq!(result["case_id"], comparison["case_id"]);
        assert_eq!(
            result["decision"]["target"],
            comparison["candidate"]["target"]
        );
    }
}

#[test]
fn every_pack_that_ships_passes_its_cases() {
    let folder = tempfile::tempdir().unwrap();
    for pack in fs::read_dir("policy-packs").unwrap() {
        let pack = pack.unwrap().file_name().into_string().unwrap();
        let dist = folder.path().join(&pack);
        cavra(&[
            "simulate",
            "--policy-pack",
            &pack,
            "--output-dir",
            dist.to_str().unwrap(),
        ])
        .exits(0);
    }
}

#[test]
fn a_failed_case_is_shown_and_exits_with_two() {
    let folder = tempfile::tempdir().unwrap();
    let pack = folder.path().join("lax");
    fs::create_dir(&pack).unwrap();
    // Inherits nothing, so it lets the required reads and commands through.
    fs::write(
        pack.join("policy.yaml"),
        "metadata: {id: lax}\ncommands: {allow: ['terraform plan*']}\n",
    )
    .unwrap();
    let dist = folder.path().join("dist");
    cavra(&[
        "simulate",
        "--policy",
        pack.to_str().unwrap(),
        "--output-dir",
        dist.to_str().unwrap(),
    ])
    .exits(2)
    .prints("failed: decision is allow, expected block")
    .prints("block_env_read");
    let report = fs::read_to_string(dist.join("policy-dry-run-report.json")).unwrap();
    let report: Value = serde_json::from_str(&report).unwrap();
    assert_eq!(report["passed"], false);
}

#[test]
fn a_report_that_cannot_be_written_is_a_failure() {
    let file = tempfile::NamedTempFile::new().unwrap();
    let dist = file.path().join("dist");
    cavra(&["simulate", "--output-dir", dist.to_str().unwrap()])
        .exits(1)
        .complains("can't be written");
}
