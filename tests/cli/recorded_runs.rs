//! Start and end of a candidate's shadow runs are lifecycle records.

use std::fs;
use std::time::Duration;

use serde_json::Value;

use super::desk::{Desk, quick, reads};
use super::support::{Run, cavra};

/// `cavra.authority.gate.limits.MAX_RUNS_OF_A_BUNDLE`.
const MAX_RUNS: usize = 32;

fn shadow(desk: &Desk, args: &[&str]) -> Run {
    let endpoint = format!("unix:{}", desk.path("admin.sock"));
    let more = ["--endpoint", &endpoint, "--timeout", "60s"];
    cavra(&[&["shadow"][..], args, &more].concat())
}

fn start(desk: &Desk, candidate: &str) -> Run {
    shadow(desk, &["start", "--candidate", &desk.path(candidate)])
}

/// The records of runs: who, and what.
fn runs(desk: &Desk) -> Vec<(String, Value)> {
    let history = desk.lifecycle(&["history"]).exits(0).json();
    let records = history.as_array().unwrap().iter();
    let runs = records.filter_map(|it| {
        let record = &it["record"];
        let event = record["event"].as_object().unwrap();
        let (name, _) = event.iter().next().unwrap();
        let by = record["by"]["peer"].as_str().unwrap().to_owned();
        name.starts_with("shadow_")
            .then(|| (by, record["event"].clone()))
    });
    runs.collect()
}

/// The records of runs, once there are so many.
fn runs_until(desk: &Desk, count: usize) -> Vec<(String, Value)> {
    for _ in 0..200 {
        let found = runs(desk);
        if found.len() >= count {
            return found;
        }
        std::thread::sleep(Duration::from_millis(50));
    }
    panic!("{:?}", runs(desk));
}

#[test]
fn a_run_of_a_candidate_is_recorded_with_who_and_how_it_ended() {
    let desk = Desk::new();
    let mut service = desk.start();
    // Nobody has proposed it, so it is no candidate.
    start(&desk, "next").exits(0);
    shadow(&desk, &["stop"]).exits(0);
    assert_eq!(runs(&desk), []);

    desk.propose("next");
    let status = desk.lifecycle(&["status"]).json();
    let bundle = &status["candidates"][0]["bundle_digest"];
    start(&desk, "next").exits(0);
    reads(&service, "two.txt");
    shadow(&desk, &["stop"]).exits(0);
    let found = runs(&desk);
    let [(by, began), (stopper, ended)] = found.as_slice() else {
        panic!("{found:?}");
    };
    for peer in [by, stopper] {
        assert!(
            peer.starts_with("uid ") && peer.contains(", pid "),
            "{peer}"
        );
    }
    let (began, ended) = (&began["shadow_started"], &ended["shadow_ended"]);
    assert_eq!(
        (&began["bundle_digest"], &ended["bundle_digest"]),
        (bundle, bundle)
    );
    assert_eq!(began["run_id"], ended["run_id"]);
    assert_eq!(began["criteria"]["thresholds"]["min_observation_hours"], 24);
    assert_eq!(began["active"], status["active"]["effective_digest"]);
    assert_eq!(ended["ended"], "stopped");
    assert_eq!(ended["observed_long_enough"], false);
    assert_eq!(ended["compared"], 1);

    // Killed: the next service records the end.
    start(&desk, "next").exits(0);
    assert_eq!(service.stop("-KILL"), None);
    let mut service = desk.start();
    let found = runs_until(&desk, 4);
    assert_eq!(found[3].0, "start");
    let ended = &found[3].1["shadow_ended"];
    assert_eq!(ended["run_id"], found[2].1["shadow_started"]["run_id"]);
    assert_eq!(ended["ended"], "service_ended");
    assert_eq!(ended["observed_long_enough"], false);
    assert_eq!(ended.get("compared"), None);

    // Stopped with its service.
    start(&desk, "next").exits(0);
    assert_eq!(service.stop("-TERM"), Some(0));
    let mut service = desk.start();
    let found = runs(&desk);
    assert_eq!(found.len(), 6);
    assert_eq!(found[5].0, "service");
    assert_eq!(found[5].1["shadow_ended"]["ended"], "service_ended");

    // Ended by the promotion.
    start(&desk, "next").exits(0);
    let packs = ["next", "mine"];
    let request = desk.request("request", packs, &[]);
    let bo = desk.sign("bo", &request, packs);
    desk.promote(&[&request, &bo]).exits(0);
    let found = runs_until(&desk, 8);
    assert_eq!(found[7].0, "service");
    assert_eq!(found[7].1["shadow_ended"]["ended"], "active_changed");
    assert_eq!(service.stop("-TERM"), Some(0));
    desk.verify();
}

