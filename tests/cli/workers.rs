//! A service's workers come and go without anybody noticing.

use std::fs;
use std::process::Command;
use std::time::{Duration, Instant};

use super::serve::{PATIENCE, Service};
use super::support::cavra;

const PACK: &str = "cavra-agentic-delivery";
/// The command line of `cavra` as a worker ends so.
const WORKER: &str = "\0evaluate\0";

/// The workers of a service.
fn workers(service: u32) -> Vec<String> {
    let parent = format!("PPid:\t{service}\n");
    all_workers(|status| status.contains(&parent))
}

fn all_workers(is_meant: impl Fn(&str) -> bool) -> Vec<String> {
    let processes = fs::read_dir("/proc").unwrap();
    let pids = processes.filter_map(|entry| entry.unwrap().file_name().into_string().ok());
    let is_worker = |pid: &String| {
        let file =
            |name: &str| fs::read_to_string(format!("/proc/{pid}/{name}")).unwrap_or_default();
        file("cmdline").ends_with(WORKER) && is_meant(&file("status"))
    };
    pids.filter(is_worker).collect()
}

/// A change that only the pack's own rules block, each time of another file.
fn decide(endpoint: &str, round: usize) -> serde_json::Value {
    let document = format!(
        r#"{{"action_type": "write_file", "target": "security/r{round}", "requested_operation": "write"}}"#
    );
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("action.json");
    fs::write(&file, document).unwrap();
    let args = ["decide", "--output", "json"];
    let place = match endpoint {
        "" => vec!["--policy-pack", PACK],
        endpoint => vec!["--endpoint", endpoint, "--timeout", "60s"],
    };
    let run = cavra(&[&args[..], &place, &[file.to_str().unwrap()]].concat());
    serde_json::from_str(&run.stdout).unwrap_or_else(|error| panic!("{error}: {}", run.stderr))
}

#[test]
fn workers_that_are_killed_are_replaced() {
    let mut service = Service::start(&["--policy-pack", PACK]);
    let endpoint = service.endpoint().to_owned();
    for round in 0..4 {
        let here = decide("", round);
        let found = workers(service.id());
        assert!(!found.is_empty(), "the pack has Rego of its own");
        for pid in found {
            let killed = Command::new("kill").args(["-9", &pid]).status();
            assert!(killed.unwrap().success());
        }
        let served = decide(&endpoint, round);
        for field in ["decision", "rule_id", "reason", "matched_rules"] {
            assert_eq!(served[field], here[field], "round {round}: {field}");
        }
    }
    assert_eq!(service.stop("-TERM"), Some(0));
}

#[test]
fn workers_end_with_their_service() {
    let service = Service::start(&["--policy-pack", PACK]);
    let found = workers(service.id());
    assert!(!found.is_empty());
    service.signal("-KILL");
    let start = Instant::now();
    while all_workers(|_| true).iter().any(|pid| found.contains(pid)) {
        assert!(start.elapsed() < PATIENCE, "{found:?} are still there");
        std::thread::sleep(Duration::from_millis(20));
    }
}
