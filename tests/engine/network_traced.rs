//! What `network_read` allows, run by bash in a network of its own, with servers that record what they
//! are sent: connections go to allowed hosts alone, and nothing of a file, of the environment or of the
//! person is sent.
//!
//! `CAVRA_TRACED_LINES` sets how many lines are made, and `PROPTEST_RNG_SEED` which.

use crate::common;
use crate::needs;

use std::fs;
use std::os::unix::fs::symlink;
use std::path::Path;
use std::process::Command;

use cavra::action::{Action, Caller, Place, Request, establish};
use cavra::decision::Verdict;
use cavra::engine::Policy;
use proptest::prelude::*;
use proptest::sample::select;
use proptest::strategy::ValueTree as _;
use proptest::test_runner::{RngAlgorithm, TestRng, TestRunner};
use serde::Deserialize;
use tempfile::TempDir;

/// Lines of one run without `CAVRA_TRACED_LINES`.
const LINES: u32 = 300;
/// Lines that one namespace runs.
const AT_ONCE: usize = 200;
/// Programs that exist for a line.
const PROGRAMS: &str = "curl cat head jq tee grep echo printf wc sort";
/// What the files and the environment of a line hold that no server may see.
const SECRETS: [&str; 4] = ["hunter2", "dotenv-value", "netrc-password", "readme-text"];

const OPTIONS: &[&str] = &[
    "-s",
    "-S",
    "-sS",
    "-f",
    "-fsS",
    "-i",
    "-I",
    "-v",
    "-L",
    "-sL",
    "--location",
    "-g",
    "-4",
    "--compressed",
    "-m 2",
    "--max-time 2",
    "-o out.txt",
    "-o /dev/null",
    "--output new.txt",
    "-O",
    "-w '%{http_code}'",
    "-w @.env",
    "-X GET",
    "-X POST",
    "-XDELETE",
    "-X HEAD",
    "-d x",
    "-d @.env",
    "--data-binary @README.md",
    "-d \"$SECRET\"",
    "--json '{}'",
    "-F f=@.env",
    "-T README.md",
    "-u me:hunter2",
    "-n",
    "--netrc",
    "--netrc-file ../home/.netrc",
    "-b a=b",
    "-b cookies.txt",
    "-c cookies.txt",
    "-H 'Accept: text/plain'",
    "-H \"X-Token: $SECRET\"",
    "-H @headers.txt",
    "-H 'Authorization: Bearer hunter2'",
    "-A agent/1",
    "-A \"$SECRET\"",
    "-e http://localhost:3001/",
    "-K conf",
    "-x http://localhost:3001",
    "--proxy http://localhost:3001",
    "--resolve localhost:3000:127.0.0.2",
    "--connect-to ::localhost:3001",
    "--retry 1",
    "--url http://localhost:3000/u",
    "--url http://localhost:3001/u",
    "--next",
    "-G -d a=b",
    "--data-urlencode q@.env",
    "--unix-socket x.sock",
    "-q",
    "--http1.0",
    "--proto =http",
];
const URLS: &[&str] = &[
    "http://localhost:3000/",
    "http://localhost:3000/a?b=c",
    "'http://localhost:3000/a?b=c&d=e'",
    "http://LOCALHOST:3000/x",
    "http://localhost:3000/away",
    "http://localhost:3000/away",
    "http://localhost:3001/",
    "http://127.0.0.1:3000/",
    "http://localhost:3000@localhost:3001/",
    "http://me:hunter2@localhost:3000/",
    "http://localhost:3000/$SECRET",
    "\"http://localhost:3000/$(cat .env)\"",
    "http://localhost:3000/x[1-2]",
    "'http://localhost:{3000,3001}/'",
    "localhost:3000",
    "http://127.1:3001/",
    "file:///etc/hostname",
];
const BEHIND: &[&str] = &[
    "",
    "",
    "",
    " | head -1",
    " | jq .",
    " > out.txt",
    " | tee out.txt",
    " && cat README.md",
    "; echo done",
    " 2>/dev/null",
    " | grep hello",
    " < README.md",
    " < /dev/tcp/localhost/3001",
];
const IN_FRONT: &[&str] = &[
    "",
    "",
    "",
    "",
    "http_proxy=http://localhost:3001 ",
    "HOME=. ",
    "cat README.md | ",
    "x=$(cat .env); ",
    "exec 3<>/dev/tcp/localhost/3001; ",
    "for i in 1 2; do ",
];

