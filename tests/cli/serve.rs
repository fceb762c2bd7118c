use std::fs;
use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Child, ChildStdout, Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::Value;

use super::support::{cavra, cavra_with, own_folders};

/// How long a service may take for what a test waits for.
pub(crate) const PATIENCE: Duration = Duration::from_secs(20);

/// A running service; killed if a test ends without stopping it.
pub(crate) struct Service {
    child: Child,
    _stdout: BufReader<ChildStdout>,
    pub(crate) ready: Value,
    log: tempfile::NamedTempFile,
    /// Its journal's, unless the test named one.
    pub(crate) data: tempfile::TempDir,
}

impl Service {
    pub(crate) fn start(args: &[&str]) -> Self {
        Self::start_in(Path::new("."), args)
    }

    /// In a working directory of its own.
    pub(crate) fn start_in(directory: &Path, args: &[&str]) -> Self {
        let log = tempfile::NamedTempFile::new().unwrap();
        let data = tempfile::tempdir().unwrap();
        let mut child = Command::new(env!("CARGO_BIN_EXE_cavra"))
            .args(["serve", "--listen", "127.0.0.1:0", "--output", "json"])
            .args(args)
            .current_dir(directory)
            .env_remove("CAVRA_PACKS")
            .envs(own_folders())
            .env("CAVRA_DATA_DIR", data.path())
            .stdout(Stdio::piped())
            .stderr(log.reopen().unwrap())
            .spawn()
            .unwrap();
        let mut stdout = BufReader::new(child.stdout.take().unwrap());
        let mut line = String::new();
        stdout.read_line(&mut line).unwrap();
        let ready = serde_json::from_str(&line).unwrap_or_else(|error| panic!("{error}: {line}"));
        Self {
            child,
            _stdout: stdout,
            ready,
            log,
            data,
        }
    }

    pub(crate) fn endpoint(&self) -> &str {
        self.ready["listening"].as_str().unwrap()
    }

    pub(crate) fn id(&self) -> u32 {
        self.child.id()
    }

    pub(crate) fn signal(&self, name: &str) {
        let status = Command::new("kill")
            .args([name, &self.child.id().to_string()])
            .status();
        assert!(status.unwrap().success());
    }

    pub(crate) fn log(&self) -> String {
        fs::read_to_string(self.log.path()).unwrap()
    }

    pub(crate) fn wait_for_log(&self, text: &str) {
        let start = Instant::now();
        while !self.log().contains(text) {
            assert!(
                start.elapsed() < PATIENCE,
                "`{text}` is not in the log: {}",
                self.log()
            );
            std::thread::sleep(Duration::from_millis(10));
        }
    }

    /// Sends a signal, and says how the service exits.
    pub(crate) fn stop(&mut self, name: &str) -> Option<i32> {
        self.signal(name);
        let start = Instant::now();
        loop {
            if let Some(status) = self.child.try_wait().unwrap() {
                return status.code();
            }
            assert!(start.elapsed() < PATIENCE, "does not stop: {}", self.log());
            std::thread::sleep(Duration::from_millis(10));
        }
    }
}

