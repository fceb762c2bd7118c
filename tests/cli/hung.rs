//! Services that don't answer: every command that asks one gives up in time, and says so.

use std::net::TcpListener;
use std::time::Duration;

use super::serve::Service;
use super::support::{cavra, command, run};

/// Every command that asks a service.
const COMMANDS: &[&[&str]] = &[
    &["decide", "--command", "ls"],
    &["explain", "--command", "ls"],
    &["journal", "query"],
    &["journal", "tail", "-f"],
    &["journal", "stats"],
    &["journal", "show", "1"],
    &["journal", "checkpoint"],
    &["journal", "prove", "--from", "1"],
    &["shadow", "status"],
    &["shadow", "start", "--staged"],
    &["shadow", "stop"],
    &["shadow", "watch"],
    &["shadow", "report"],
];
/// What `--timeout` says.
const TIMEOUT: &str = "300ms";
/// When a command that does not give up is ended, which fails its test.
const HUNG: Duration = Duration::from_secs(60);

fn gives_up(endpoint: &str, complaint: &str) {
    for words in COMMANDS {
        let rest = ["--endpoint", endpoint, "--timeout", TIMEOUT];
        let words = [words, &rest[..]].concat();
        let asked = run(command().args(&words).timeout(HUNG));
        let asked = asked.exits(1).complains(complaint);
        assert_eq!(asked.stdout, "", "{words:?}");
    }
}

#[test]
fn a_service_that_is_stopped_is_not_waited_for() {
    let service = Service::start(&[]);
    let endpoint = service.endpoint().to_owned();
    service.signal("-STOP");
    gives_up(&endpoint, "no answer within 300 ms");
    service.signal("-CONT");
    cavra(&["decide", "--command", "ls", "--endpoint", &endpoint]).exits(3);
}

#[test]
fn neither_is_a_port_that_only_accepts() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let endpoint = format!("http://{}", listener.local_addr().unwrap());
    gives_up(&endpoint, "no answer within 300 ms");
}

#[test]
fn many_actions_end_with_the_service() {
    let service = Service::start(&[]);
    let endpoint = service.endpoint().to_owned();
    service.signal("-STOP");
    let actions = "{\"action_type\":\"execute_command\",\"target\":\"ls\"}\n".repeat(3);
    let words = ["decide", "--endpoint", &endpoint, "--timeout", TIMEOUT];
    super::support::cavra_with(&words, actions)
        .exits(1)
        .complains("no answer within");
    service.signal("-CONT");
}

#[test]
fn two_seconds_unless_told_otherwise() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let endpoint = format!("http://{}", listener.local_addr().unwrap());
    cavra(&["decide", "--command", "ls", "--endpoint", &endpoint])
        .exits(1)
        .complains("no answer within 2 s");
}

#[test]
fn a_timeout_is_a_time() {
    for text in ["0s", "5ms", "2h", "soon", "-1s", "2"] {
        let timeout = format!("--timeout={text}");
        let words = ["decide", "--command", "ls", "--endpoint", "http://h:1"];
        cavra(&[&words[..], &[timeout.as_str()]].concat())
            .exits(1)
            .complains("is not a time-out; give `10ms` to `1h`");
    }
}
