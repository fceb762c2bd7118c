//! A service as a process.

use std::fs;
use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::Value;

/// How long a service may take for what a test waits for.
pub(crate) const PATIENCE: Duration = Duration::from_secs(30);

/// A running service; killed if a test ends without stopping it.
pub(crate) struct Service {
    child: Child,
    _stdout: BufReader<ChildStdout>,
    pub(crate) endpoint: String,
    log: PathBuf,
}

/// The words after `cavra` that serve the journal of `data`.
pub(crate) fn words<'a>(data: &'a Path, args: &[&'a str]) -> Vec<&'a str> {
    let data = data.to_str().unwrap();
    let listen = ["serve", "--listen", "127.0.0.1:0", "--output", "json"];
    [&listen[..], &["--data-dir", data], args].concat()
}

pub(crate) fn cavra(data: &Path, args: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_cavra"));
    command.args(words(data, args)).env_remove("CAVRA_PACKS");
    command
}

impl Service {
    pub(crate) fn start(data: &Path, args: &[&str]) -> Self {
        Self::of(&mut cavra(data, args), data)
    }

    /// Runs `command`, which serves the journal of `data`.
    pub(crate) fn of(command: &mut Command, data: &Path) -> Self {
        Self::saying(command, data.with_extension("log"))
    }

    /// Serves the journal of `data`; what it says goes to `log`.
    pub(crate) fn start_saying(data: &Path, args: &[&str], log: &Path) -> Self {
        Self::saying(&mut cavra(data, args), log.to_owned())
    }

    fn saying(command: &mut Command, log: PathBuf) -> Self {
        let mut child = command
            .stdout(Stdio::piped())
            .stderr(fs::File::create(&log).unwrap())
            .spawn()
            .unwrap();
        let mut stdout = BufReader::new(child.stdout.take().unwrap());
        let mut line = String::new();
        stdout.read_line(&mut line).unwrap();
        let said = || fs::read_to_string(&log).unwrap();
        let ready: Value =
            serde_json::from_str(&line).unwrap_or_else(|error| panic!("{error}: {}", said()));
        Self {
            endpoint: ready["listening"].as_str().unwrap().to_owned(),
            child,
            _stdout: stdout,
            log,
        }
    }

    pub(crate) fn id(&self) -> u32 {
        self.child.id()
    }

    pub(crate) fn log(&self) -> String {
        fs::read_to_string(&self.log).unwrap()
    }

    pub(crate) fn signal(&self, name: &str) {
        let status = Command::new("kill")
            .args([name, &self.child.id().to_string()])
            .status();
        assert!(status.unwrap().success());
    }

    /// SIGKILL.
    pub(crate) fn kill(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    /// SIGTERM, and waits until it has ended well.
    pub(crate) fn stop(self) {
        self.signal("-TERM");
        self.ended();
    }

    /// Waits until it has ended well; answers what it said.
    pub(crate) fn ended(self) -> String {
        let (code, log) = self.ended_with();
        assert_eq!(code, Some(0), "{log}");
        log
    }

    /// Waits until it has ended; answers its exit code and what it said.
    pub(crate) fn ended_with(mut self) -> (Option<i32>, String) {
        let start = Instant::now();
        loop {
            if let Some(status) = self.child.try_wait().unwrap() {
                return (status.code(), self.log());
            }
            assert!(start.elapsed() < PATIENCE, "does not stop: {}", self.log());
            std::thread::sleep(Duration::from_millis(5));
        }
    }
}

impl Drop for Service {
    fn drop(&mut self) {
        // Both fail if it has ended already.
        drop(self.child.kill());
        drop(self.child.wait());
    }
}
