//! A signal while a service starts.

use std::fs;
use std::process::{Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

/// How long a start may take to obey, as is promised.
const OBEYS: Duration = Duration::from_secs(10);
/// What a busy machine adds.
const PATIENCE: Duration = Duration::from_secs(60);
/// SIGTERM's bit in `SigCgt` (proc(5)).
const CAUGHT: u64 = 1 << 14;

/// Whether the process catches SIGTERM.
fn catches(process: u32) -> bool {
    let status = fs::read_to_string(format!("/proc/{process}/status")).unwrap();
    let caught = status
        .lines()
        .find_map(|line| line.strip_prefix("SigCgt:"))
        .unwrap();
    u64::from_str_radix(caught.trim(), 16).unwrap() & CAUGHT != 0
}

/// The start waits for a key from a pipe that nobody writes.
#[test]
fn a_signal_during_the_start_ends_it_at_once() {
    let folder = tempfile::tempdir().unwrap();
    let key = folder.path().join("key");
    assert!(Command::new("mkfifo").arg(&key).status().unwrap().success());
    let mut service = Command::new(env!("CARGO_BIN_EXE_cavra"))
        .args(["serve", "--listen", "127.0.0.1:0", "--data-dir"])
        .arg(folder.path().join("data"))
        .arg("--signing-key")
        .arg(&key)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let wait = |limit: Duration, mut until: Box<dyn FnMut() -> bool + '_>| {
        let start = Instant::now();
        while !until() && start.elapsed() < limit {
            sleep(Duration::from_millis(20));
        }
    };
    let id = service.id();
    wait(PATIENCE, Box::new(|| catches(id)));
    let term = Command::new("kill")
        .args(["-TERM", &id.to_string()])
        .status();
    assert!(term.unwrap().success());
    let mut ended = None;
    wait(
        OBEYS,
        Box::new(|| {
            ended = service.try_wait().unwrap();
            ended.is_some()
        }),
    );
    drop(service.kill());
    assert_eq!(ended.and_then(|status| status.code()), Some(0));
}
