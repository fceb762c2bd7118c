//! A real `cavra serve` on a Unix socket, with the baseline.

use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use tempfile::TempDir;

pub(crate) struct Service {
    process: Child,
    #[allow(dead_code, reason = "not every test binary uses it")]
    socket: PathBuf,
    _folder: TempDir,
}

impl Service {
    /// Serves a shipped pack.
    #[allow(dead_code, reason = "not every test binary uses it")]
    pub(crate) fn start(pack: &str) -> Self {
        Self::start_with(&["--policy-pack", pack, "--journal", "off"])
    }

    /// Serves the pack in a file.
    #[allow(dead_code, reason = "not every test binary uses it")]
    pub(crate) fn start_file(pack: &str) -> Self {
        Self::start_with(&["--policy", pack, "--journal", "off"])
    }

    /// Serves `policy.yaml` of a folder, with a journal there, and its `trust.json`.
    #[allow(dead_code, reason = "not every test binary uses it")]
    pub(crate) fn start_journaled(office: &Path) -> Self {
        let [policy, trust, data] = ["policy.yaml", "trust.json", "data"]
            .map(|name| office.join(name).to_str().unwrap().to_owned());
        Self::start_with(&["--policy", &policy, "--trust", &trust, "--data-dir", &data])
    }

    /// Serves the baseline on a socket, with a journal in `data`.
    #[allow(dead_code, reason = "not every test binary uses it")]
    pub(crate) fn start_recording(data: &Path, socket: &Path) -> Self {
        let pack = ["--policy-pack", "cavra-ai-agent-baseline", "--data-dir"];
        let options = [&pack[..], &[data.to_str().unwrap()]].concat();
        Self::start_at(&options, tempfile::tempdir().unwrap(), socket.to_owned())
    }

    fn start_with(options: &[&str]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let socket = folder.path().join("agents.sock");
        Self::start_at(options, folder, socket)
    }

    fn start_at(options: &[&str], folder: TempDir, socket: PathBuf) -> Self {
        let mut command = Command::new(cavra());
        command
            .arg("serve")
            .args(options)
            .args(["--listen", "127.0.0.1:0", "--socket"])
            .arg(&socket)
            .current_dir(folder.path())
            .stdout(Stdio::piped())
            .stderr(Stdio::null());
        let mut process = command.spawn().unwrap();
        // It says where it listens when it does.
        let mut line = String::new();
        let mut stdout = BufReader::new(process.stdout.take().unwrap());
        while !socket.exists() {
            line.clear();
            assert_ne!(stdout.read_line(&mut line).unwrap(), 0, "the service ended");
        }
        Self {
            process,
            socket,
            _folder: folder,
        }
    }

    #[allow(dead_code, reason = "not every test binary uses it")]
    pub(crate) fn socket(&self) -> PathBuf {
        self.socket.clone()
    }

    #[allow(dead_code, reason = "not every test binary uses it")]
    pub(crate) fn process_id(&self) -> u32 {
        self.process.id()
    }
}

impl Drop for Service {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// The program `cavra` that was built beside the hook. It is built if it isn't there.
pub(crate) fn cavra() -> PathBuf {
    let hook = PathBuf::from(env!("CARGO_BIN_EXE_cavra-hook"));
    let cavra = hook.with_file_name(format!("cavra{}", std::env::consts::EXE_SUFFIX));
    if !cavra.exists() {
        let mut build = Command::new(env!("CARGO"));
        build.args(["build", "--package", "cavra", "--bin", "cavra"]);
        if hook.parent().unwrap().ends_with("release") {
            build.arg("--release");
        }
        assert!(build.status().unwrap().success());
    }
    cavra
}
