//! Candidates that are read again on SIGHUP.

use std::fs;
use std::path::Path;
use std::time::{Duration, Instant};

use serde_json::Value;

use super::serve::{PATIENCE, Service};
use super::support::{CANDIDATE, cavra};

fn pack(folder: &Path, id: &str, body: &str) {
    fs::create_dir_all(folder.join(id)).unwrap();
    let text = format!("metadata: {{id: {id}, inherits: cavra-ai-agent-baseline}}\n{body}\n");
    fs::write(folder.join(id).join("policy.yaml"), text).unwrap();
}

fn blocking(file: &str) -> String {
    format!("filesystem: {{block_read: ['{file}']}}")
}

/// Why each run ended, and its candidate's digest.
fn runs(service: &Service) -> Vec<(Value, String)> {
    let args = ["shadow", "status", "--endpoint", service.endpoint()];
    let runs = cavra(&[&args[..], &["--output", "json"]].concat())
        .exits(0)
        .json();
    let of = |run: &Value| {
        let digest = run["candidate"]["effective_digest"].as_str().unwrap();
        (run["ended"].clone(), digest.to_owned())
    };
    runs.as_array().unwrap().iter().map(of).collect()
}

/// Waits until runs have ended so.
fn wait_for(service: &Service, wanted: &[Value]) -> Vec<(Value, String)> {
    let start = Instant::now();
    loop {
        let found = runs(service);
        if found.iter().map(|(ended, _)| ended).eq(wanted) {
            return found;
        }
        assert!(
            start.elapsed() < PATIENCE,
            "{found:?}, not {wanted:?}: {}",
            service.log()
        );
        std::thread::sleep(Duration::from_millis(10));
    }
}

#[test]
fn a_hangup_reads_candidates_again_and_begins_runs_only_where_something_changed() {
    let folder = tempfile::tempdir().unwrap();
    let (packs, nexts) = (folder.path().join("packs"), folder.path().join("nexts"));
    pack(&packs, "mine", &blocking("one.txt"));
    for id in ["next", "other"] {
        pack(&nexts, id, &blocking("one.txt"));
    }
    let [next, other] = ["next", "other"].map(|id| nexts.join(id).display().to_string());
    let socket = folder.path().join("admin.sock");
    let (packs_path, socket) = (packs.to_str().unwrap(), socket.to_str().unwrap());
    let mut service = Service::start(&[
        "--development",
        "--packs",
        packs_path,
        "--policy-pack",
        "mine",
        "--shadow",
        &next,
        "--shadow",
        &other,
        "--admin-socket",
        socket,
    ]);
    let (on, stopped) = (Value::Null, Value::from("stopped"));
    let changed = Value::from("active_changed");
    let began = wait_for(&service, &[on.clone(), on.clone()]);

    // Nothing changed but the time of a file.
    pack(&nexts, "next", &blocking("one.txt"));
    service.signal("-HUP");
    service.wait_for_log("packs reloaded");
    // One has changed, the other can't be read any more.
    pack(&nexts, "next", &blocking("two.txt"));
    pack(&nexts, "other", "filesistem: {}");
    service.signal("-HUP");
    service.wait_for_log("its shadow run stays as it is");
    service.wait_for_log("filesistem");
    let now = wait_for(&service, &[stopped.clone(), on.clone(), on.clone()]);
    assert_eq!(now[1].1, began[1].1);
    assert_ne!(now[2].1, began[0].1);

    // Another policy becomes active, and the other can be read again.
    pack(&packs, "mine", &blocking("three.txt"));
    pack(&nexts, "other", &blocking("one.txt"));
    service.signal("-HUP");
    let ended = [&stopped, &changed, &changed, &on, &on].map(Clone::clone);
    let now = wait_for(&service, &ended);
    let digests = |runs: &[(Value, String)]| -> Vec<String> {
        runs.iter().map(|(_, digest)| digest.clone()).collect()
    };
    assert_eq!(digests(&now[3..]), [now[2].1.clone(), now[1].1.clone()]);

    // What an administrator has stopped stays so, whatever changes.
    let list = ["shadow", "status", "--endpoint", service.endpoint()];
    let list = cavra(&[&list[..], &["--output", "json"]].concat()).json();
    let run_id = list[3]["run_id"].as_str().unwrap();
    let admin = format!("unix:{socket}");
    cavra(&["shadow", "stop", run_id, "--endpoint", &admin]).exits(0);
    pack(&nexts, "next", &blocking("four.txt"));
    pack(&nexts, "other", &blocking("four.txt"));
    service.signal("-HUP");
    let ended = [&stopped, &changed, &changed, &stopped, &stopped, &on].map(Clone::clone);
    wait_for(&service, &ended);
    assert_eq!(service.stop("-TERM"), Some(0), "{}", service.log());
}

#[test]
fn a_run_that_was_on_when_its_service_died_is_said_to_have_ended() {
    let said = "a shadow run ended with the service that it ran in";
    let data = tempfile::tempdir().unwrap();
    let kept = data.path().to_str().unwrap();
    let start = |rest: &[&str]| Service::start(&[&["--data-dir", kept], rest].concat());
    let ends = || {
        let query = ["journal", "query", "--data-dir", kept, "--kind", "event"];
        let events = cavra(&[&query[..], &["--output", "json"]].concat());
        let events = events.exits(0).json_lines();
        let reasons = events.into_iter().filter_map(|event| {
            let detail = &event["record"]["detail"];
            let ended = [&detail["reason"], &detail["ended"]];
            ended
                .into_iter()
                .find_map(|it| it.as_str().map(str::to_owned))
        });
        reasons.collect::<Vec<_>>()
    };
    let mut service = start(&["--shadow", CANDIDATE]);
    let endpoint = service.endpoint().to_owned();
    cavra(&["decide", "--read", "a", "--endpoint", &endpoint]).exits(0);
    service.stop("-KILL");
    assert!(ends().is_empty(), "{:?}", ends());

    let mut next = start(&["--shadow", CANDIDATE]);
    next.wait_for_log(said);
    assert_eq!(ends(), ["service_ended"]);
    // On SIGTERM it records the end itself.
    next.stop("-TERM");
    assert_eq!(ends(), ["service_ended", "service_ended"]);
    let third = start(&[]);
    cavra(&["decide", "--read", "a", "--endpoint", third.endpoint()]).exits(0);
    drop(third);
    assert_eq!(ends().len(), 2);
}