/// Criteria that a test can't meet, in both packs.
fn long(files: &str) -> String {
    quick(files).replace("min_observation_hours: 0", "min_observation_hours: 1")
}

#[test]
fn a_run_that_was_stopped_early_is_evidence_for_nobody() {
    let desk = Desk::new();
    fs::create_dir_all(desk.path("loose")).unwrap();
    for (folder, text) in [("mine", long("'one.txt'")), ("loose", long(""))] {
        fs::write(desk.path(&format!("{folder}/policy.yaml")), text).unwrap();
    }
    let mut service = desk.start();
    desk.propose("loose");
    start(&desk, "loose").exits(0);
    reads(&service, "two.txt");
    shadow(&desk, &["stop"]).exits(0);
    let (report, signed, key) = (
        desk.path("report.json"),
        desk.path("report.dsse.json"),
        desk.path("evidence.key"),
    );
    shadow(&desk, &["report", "--output", "json", "--out", &report]);
    cavra(&[
        "shadow",
        "sign",
        &report,
        "--signing-key",
        &key,
        "--out",
        &signed,
    ])
    .exits(0);
    assert_eq!(
        runs(&desk)[1].1["shadow_ended"]["observed_long_enough"],
        false
    );
    // Nobody is asked to approve it.
    let early = "the run was stopped before its criteria were met";
    let [loose, mine, log, ada, out] = [
        "loose",
        "mine",
        "data/journal.pub",
        "ada.key",
        "early.dsse.json",
    ]
    .map(|name| desk.path(name));
    let index = desk.activation_index();
    let named = format!("shadow_report={report}");
    let ask = |name: &str| {
        let asked = [
            "lifecycle",
            "request",
            "--candidate",
            &loose,
            "--replaces",
            &mine,
        ];
        let place = ["--journal-key", &log, "--activation-index", &index];
        let who = [
            "--requested-by",
            "ada",
            "--reason",
            "r",
            "--expires",
            "2099-01-01",
        ];
        let signed = ["--evidence", name, "--signing-key", &ada, "--out", &out];
        cavra(&[&asked[..], &place, &who, &signed].concat())
    };
    ask(&named)
        .exits(1)
        .complains("is no evidence for this change");
    ask(&named).exits(1).complains(early);
    // And a request that was made otherwise is refused by the service.
    let request = desk.request("request", ["loose", "mine"], &[]);
    let payload = fs::read(&report).unwrap();
    let value: Value = serde_json::from_slice(&payload).unwrap();
    let digest = cavra::canonical::to_canonical_bytes(&value).unwrap();
    let digest = cavra::canonical::Digest::of(&digest);
    let request = super::desk::resigned(&desk, &request, "ada", |request| {
        request.evidence = vec![cavra::change::request::EvidenceDigest {
            name: "shadow_report".to_owned(),
            digest,
        }];
    });
    let bo = desk.sign("bo", &request, ["loose", "mine"]);
    desk.promote(&[&request, &bo, "--report", &signed])
        .exits(1)
        .complains(early);
    assert_eq!(service.stop("-TERM"), Some(0));
}

#[test]
fn runs_can_not_fill_the_log() {
    let desk = Desk::new();
    let mut service = desk.start();
    desk.propose("next");
    for _ in 0..MAX_RUNS {
        start(&desk, "next").exits(0);
        shadow(&desk, &["stop"]).exits(0);
    }
    start(&desk, "next")
        .exits(1)
        .complains("32 shadow runs of the candidate");
    assert_eq!(runs(&desk).len(), 2 * MAX_RUNS);
    // Those of another bundle of the store are counted by themselves.
    start(&desk, "mine").exits(0);
    shadow(&desk, &["stop"]).exits(0);
    assert_eq!(runs(&desk).len(), 2 * MAX_RUNS + 2);
    assert_eq!(service.stop("-TERM"), Some(0));
    desk.verify();
}
