//! Shadow runs from a shell, on a service that decides.

use std::collections::BTreeSet;
use std::fs;
use std::os::unix::fs::PermissionsExt as _;

use cavra::journal::store::Reader;
use serde_json::Value;

use super::serve::Service;
use super::support::{Run, cavra, cavra_with};

const PLANTED: &str = "tests/data/shadow/planted";

/// The planted day, as documents that can be decided.
fn day() -> String {
    let lines = include_str!("../data/shadow/planted.jsonl").lines();
    let input = |line: &str| {
        let document: Value = serde_json::from_str(line).unwrap();
        format!("{}\n", document["input"])
    };
    lines.map(input).collect()
}

fn decide_day(service: &Service) {
    let args = [
        "decide",
        "--output",
        "json",
        "--endpoint",
        service.endpoint(),
    ];
    let answers = cavra_with(&args, day()).json_lines();
    assert_eq!(answers.len(), 45);
}

fn shadow(args: &[&str], endpoint: &str) -> Run {
    cavra(
        &[
            &["shadow"],
            args,
            &["--endpoint", endpoint, "--output", "json"],
        ]
        .concat(),
    )
}

fn counts(of: &Value) -> [u64; 5] {
    let names = [
        "loosened",
        "candidate_error",
        "tightened",
        "reason_changed",
        "same",
    ];
    names.map(|name| of["counts"][name].as_u64().unwrap())
}

/// The `shadow` records of a service's journal.
fn notes(service: &Service) -> Vec<Value> {
    let reader = Reader::open(service.data.path()).unwrap();
    let rows = reader.rows(0..reader.size().unwrap()).unwrap();
    let records = rows
        .iter()
        .map(|row| serde_json::from_str(&row.body).unwrap());
    records
        .filter(|it: &Value| it["kind"] == "shadow")
        .collect()
}

#[test]
fn a_run_is_started_looked_at_and_stopped() {
    let folder = tempfile::tempdir().unwrap();
    let socket = folder.path().join("admin.sock");
    let mut service = Service::start(&["--admin-socket", socket.to_str().unwrap()]);
    let admin = format!("unix:{}", socket.display());
    let public = service.endpoint().to_owned();
    cavra(&["shadow", "status", "--endpoint", &public])
        .exits(0)
        .prints("no shadow run");
    cavra(&["shadow", "report", "--endpoint", &public])
        .exits(1)
        .complains("the service has no shadow run")
        .complains("`cavra shadow start` begins one");
    cavra(&["shadow", "report", "newest", "--endpoint", &public])
        .exits(1)
        .complains("`newest` is not the id of a shadow run")
        .complains("`cavra shadow status --endpoint URL` lists");
    shadow(&["start", "--candidate", PLANTED], &public)
        .exits(1)
        .complains(&admin);
    let started = shadow(&["start", "--candidate", PLANTED, "--for", "24h"], &admin)
        .exits(0)
        .json();
    let run_id = started["run_id"].as_str().unwrap();
    decide_day(&service);
    let stopped = shadow(&["stop"], &admin).exits(0).json();
    assert_eq!(stopped["run_id"], run_id);
    assert_eq!(stopped["ended"], "stopped");
    assert_eq!(counts(&stopped), [4, 3, 2, 7, 29]);
    assert_eq!(stopped["journal"]["recorded"], 45);
    let status = shadow(&["status"], &public).exits(0).json();
    assert_eq!(status, Value::Array(vec![stopped]));
    cavra(&["shadow", "status", "--endpoint", &public])
        .exits(0)
        .prints("planted-candidate 1.0.0")
        .prints("stopped");
    let report = shadow(&["report", run_id], &public).exits(0).json();
    assert_eq!(counts(&report), [4, 3, 2, 7, 29]);
    assert_eq!(report["source"]["kind"], "live");
    assert_eq!(report["status"], "not_ready");
    for format in ["table", "junit", "html"] {
        let args = [
            "shadow",
            "report",
            "--endpoint",
            &public,
            "--output",
            format,
        ];
        cavra(&args).exits(0).prints("loosened");
    }
    cavra(&["shadow", "report", "--endpoint", &public, "--check"]).exits(2);
    cavra(&["shadow", "watch", "--endpoint", &public])
        .exits(0)
        .prints("the run has ended: stopped");
    shadow(&["stop", run_id], &admin).exits(0);
    shadow(&["stop"], &admin)
        .exits(1)
        .complains("shadow status");
    assert_eq!(service.stop("-TERM"), Some(0), "{}", service.log());
    let notes = notes(&service);
    let events: Vec<&str> = notes
        .iter()
        .map(|note| note["detail"]["event"].as_str().unwrap())
        .collect();
    assert_eq!(events, ["started", "compared"]);
    assert!(notes.iter().all(|note| note["run_id"] == run_id));
}