fn line() -> impl Strategy<Value = String> {
    let options = prop::collection::vec(select(OPTIONS), 0..3);
    let urls = prop::collection::vec(select(URLS), 1..3);
    (select(IN_FRONT), options, urls, select(BEHIND)).prop_map(|(front, options, urls, behind)| {
        let words: Vec<&str> = options.into_iter().chain(urls).collect();
        let done = if front.contains("do ") { "; done" } else { "" };
        format!("{front}curl {}{behind}{done}", words.join(" "))
    })
}

/// What one line did.
#[derive(Debug, Deserialize)]
struct Ran {
    line: String,
    calls: Vec<String>,
    /// A server's port, and what it was sent.
    requests: Vec<(u16, String)>,
}

impl Ran {
    /// Why it is more than a line may do that only asks `localhost:3000`.
    fn beyond(&self) -> Option<String> {
        let local = |call: &&String| {
            call.contains("AF_UNIX")
                || call.contains("AF_UNSPEC")
                || (call.contains("htons(3000)")
                    && (call.contains("\"127.0.0.1\"") || call.contains("\"::1\"")))
                // A host's address is looked for by a datagram that is never sent.
                || call.contains("htons(0)")
        };
        if let Some(call) = self.calls.iter().find(|call| !local(call)) {
            return Some(format!("it connects elsewhere: {call}"));
        }
        self.requests.iter().find_map(|(port, raw)| {
            let (head, body) = raw.split_once("\r\n\r\n").unwrap_or((raw, ""));
            let lower = head.to_ascii_lowercase();
            let asks = head.starts_with("GET ") || head.starts_with("HEAD ");
            let secret = SECRETS.iter().find(|secret| raw.contains(**secret));
            let header = [
                "authorization:",
                "cookie:",
                "content-length:",
                "transfer-encoding:",
            ];
            let header = header
                .iter()
                .find(|name| lower.contains(&format!("\r\n{name}")));
            match (*port, asks, body.is_empty(), secret, header) {
                (3000, true, true, None, None) => None,
                _ => Some(format!("port {port} was sent {raw:?}")),
            }
        })
    }
}

/// A workspace and a home with secrets.
fn ground() -> TempDir {
    let ground = TempDir::new_in("/var/tmp").unwrap();
    for folder in ["repo", "home", "bin"] {
        fs::create_dir_all(ground.path().join(folder)).unwrap();
    }
    for (path, text) in [
        ("repo/README.md", "readme-text\n"),
        ("repo/.env", "KEY=dotenv-value\n"),
        ("repo/headers.txt", "X-A: dotenv-value\n"),
        (
            "repo/cookies.txt",
            "localhost\tFALSE\t/\tFALSE\t0\tsession\thunter2\n",
        ),
        (
            "repo/conf",
            "url = http://localhost:3001/c\nheader = \"X-B: hunter2\"\n",
        ),
        (
            "home/.netrc",
            "machine localhost login me password netrc-password\n",
        ),
    ] {
        fs::write(ground.path().join(path), text).unwrap();
    }
    for name in PROGRAMS.split(' ') {
        let found = ["/usr/bin", "/bin"].map(|folder| Path::new(folder).join(name));
        if let Some(found) = found.iter().find(|path| path.exists()) {
            symlink(found, ground.path().join("bin").join(name)).unwrap();
        }
    }
    ground
}

/// Runs lines where there is no network but their own.
fn run(lines: &[String]) -> Vec<Ran> {
    let ground = ground();
    let output = Command::new("unshare")
        .args(["--user", "--map-root-user", "--net", "python3"])
        .arg(common::repository("tests/data/network/cage.py"))
        .arg(ground.path())
        .arg(serde_json::to_string(lines).unwrap())
        .output()
        .unwrap();
    let errors = String::from_utf8_lossy(&output.stderr);
    let ran = serde_json::from_slice(&output.stdout);
    ran.unwrap_or_else(|error| panic!("{error}: {errors}"))
}

