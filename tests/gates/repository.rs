//! Real repositories: a bare one that `git daemon` serves, and a clone.

use std::collections::BTreeMap;
use std::fs;
use std::net::TcpListener;
use std::os::fd::OwnedFd;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::thread;

use tempfile::TempDir;

/// Runs git apart from the settings of this machine.
pub(crate) fn git_in(folder: &Path) -> Command {
    let mut command = Command::new("git");
    command
        .current_dir(folder)
        .env("GIT_CONFIG_GLOBAL", "/dev/null")
        .env("GIT_CONFIG_NOSYSTEM", "1")
        .env("GIT_TERMINAL_PROMPT", "0")
        .env("GIT_EDITOR", "true")
        .env_remove("CAVRA_SESSION_ID")
        .env_remove("CLAUDE_CODE_SESSION_ID");
    for role in ["AUTHOR", "COMMITTER"] {
        command.env(format!("GIT_{role}_NAME"), "Ada");
        command.env(format!("GIT_{role}_EMAIL"), "ada@example.org");
    }
    command
}

/// What a command of git that succeeds prints.
#[track_caller]
pub(crate) fn git(folder: &Path, words: &[&str]) -> String {
    let output = git_in(folder).args(words).output().unwrap();
    assert!(output.status.success(), "git {words:?}: {output:?}");
    String::from_utf8(output.stdout).unwrap().trim().to_owned()
}

/// Writes an executable hook.
pub(crate) fn hook(folder: &Path, name: &str, words: &str) {
    fs::create_dir_all(folder).unwrap();
    let path = folder.join(name);
    let program = env!("CARGO_BIN_EXE_cavra");
    fs::write(
        &path,
        format!("#!/bin/sh\nexec {program} hook git {words}\n"),
    )
    .unwrap();
    fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
}

/// A commit with one file of this text.
pub(crate) fn commit(folder: &Path, text: &str) -> String {
    fs::write(folder.join("file.txt"), text).unwrap();
    git(folder, &["add", "file.txt"]);
    git(folder, &["commit", "--quiet", "-m", text]);
    git(folder, &["rev-parse", "HEAD"])
}

/// A server and a clone of it, in which `main` and `work` are one commit ahead, and `forced` is another
/// history.
pub(crate) struct World {
    folder: TempDir,
    address: String,
}

impl World {
    pub(crate) fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        git(
            folder.path(),
            &["init", "--quiet", "--bare", "-b", "main", "server.git"],
        );
        let address = serve(folder.path());
        let world = Self { folder, address };
        for (key, value) in [
            ("receive.denyDeleteCurrent", "ignore"),
            ("receive.advertisePushOptions", "true"),
        ] {
            git(&world.server(), &["config", key, value]);
        }
        git(
            world.folder.path(),
            &["clone", "--quiet", &world.address, "clone"],
        );
        let clone = world.clone();
        git(&clone, &["checkout", "--quiet", "-b", "main"]);
        commit(&clone, "one");
        let all = ["main:main", "main:dev", "main:old"];
        git(&clone, &[&["push", "--quiet", "origin"][..], &all].concat());
        git(
            &world.server(),
            &["symbolic-ref", "refs/heads/alias", "refs/heads/main"],
        );
        git(&clone, &["checkout", "--quiet", "--orphan", "forced"]);
        commit(&clone, "another history");
        git(&clone, &["checkout", "--quiet", "main"]);
        commit(&clone, "two");
        git(&clone, &["branch", "work"]);
        git(&clone, &["config", "branch.work.remote", "origin"]);
        git(&clone, &["config", "branch.work.merge", "refs/heads/main"]);
        world
    }

    pub(crate) fn server(&self) -> PathBuf {
        self.folder.path().join("server.git")
    }

    pub(crate) fn clone(&self) -> PathBuf {
        self.folder.path().join("clone")
    }

    /// Lets the server judge pushes.
    pub(crate) fn enforce(&self, words: &str) {
        hook(&self.server().join("hooks"), "pre-receive", words);
    }

    /// Every ref of the server.
    pub(crate) fn refs(&self) -> BTreeMap<String, String> {
        let listed = git(
            &self.server(),
            &["for-each-ref", "--format=%(refname) %(objectname)"],
        );
        let lines = listed.lines();
        lines
            .map(|line| line.split_once(' ').unwrap())
            .map(|(name, id)| (name.to_owned(), id.to_owned()))
            .collect()
    }

    /// Runs git in the clone; `{URL}` is the server's address.
    pub(crate) fn run(&self, words: &[String]) -> Output {
        let words = words
            .iter()
            .map(|word| word.replace("{URL}", &self.address));
        git_in(&self.clone()).args(words).output().unwrap()
    }
}

/// Serves the repositories of a folder as git-daemon(1) does, so that who pushes can't choose the
/// program that receives.
fn serve(folder: &Path) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("git://{}/server.git", listener.local_addr().unwrap());
    let base = format!("--base-path={}", folder.display());
    // It ends with the test's process.
    thread::spawn(move || {
        for stream in listener.incoming() {
            let stream = stream.unwrap();
            let out = OwnedFd::from(stream.try_clone().unwrap());
            let child = Command::new("git")
                .args(["daemon", "--inetd", "--export-all", &base])
                .arg("--enable=receive-pack")
                .env("GIT_CONFIG_GLOBAL", "/dev/null")
                .env("GIT_CONFIG_NOSYSTEM", "1")
                .stdin(Stdio::from(OwnedFd::from(stream)))
                .stdout(Stdio::from(out))
                .stderr(Stdio::null())
                .spawn();
            thread::spawn(move || child.unwrap().wait());
        }
    });
    address
}