#[test]
fn a_service_starts_with_runs_and_tells_its_journal_when_it_stops() {
    let folder = tempfile::tempdir().unwrap();
    let key = folder.path().join("sampling.key");
    fs::write(&key, "0123456789abcdef\n").unwrap();
    let key_path = key.to_str().unwrap();
    let args = [
        "--shadow",
        PLANTED,
        "--shadow-sampling",
        "40%",
        "--shadow-key",
        key_path,
    ];
    let serve = [
        &["serve", "--listen", "127.0.0.1:0", "--journal", "off"],
        &args[..],
    ]
    .concat();
    fs::set_permissions(&key, fs::Permissions::from_mode(0o644)).unwrap();
    cavra(&serve).exits(1).complains("chmod 600");
    fs::set_permissions(&key, fs::Permissions::from_mode(0o600)).unwrap();
    let lines: String = (0..200)
        .map(|n| format!("{{\"action_type\":\"read_file\",\"target\":\"a.rs\",\"requested_operation\":\"read\",\"correlation_id\":\"c{n}\"}}\n"))
        .collect();
    let sampled = || {
        let mut service = Service::start(&args);
        let endpoint = service.endpoint().to_owned();
        cavra_with(
            &["decide", "--endpoint", &endpoint, "--output", "json"],
            lines.clone(),
        )
        .exits(0);
        assert_eq!(service.stop("-TERM"), Some(0), "{}", service.log());
        let last = notes(&service).pop().unwrap();
        assert_eq!(last["detail"]["ended"], "service_ended");
        assert_eq!(last["detail"]["seen"], 200);
        callers(&service, &last["detail"]["compared"]["positions"])
    };
    let (one, other) = (sampled(), sampled());
    assert_eq!(one, other, "replicas with one key take the same requests");
    assert!((40..=120).contains(&one.len()), "{one:?}");
}

/// The correlation ids of the decisions at these ranges.
fn callers(service: &Service, ranges: &Value) -> BTreeSet<String> {
    let reader = Reader::open(service.data.path()).unwrap();
    let mut ids = BTreeSet::new();
    for range in ranges.as_array().unwrap() {
        let (first, last) = (range[0].as_u64().unwrap(), range[1].as_u64().unwrap());
        for row in reader.rows(first..last + 1).unwrap() {
            let record: Value = serde_json::from_str(&row.body).unwrap();
            let id = record["caller"]["correlation_id"].as_str().unwrap();
            assert!(ids.insert(id.to_owned()));
        }
    }
    ids
}

#[test]
fn what_is_no_share_and_no_time_is_a_usage_error() {
    let wrong = [
        ["--sampling", "10"],
        ["--sampling", "0%"],
        ["--sampling", "101%"],
        ["--sampling", "-1%"],
        ["--sampling", "0.00001%"],
        ["--for", "soon"],
        ["--for", "32d"],
        ["--for", "-1h"],
        ["--max", "0"],
    ];
    for [option, value] in wrong {
        let option = format!("{option}={value}");
        let start = ["start", "--staged", &option];
        shadow(&start, "http://127.0.0.1:1")
            .exits(1)
            .complains("invalid value");
    }
}