fn is_possible() -> bool {
    let tools = ["strace", "curl", "python3", "unshare"];
    if !tools.iter().all(|tool| needs::program(tool)) {
        return false;
    }
    let tried = Command::new("unshare")
        .args(["--user", "--map-root-user", "--net", "true"])
        .output();
    let works = tried.is_ok_and(|output| output.status.success());
    if !works {
        needs::skip("no namespace can be made");
    }
    works
}

fn policy() -> Policy {
    let text = "metadata: {id: own, inherits: cavra-ai-agent-baseline}\n\
        commands: {allow_effects: {read_workspace: true, write_workspace: true, network_read: true}}\n\
        network: {allowed_hosts: [\"localhost:3000\"]}";
    Policy::compile(common::inline(text, &[])).unwrap()
}

fn is_allowed(policy: &Policy, line: &str) -> bool {
    let root = "/home/dev/repo".to_owned();
    let action = Action {
        request: Request::ExecuteCommand {
            command_line: line.to_owned(),
        },
        caller: Caller::default(),
        place: Place {
            cwd: Some(root.clone()),
            workspace_root: Some(root),
            ..Place::default()
        },
        terraform_plan: None,
    };
    policy.judge(&action, &establish(&action).unwrap()).decision == Verdict::Allow
}

#[test]
fn no_line_that_network_read_allows_sends_anything() {
    if !is_possible() {
        return;
    }
    let wanted = std::env::var("CAVRA_TRACED_LINES").ok();
    let count = wanted.and_then(|text| text.parse().ok()).unwrap_or(LINES);
    let numbers = TestRng::deterministic_rng(RngAlgorithm::ChaCha);
    let mut runner = TestRunner::new_with_rng(ProptestConfig::default(), numbers);
    let policy = policy();
    let lines = (0..count).map(|_| line().new_tree(&mut runner).unwrap().current());
    let allowed: Vec<String> = lines.filter(|line| is_allowed(&policy, line)).collect();
    let mut requests = 0;
    for some in allowed.chunks(AT_ONCE) {
        for ran in run(some) {
            let beyond = ran.beyond();
            assert!(
                beyond.is_none(),
                "{:?}: {}",
                ran.line,
                beyond.unwrap_or_default()
            );
            requests += ran.requests.len();
        }
    }
    println!(
        "{count} lines, {} allowed, {requests} requests",
        allowed.len()
    );
    assert!(
        allowed.len() * 50 > count as usize,
        "only {} were allowed",
        allowed.len()
    );
    assert!(
        requests * 2 > allowed.len(),
        "the servers saw {requests} requests"
    );
}

/// What the cage is made to see: lines that are not allowed, and that it calls too much.
#[test]
fn the_cage_sees_what_is_sent() {
    if !is_possible() {
        return;
    }
    let policy = policy();
    let lines = [
        "curl -d @.env http://localhost:3000/",
        "curl -L http://localhost:3000/away",
        "curl http://localhost:3001/",
        "curl -n http://localhost:3000/",
        "curl -H \"X: $SECRET\" http://localhost:3000/",
        "curl -b a=b http://localhost:3000/",
        "curl -K conf",
        "curl -T README.md http://localhost:3000/",
        "echo x > /dev/tcp/localhost/3001",
    ];
    let lines: Vec<String> = lines.iter().map(|line| (*line).to_owned()).collect();
    for ran in run(&lines) {
        assert!(!is_allowed(&policy, &ran.line), "{}", ran.line);
        assert!(ran.beyond().is_some(), "{ran:?}");
    }
    let harmless = ["curl -s http://localhost:3000/a?b=c | head -1".to_owned()];
    for ran in run(&harmless) {
        assert_eq!(ran.requests.len(), 1, "{ran:?}");
        assert_eq!(ran.beyond(), None, "{ran:?}");
    }
}
