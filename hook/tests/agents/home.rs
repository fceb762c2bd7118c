//! A home folder in which the hook is installed, and `cavra agents` run for its user.

use std::fs;
use std::io::Write as _;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use serde_json::{Value, json};
use tempfile::TempDir;

use crate::service::{Service, cavra};

/// The hosts, and where each has its settings below a home folder.
pub(crate) const HOSTS: [(&str, &str); 4] = [
    ("claude-code", ".claude/settings.json"),
    ("codex", ".codex/hooks.json"),
    ("copilot-cli", ".copilot/hooks/cavra.json"),
    ("gemini-cli", ".gemini/settings.json"),
];

/// What a command did.
#[derive(Debug)]
pub(crate) struct Done {
    pub(crate) stdout: String,
    pub(crate) stderr: String,
    pub(crate) code: i32,
}

impl Done {
    pub(crate) fn of(output: Output) -> Self {
        Self {
            stdout: String::from_utf8(output.stdout).unwrap(),
            stderr: String::from_utf8(output.stderr).unwrap(),
            code: output.status.code().unwrap(),
        }
    }

    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.stdout).unwrap_or_else(|error| panic!("{error}: {self:?}"))
    }
}

pub(crate) struct Home {
    folder: TempDir,
}

impl Home {
    pub(crate) fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let home = Self { folder };
        fs::create_dir(home.path("bin")).unwrap();
        home.copy_hook();
        home
    }

    /// Puts the real hook at `bin/cavra-hook`.
    pub(crate) fn copy_hook(&self) {
        let hook = self.path("bin/cavra-hook");
        // A running program can't be written, but replaced.
        let _ = fs::remove_file(&hook);
        fs::copy(env!("CARGO_BIN_EXE_cavra-hook"), hook).unwrap();
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub(crate) fn text(&self, name: &str) -> String {
        fs::read_to_string(self.path(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
    }

    pub(crate) fn json(&self, name: &str) -> Value {
        serde_json::from_str(&self.text(name)).unwrap()
    }

    pub(crate) fn write(&self, name: &str, text: &str) {
        let path = self.path(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    /// Puts another program at `bin/cavra-hook`.
    pub(crate) fn write_program(&self, text: &str) {
        let path = self.path("bin/cavra-hook");
        fs::remove_file(&path).unwrap();
        fs::write(&path, text).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
    }

    /// `cavra agents …` for the user of this home.
    pub(crate) fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new(cavra());
        command
            .arg("agents")
            .args(args)
            .current_dir(self.folder.path())
            .env_clear()
            .env("PATH", std::env::var_os("PATH").unwrap())
            .env("HOME", self.folder.path())
            .env("CAVRA_DATA_DIR", self.path("data"))
            .stdin(Stdio::null());
        command
    }

    pub(crate) fn agents(&self, args: &[&str]) -> Done {
        Done::of(self.command(args).output().unwrap())
    }

    /// Installs the hook for the user, which asks the service at `run/agents.sock`.
    pub(crate) fn install(&self, host: &str, options: &[&str]) -> Done {
        let hook = self.path("bin/cavra-hook");
        let endpoint = format!("unix:{}", self.path("run/agents.sock").display());
        let given = ["install", host, "--user", "--hook", hook.to_str().unwrap()];
        let more = ["--endpoint", &endpoint];
        self.agents(&[&given[..], &more, options].concat())
    }

    /// Installs the hook for everybody in the file system below `image`.
    pub(crate) fn install_into_image(&self, host: &str) -> Done {
        let root = self.path("image");
        fs::create_dir_all(root.join("usr/bin")).unwrap();
        fs::copy(self.path("bin/cavra-hook"), root.join("usr/bin/cavra-hook")).unwrap();
        let given = ["install", host, "--hook", "/usr/bin/cavra-hook", "--yes"];
        self.agents(&[&given[..], &["--root", root.to_str().unwrap()]].concat())
    }

    /// A recording service with the baseline on the socket that the hook asks.
    pub(crate) fn serve(&self) -> Service {
        let run = self.path("run");
        fs::create_dir_all(&run).unwrap();
        Service::start_recording(&self.path("data"), &run.join("agents.sock"))
    }

    /// Starts the hook for the host, which asks the service at `run/agents.sock`.
    pub(crate) fn hook(&self, host: &str, event: &Value) -> Done {
        let config = self.path(".config/cavra/hook.json");
        let args = [host, "--config", config.to_str().unwrap()];
        run(&self.path("bin/cavra-hook"), &args, event)
    }

    /// Starts the hook of the settings as a host does, with a call of the tool `Bash`.
    pub(crate) fn call(&self, session: &str, id: &str, command: &str) -> Done {
        let entry =
            self.json(".claude/settings.json")["hooks"]["PreToolUse"][0]["hooks"][0].clone();
        let event = json!({
            "session_id": session, "cwd": "/w", "hook_event_name": "PreToolUse", "tool_name": "Bash",
            "tool_use_id": id, "tool_input": { "command": command },
        });
        let args = entry["args"].as_array().unwrap().clone();
        let args: Vec<&str> = args.iter().map(|it| it.as_str().unwrap()).collect();
        run(Path::new(entry["command"].as_str().unwrap()), &args, &event)
    }
}

/// Runs the hook with an event.
pub(crate) fn run(program: &Path, args: &[&str], event: &Value) -> Done {
    let mut command = Command::new(program);
    let piped = command
        .args(args)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    let mut child = piped.spawn().unwrap();
    let mut stdin = child.stdin.take().unwrap();
    stdin.write_all(event.to_string().as_bytes()).unwrap();
    drop(stdin);
    Done::of(child.wait_with_output().unwrap())
}
