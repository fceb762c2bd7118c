//! A service as a process with little memory and few descriptors.

use std::fs;
use std::io::{BufRead as _, BufReader};
use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::{Child, ChildStdout, Command, Stdio};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use serde_json::Value;

/// Memory that the process may have writable, in KiB (RLIMIT_DATA, getrlimit(2)).
const MEMORY_KIB: u64 = 1024 * 1024;
/// Descriptors, and no way to have more.
const DESCRIPTORS: u64 = 1024;
const ADMIN_SOCKET: &str = "admin.sock";
/// How long a stop may take: what is promised, and what a busy machine adds.
const PATIENCE: Duration = Duration::from_secs(40);

/// Descriptors that the attackers want beside the service's.
const ATTACKERS_DESCRIPTORS: u64 = 8192;
/// One siege at a time: another's attackers would be counted in.
static ALONE: Mutex<()> = Mutex::new(());

/// Where a service listens.
#[derive(Clone)]
pub(crate) struct Doors {
    pub(crate) public: SocketAddr,
    pub(crate) admin: PathBuf,
}

/// A running service; killed if a test ends without stopping it.
pub(crate) struct Service {
    child: Child,
    _stdout: BufReader<ChildStdout>,
    ready: Value,
    log: tempfile::NamedTempFile,
    data: tempfile::TempDir,
    _alone: MutexGuard<'static, ()>,
}

impl Service {
    /// Waits until no other test has one.
    pub(crate) fn start() -> Self {
        let alone = ALONE.lock().unwrap_or_else(PoisonError::into_inner);
        rlimit::increase_nofile_limit(ATTACKERS_DESCRIPTORS).unwrap();
        let log = tempfile::NamedTempFile::new().unwrap();
        let data = tempfile::tempdir().unwrap();
        let limits = format!("ulimit -d {MEMORY_KIB} -n {DESCRIPTORS}; exec \"$0\" \"$@\"");
        let mut child = Command::new("bash")
            .args(["-c", &limits, env!("CARGO_BIN_EXE_cavra")])
            .args(["serve", "--listen", "127.0.0.1:0", "--output", "json"])
            .args(["--admin-socket", ADMIN_SOCKET, "--data-dir", "data"])
            .env_remove("CAVRA_PACKS")
            .env("XDG_CACHE_HOME", data.path())
            .env("XDG_CONFIG_HOME", data.path())
            .current_dir(data.path())
            .stdout(Stdio::piped())
            .stderr(log.reopen().unwrap())
            .spawn()
            .unwrap();
        let mut stdout = BufReader::new(child.stdout.take().unwrap());
        let mut line = String::new();
        stdout.read_line(&mut line).unwrap();
        let said = fs::read_to_string(log.path()).unwrap();
        let ready = serde_json::from_str(&line).unwrap_or_else(|error| panic!("{error}: {said}"));
        Self {
            child,
            _stdout: stdout,
            ready,
            log,
            data,
            _alone: alone,
        }
    }

    pub(crate) fn doors(&self) -> Doors {
        Doors {
            public: self.address(),
            admin: self.data.path().join(ADMIN_SOCKET),
        }
    }

    pub(crate) fn address(&self) -> SocketAddr {
        let url = self.ready["listening"].as_str().unwrap();
        url.trim_start_matches("http://").parse().unwrap()
    }

    pub(crate) fn log(&self) -> String {
        fs::read_to_string(self.log.path()).unwrap()
    }

    pub(crate) fn is_alive(&mut self) -> bool {
        self.child.try_wait().unwrap().is_none()
    }

    /// The most that it has ever had resident (`VmHWM`, proc(5)).
    pub(crate) fn most_resident_kib(&self) -> u64 {
        let status = fs::read_to_string(format!("/proc/{}/status", self.child.id())).unwrap();
        let most = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
        let most = most.unwrap().trim().trim_end_matches(" kB");
        most.parse().unwrap()
    }

    /// Sends SIGTERM, and says how the service exits.
    pub(crate) fn stop(&mut self) -> Option<i32> {
        let process = self.child.id().to_string();
        let status = Command::new("kill").args(["-TERM", &process]).status();
        assert!(status.unwrap().success());
        let start = Instant::now();
        loop {
            if let Some(status) = self.child.try_wait().unwrap() {
                return status.code();
            }
            assert!(start.elapsed() < PATIENCE, "doesn't stop: {}", self.log());
            std::thread::sleep(Duration::from_millis(20));
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
