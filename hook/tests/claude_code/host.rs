//! Installs Claude Code and runs it.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::OnceLock;

use serde_json::{Value, json};
use tempfile::TempDir;

use crate::model::{Model, Seen};
use crate::npm;

const PACKAGE: &str = "@anthropic-ai/claude-code@2.1.197";
const SERVER: &str = concat!(
    env!("CARGO_MANIFEST_DIR"),
    "/tests/data/claude_code/server.py"
);

/// The program. None, with a line that says why, if it can't be had.
pub(crate) fn program() -> Option<&'static Path> {
    static PROGRAM: OnceLock<Option<PathBuf>> = OnceLock::new();
    let program = PROGRAM.get_or_init(|| npm::program(PACKAGE, "claude"));
    program.as_deref()
}

/// A project with the hook registered in the settings.
pub(crate) struct Project {
    folder: TempDir,
    hook: Value,
}

impl Project {
    /// A project whose hook is `program` with `arguments`.
    pub(crate) fn with_hook(program: &str, arguments: &[&str]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let hook = json!({"type": "command", "command": program, "args": arguments, "timeout": 3});
        let project = Self { folder, hook };
        fs::create_dir_all(project.path(".github/workflows")).unwrap();
        fs::create_dir_all(project.folder.path().join("home")).unwrap();
        fs::write(project.path("notes.txt"), "an ordinary line\n").unwrap();
        fs::write(project.path(".env"), "KEY=a\n").unwrap();
        project
    }

    /// The real hook, with the configuration at `config`.
    pub(crate) fn with_cavra_hook(config: &Path) -> Self {
        let config = config.to_str().unwrap();
        let arguments = ["claude-code", "--config", config, "--deadline-ms", "2000"];
        Self::with_hook(env!("CARGO_BIN_EXE_cavra-hook"), &arguments)
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join("project").join(name)
    }

    /// Lets the model call a tool once. The host's own rules allow every tool.
    pub(crate) fn call(&self, host: &Path, tool: &str, input: &Value) -> Seen {
        let project = self.path("");
        let input = input
            .to_string()
            .replace("PROJECT", project.to_str().unwrap().trim_end_matches('/'));
        let model = Model::calling(tool, &serde_json::from_str(&input).unwrap());
        let allowed = [
            "Bash",
            "Read",
            "Write",
            "Edit",
            "NotebookEdit",
            "Grep",
            "Glob",
            "WebFetch",
            "mcp__notes",
            "mcp__rogue",
        ];
        let settings = json!({
            "permissions": {"allow": allowed},
            "hooks": {"PreToolUse": [{"matcher": "*", "hooks": [self.hook]}]},
        });
        let server = |name: &str| json!({"command": "python3", "args": [SERVER, name, self.path(&format!("{name}-ran"))]});
        let servers = json!({"mcpServers": {"notes": server("notes"), "rogue": server("rogue")}});
        let mut command = Command::new(host);
        command
            .args(["-p", "go", "--settings", &settings.to_string()])
            .args(["--strict-mcp-config", "--mcp-config", &servers.to_string()])
            .current_dir(&project)
            .env_clear()
            .env("PATH", std::env::var_os("PATH").unwrap())
            .env("HOME", self.folder.path().join("home"))
            .env("ANTHROPIC_BASE_URL", &model.url)
            .env("ANTHROPIC_API_KEY", "sk-test")
            .env("CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC", "1")
            .env("DISABLE_AUTOUPDATER", "1")
            .stdin(Stdio::null());
        let output = command.output().unwrap();
        let seen = model.seen();
        assert!(
            !seen.tools.is_empty(),
            "the host asked no model: {output:?}"
        );
        seen
    }
}
