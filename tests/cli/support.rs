use std::path::{Path, PathBuf};
use std::process::Output;
use std::time::Duration;

use assert_cmd::Command;
use serde_json::Value;

/// The candidate that ships with the baseline.
pub(crate) const CANDIDATE: &str = "examples/candidates/cavra-ai-agent-baseline-next";

/// What a run left behind.
pub(crate) struct Run {
    pub(crate) code: i32,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

/// Runs the binary in the root of the repository, with nothing on standard input.
pub(crate) fn cavra(args: &[&str]) -> Run {
    cavra_with(args, "")
}

/// How long a command may run: a service that should not have started never ends by itself.
const LONGEST_RUN: Duration = Duration::from_mins(5);

/// As [`cavra`], with `stdin`.
pub(crate) fn cavra_with(args: &[&str], stdin: impl Into<Vec<u8>>) -> Run {
    run(command().args(args).write_stdin(stdin))
}

/// The binary, apart from the environment that the tests happen to run in.
pub(crate) fn command() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_cavra"));
    command.env_remove("CAVRA_PACKS").env_remove("NO_COLOR");
    // `person_keys.rs` tests encrypted keys. Elsewhere nobody is there to give a passphrase.
    command.env("CAVRA_ALLOW_PLAIN_KEY", "true");
    for (name, folder) in own_folders() {
        command.env(name, folder);
    }
    command
}

/// Where the tests' own configuration and cache are, instead of those of the user who runs them.
pub(crate) fn own_folders() -> [(&'static str, PathBuf); 2] {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR"));
    [
        ("XDG_CONFIG_HOME", folder.join("config")),
        ("XDG_CACHE_HOME", folder.join("cache")),
    ]
}

pub(crate) fn run(command: &mut Command) -> Run {
    let Output {
        status,
        stdout,
        stderr,
    } = command.timeout(LONGEST_RUN).output().unwrap();
    Run {
        // None if it was ended after [`LONGEST_RUN`].
        code: status.code().unwrap(),
        stdout: String::from_utf8(stdout).unwrap(),
        stderr: String::from_utf8(stderr).unwrap(),
    }
}

impl Run {
    /// Fails unless the exit code is `code`.
    #[track_caller]
    pub(crate) fn exits(self, code: i32) -> Self {
        assert_eq!(
            self.code, code,
            "stdout: {}\nstderr: {}",
            self.stdout, self.stderr
        );
        self
    }

    /// Fails unless standard error says `text`.
    #[track_caller]
    pub(crate) fn complains(self, text: &str) -> Self {
        assert!(
            self.stderr.contains(text),
            "`{text}` is not in: {}",
            self.stderr
        );
        self
    }

    /// Fails unless standard output says `text`.
    #[track_caller]
    pub(crate) fn prints(self, text: &str) -> Self {
        assert!(
            self.stdout.contains(text),
            "`{text}` is not in: {}",
            self.stdout
        );
        self
    }

    /// Standard output as one JSON document.
    #[track_caller]
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.stdout)
            .unwrap_or_else(|error| panic!("{error}: {}", self.stdout))
    }

    /// Standard output as one JSON document a line.
    #[track_caller]
    pub(crate) fn json_lines(&self) -> Vec<Value> {
        self.stdout
            .lines()
            .map(|line| serde_json::from_str(line).unwrap())
            .collect()
    }
}
