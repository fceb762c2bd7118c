//! The staging example, on a shorter day.

use std::fs;

use serde_json::Value;

use super::support::{Run, run};

fn staging(folder: &std::path::Path) -> Run {
    let mut script = assert_cmd::Command::new("examples/staging/run");
    script.arg(folder);
    script.env("CAVRA", env!("CARGO_BIN_EXE_cavra"));
    script.env_remove("CAVRA_DATA_DIR");
    script.env("HOURS", "2").env("AGENTS", "12");
    run(&mut script)
}

#[test]
fn a_day_ends_with_reports_that_a_person_can_read_and_verify() {
    let folder = tempfile::tempdir().unwrap();
    let first = staging(folder.path()).exits(0);
    let first = first
        .prints("NOT READY")
        .prints("the report is what the journal says");
    drop(first.prints("no evidence for a live gate"));
    let read = |name: &str| fs::read_to_string(folder.path().join(name)).unwrap();
    let json = |name: &str| serde_json::from_str::<Value>(&read(name)).unwrap();
    let (simulated, journal) = (json("report.json"), json("journal-report.json"));
    assert_eq!(simulated["simulated_clock"], true);
    assert_eq!(journal["simulated_clock"], true);
    assert!(simulated["observation"]["seconds"].as_u64().unwrap() > 60 * 60);
    assert!(simulated["counts"]["loosened"].as_u64().unwrap() > 0);
    // One stream of actions, two ways to look at it.
    for field in [
        "counts",
        "matrix",
        "required_classes",
        "active",
        "candidate",
    ] {
        assert_eq!(journal[field], simulated[field], "{field}");
    }
    assert!(read("report.html").contains("<svg"));

    let again = tempfile::tempdir().unwrap();
    drop(staging(again.path()).exits(0));
    for name in ["day.jsonl", "report.json", "report.html"] {
        let other = fs::read_to_string(again.path().join(name)).unwrap();
        assert_eq!(other, read(name), "{name}");
    }
}