impl Drop for Service {
    fn drop(&mut self) {
        // Both fail if it has ended already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn pack(folder: &Path, blocked: &str) {
    fs::create_dir_all(folder.join("mine")).unwrap();
    let metadata = "metadata: {id: mine, inherits: cavra-ai-agent-baseline}";
    let text = format!("{metadata}\nfilesystem: {{block_read: ['{blocked}']}}\n");
    fs::write(folder.join("mine/policy.yaml"), text).unwrap();
}

#[test]
fn it_decides_until_it_is_told_to_stop() {
    for signal in ["-TERM", "-INT"] {
        let mut service = Service::start(&["--policy-pack", "cavra-ai-agent-baseline"]);
        let endpoint = service.endpoint().to_owned();
        let local = cavra(&["decide", "--read", ".env", "--output", "json"])
            .exits(4)
            .json();
        let args = [
            "decide",
            "--endpoint",
            &endpoint,
            "--read",
            ".env",
            "--output",
            "json",
        ];
        let served = cavra(&args).exits(4).json();
        for field in [
            "decision",
            "rule_id",
            "reason",
            "effective_digest",
            "matched_rules",
        ] {
            assert_eq!(served[field], local[field], "{field}");
        }
        assert_eq!(
            service.ready["active"]["effective_digest"],
            local["effective_digest"]
        );
        let explain = [
            "explain",
            "--command",
            "cat .env; terraform apply",
            "--output",
            "json",
        ];
        let here = cavra(&explain).exits(0).json();
        let there = cavra(&[&explain[..], &["--endpoint", &endpoint]].concat())
            .exits(0)
            .json();
        assert_eq!(
            (&there["facts"], &there["rules"]),
            (&here["facts"], &here["rules"])
        );
        assert_eq!(service.stop(signal), Some(0), "{}", service.log());
        cavra(&args).exits(1).complains("cavra serve");
    }
}

#[test]
fn lines_through_a_service_are_answered_as_they_are_here() {
    let mut service = Service::start(&[]);
    let input: String = (0..3000)
        .map(|n| match n % 3 {
            0 => format!("{{\"action_type\":\"read_file\",\"target\":\"f{n}\",\"requested_operation\":\"read\"}}\n"),
            1 => "nonsense\n".to_owned(),
            _ => "{\"action_type\":\"read_file\",\"target\":\"a\\u0000b\",\"requested_operation\":\"read\"}\n".to_owned(),
        })
        .collect();
    let endpoint = service.endpoint().to_owned();
    let served = cavra_with(
        &["decide", "--endpoint", &endpoint, "--output", "json"],
        input.clone(),
    );
    let local = cavra_with(&["decide", "--output", "json"], input);
    let (served, local) = (served.exits(1).json_lines(), local.exits(1).json_lines());
    assert_eq!(served.len(), 3000);
    for (served, local) in served.iter().zip(&local) {
        for field in ["line", "error", "target", "decision", "rule_id"] {
            assert_eq!(served[field], local[field]);
        }
    }
    assert_eq!(service.stop("-TERM"), Some(0), "{}", service.log());
}

#[test]
fn a_candidate_is_compared_when_asked_for() {
    let candidate = super::support::CANDIDATE;
    let service = Service::start(&["--candidate", candidate]);
    assert_eq!(
        service.ready["candidate"]["id"],
        "cavra-ai-agent-baseline-next"
    );
    let args = [
        "decide",
        "--endpoint",
        service.endpoint(),
        "--command",
        "cargo test",
        "--output",
        "json",
    ];
    let plain = cavra(&args).exits(3).json();
    assert!(plain.get("candidate").is_none());
    let compared = cavra(&[&args[..], &["--compare"]].concat()).exits(3).json();
    assert_eq!(compared["candidate"]["change"], "loosened");
}

#[test]
fn in_development_a_hangup_reloads_packs_and_a_bad_pack_changes_nothing() {
    let folder = tempfile::tempdir().unwrap();
    pack(folder.path(), "one.txt");
    let packs = folder.path().to_str().unwrap();
    let args = ["--packs", packs, "--policy-pack", "mine", "--development"];
    let mut service = Service::start(&args);
    let endpoint = service.endpoint().to_owned();
    let read = |file: &str| cavra(&["decide", "--endpoint", &endpoint, "--read", file]).code;
    assert_eq!((read("one.txt"), read("two.txt")), (4, 0));

    pack(folder.path(), "two.txt");
    service.signal("-HUP");
    service.wait_for_log("packs reloaded");
    assert_eq!((read("one.txt"), read("two.txt")), (0, 4));

    fs::write(
        folder.path().join("mine/policy.yaml"),
        "metadata: {id: mine}\nfilesistem: {}\n",
    )
    .unwrap();
    service.signal("-HUP");
    service.wait_for_log("packs not reloaded");
    service.wait_for_log("filesistem");
    assert_eq!((read("one.txt"), read("two.txt")), (0, 4));
    assert_eq!(service.stop("-TERM"), Some(0), "{}", service.log());
}

#[test]
fn what_it_cannot_do_it_says_before_it_listens() {
    let service = Service::start(&[]);
    let taken = service.endpoint().trim_start_matches("http://").to_owned();
    cavra(&["serve", "--listen", &taken])
        .exits(1)
        .complains("can't listen on")
        .complains("hint:");
    cavra(&["serve", "--policy-pack", "nope"])
        .exits(1)
        .complains("nope");
    cavra(&["serve", "--listen", "somewhere"])
        .exits(1)
        .complains("--listen");
    let missing = [
        "serve",
        "--listen",
        "127.0.0.1:0",
        "--admin-socket",
        "nowhere/x.sock",
    ];
    let run = cavra(&missing).exits(1).complains("`nowhere/x.sock`");
    assert_eq!(run.stdout, "", "it doesn't listen");
    cavra(&["decide", "--endpoint", "ftp://x", "--read", "a"])
        .exits(1)
        .complains("ftp://x");
}

#[test]
fn the_admin_socket_is_its_owners() {
    use std::os::unix::fs::PermissionsExt as _;
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("admin.sock");
    let mut service = Service::start(&["--admin-socket", path.to_str().unwrap()]);
    let endpoint = service.ready["admin_socket"].as_str().unwrap().to_owned();
    assert_eq!(
        fs::metadata(&path).unwrap().permissions().mode() & 0o777,
        0o600
    );
    cavra(&["decide", "--endpoint", &endpoint, "--read", ".env"]).exits(4);
    assert_eq!(service.stop("-TERM"), Some(0));
    assert!(!path.exists());
}

/// A token that the built-in rules know, as a folder's name.
const TOKEN: &str = "ghp_0123456789abcdefghijABCDEFGHIJ012345";

#[test]
fn logs_hold_own_messages_without_secrets() {
    let folder = tempfile::tempdir().unwrap();
    let checkpoints = folder.path().join(TOKEN);
    let mut service = Service::start(&["-vv", "--checkpoint-dir", checkpoints.to_str().unwrap()]);
    // Where a file exists no folder can be made, and the log says where.
    fs::remove_dir_all(&checkpoints).unwrap();
    fs::write(&checkpoints, "").unwrap();
    let endpoint = service.endpoint().to_owned();
    let line =
        format!("PASSWORD={TOKEN} curl -u me:hunter2secret https://example.org && terraform apply");
    cavra(&["decide", "--endpoint", &endpoint, "--command", &line]).exits(4);
    assert_eq!(service.stop("-TERM"), Some(0));
    let log = service.log();
    assert!(log.contains("checkpoint not exported"), "{log}");
    for secret in [TOKEN, "hunter2secret", "curl"] {
        assert!(!log.contains(secret), "{secret}: {log}");
    }
    for line in log.lines() {
        assert!(line.contains(" cavra::"), "not this program's: {line}");
    }
}
