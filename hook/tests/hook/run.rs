//! Starts the hook.

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde_json::Value;
use tempfile::TempDir;

/// What a hook answered.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) stdout: String,
    pub(crate) stderr: String,
    pub(crate) code: i32,
}

impl Answer {
    /// Standard output as JSON. `null` if there is nothing.
    pub(crate) fn json(&self) -> Value {
        match self.stdout.is_empty() {
            true => Value::Null,
            false => serde_json::from_str(&self.stdout).unwrap(),
        }
    }

    /// Whether every host would take it for a failure that denies, with a reason that holds `text`.
    pub(crate) fn denies_with(&self, text: &str) -> bool {
        self.code == 2 && self.stdout.is_empty() && self.stderr.contains(text)
    }
}

/// A folder with a configuration for the hook.
pub(crate) struct Configured {
    pub(crate) folder: TempDir,
}

impl Configured {
    pub(crate) fn with(text: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("hook.json"), text).unwrap();
        Self { folder }
    }

    pub(crate) fn for_socket(socket: &Path) -> Self {
        Self::with(&format!(r#"{{"endpoint": "unix:{}"}}"#, socket.display()))
    }

    pub(crate) fn path(&self) -> PathBuf {
        self.folder.path().join("hook.json")
    }

    /// Runs the hook with this configuration.
    pub(crate) fn run(&self, arguments: &[&str], event: &[u8]) -> Answer {
        let config = self.path();
        let mut all = vec!["--config", config.to_str().unwrap()];
        all.extend(arguments);
        run(&all, event)
    }
}

/// Runs the hook.
pub(crate) fn run(arguments: &[&str], event: &[u8]) -> Answer {
    run_with(arguments, event, |command| command)
}

/// Runs the hook in an environment.
pub(crate) fn run_with(
    arguments: &[&str],
    event: &[u8],
    change: impl FnOnce(&mut Command) -> &mut Command,
) -> Answer {
    let mut command = Command::new(env!("CARGO_BIN_EXE_cavra-hook"));
    command.args(arguments).env_clear();
    change(&mut command);
    let command = command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    // A hook that denies early doesn't read the rest.
    let _ = child.stdin.take().unwrap().write_all(event);
    let output = child.wait_with_output().unwrap();
    Answer {
        stdout: String::from_utf8(output.stdout).unwrap(),
        stderr: String::from_utf8(output.stderr).unwrap(),
        code: output.status.code().unwrap(),
    }
}
