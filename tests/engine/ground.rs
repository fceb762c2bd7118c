//! A folder with a workspace, in which bash runs one line.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;
use std::process::{Command, Stdio};

use tempfile::TempDir;

/// Runs a line by bash for at most five seconds.
const BASH: &[&str] = &[
    "/usr/bin/timeout",
    "-s",
    "KILL",
    "5",
    "/bin/bash",
    "--noprofile",
    "--norc",
    "-c",
];

/// A workspace `repo` and the programs `bin`, with room for more beside them.
pub(crate) struct Ground {
    whole: TempDir,
}

impl Ground {
    /// An empty one. It is not below `/tmp`, which effects know as a place for temporary files.
    pub(crate) fn new() -> Self {
        let ground = Self {
            whole: TempDir::new_in("/var/tmp").unwrap(),
        };
        for folder in ["bin", "outside", "repo/sub", "tmp"] {
            fs::create_dir_all(ground.path(folder)).unwrap();
        }
        ground
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.whole.path().join(name)
    }

    pub(crate) fn write(&self, name: &str, text: &str) {
        let path = self.path(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    pub(crate) fn executable(&self, name: &str, text: &str) {
        self.write(name, text);
        fs::set_permissions(self.path(name), fs::Permissions::from_mode(0o755)).unwrap();
    }

    /// The command by which `tracer`, or nothing, runs `line` in the workspace with the programs of
    /// `bin` and no variable but `PATH`.
    pub(crate) fn bash(&self, tracer: &[&str], line: &str) -> Command {
        let words = [tracer, BASH, &[line]].concat();
        let mut command = Command::new(words[0]);
        command
            .args(&words[1..])
            .current_dir(self.path("repo"))
            .env_clear()
            .env("PATH", self.path("bin"))
            .stdin(Stdio::null());
        command
    }
}

/// How many lines are made: `CAVRA_TRACED_LINES`, or else `usual`.
pub(crate) fn lines(usual: u32) -> u32 {
    let wanted = std::env::var("CAVRA_TRACED_LINES").ok();
    wanted.and_then(|text| text.parse().ok()).unwrap_or(usual)
}
