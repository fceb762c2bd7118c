//! What `facts` say about a push, compared with what the real `git push` moves.
//!
//! Command lines come from the closed grammar below, which names nothing outside the
//! test's own directory. `CAVRA_ORACLE_CASES` sets how many are tried.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

use cavra::action::facts::{Push, RefUpdate};
use cavra::action::git::push_from_command;
use cavra::action::patterns::RefPatterns;
use cavra::action::shell::ShellWord;
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};

use crate::git_grammar::{FLAGS, REFSPECS, command_line, words};

const DEFAULT_CASES: u32 = 48;
const PROTECTED: &[&str] = &["main", "release/*"];
const TIMEOUT_S: &str = "10";

/// A bare remote and a working repository in which every branch is ahead of it.
struct World {
    dir: tempfile::TempDir,
}

impl World {
    fn new() -> Self {
        let world = Self {
            dir: tempfile::tempdir().unwrap(),
        };
        let commit = ["commit", "-q", "--allow-empty", "-m", "c"];
        let branches = ["dev", "feature/main", "release/1", "domain"];
        world.git("", &["init", "-q", "--bare", "-b", "trunk", "remote.git"]);
        world.git("", &["init", "-q", "-b", "main", "work"]);
        world.git("work", &["remote", "add", "origin", "../remote.git"]);
        world.git("work", &commit);
        for branch in branches {
            world.git("work", &["branch", branch]);
        }
        world.git("work", &["push", "-q", "-u", "--all", "origin"]);
        world.git("work", &["push", "-q", "origin", "main:gone"]);
        for branch in branches.iter().chain(&["main"]) {
            world.git("work", &["checkout", "-q", branch]);
            world.git("work", &["commit", "-q", "--allow-empty", "-m", branch]);
        }
        world.git("work", &["tag", "v1"]);
        world
    }

    fn path(&self) -> &Path {
        self.dir.path()
    }

    fn run(&self, at: &str, args: &[&str]) -> bool {
        Command::new("timeout")
            .args([TIMEOUT_S, "git"])
            .args(args)
            .current_dir(self.path().join(at))
            .env_clear()
            .env("PATH", std::env::var_os("PATH").unwrap_or_default())
            .env("HOME", self.path())
            .env("GIT_CONFIG_NOSYSTEM", "1")
            .env("GIT_TERMINAL_PROMPT", "0")
            .env("GIT_CEILING_DIRECTORIES", self.path())
            .env("GIT_AUTHOR_NAME", "a")
            .env("GIT_AUTHOR_EMAIL", "a@example.org")
            .env("GIT_COMMITTER_NAME", "a")
            .env("GIT_COMMITTER_EMAIL", "a@example.org")
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .status()
            .unwrap()
            .success()
    }

    fn git(&self, at: &str, args: &[&str]) {
        assert!(self.run(at, args), "git {args:?}");
    }

    /// Every ref of the remote, read from its files.
    fn refs(&self) -> BTreeMap<String, String> {
        let remote = self.path().join("remote.git");
        let mut refs = BTreeMap::new();
        for line in fs::read_to_string(remote.join("packed-refs"))
            .unwrap_or_default()
            .lines()
        {
            if let Some((id, name)) = line.split_once(' ').filter(|_| !line.starts_with('#')) {
                refs.insert(name.to_owned(), id.to_owned());
            }
        }
        loose(&remote, &remote.join("refs"), &mut refs);
        refs
    }

    /// Pushes from a copy, and says whether git succeeded and which protected refs moved.
    fn push(&self, line: &[String]) -> (bool, Vec<String>) {
        let copy = Self {
            dir: tempfile::tempdir().unwrap(),
        };
        copy_tree(self.path(), copy.path());
        let before = copy.refs();
        let mut args = vec!["push"];
        args.extend(line.iter().map(String::as_str));
        let succeeded = copy.run("work", &args);
        let after = copy.refs();
        let moved = before
            .keys()
            .chain(after.keys())
            .filter(|name| before.get(*name) != after.get(*name) && is_protected(name));
        let mut moved: Vec<String> = moved.cloned().collect();
        moved.dedup();
        (succeeded, moved)
    }
}

fn loose(remote: &Path, dir: &Path, refs: &mut BTreeMap<String, String>) {
    for entry in fs::read_dir(dir).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            loose(remote, &path, refs);
        } else {
            let name = path
                .strip_prefix(remote)
                .unwrap()
                .to_str()
                .unwrap()
                .to_owned();
            refs.insert(name, fs::read_to_string(&path).unwrap());
        }
    }
}

fn copy_tree(from: &Path, to: &Path) {
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            if entry.file_name() == "hooks" {
                continue;
            }
            fs::create_dir(&target).unwrap();
            copy_tree(&entry.path(), &target);
        } else {
            fs::copy(entry.path(), target).unwrap();
        }
    }
}

fn is_protected(name: &str) -> bool {
    name == "refs/heads/main" || name.starts_with("refs/heads/release/")
}

fn moves_protected(push: &Push, which: impl Fn(&RefUpdate) -> bool) -> bool {
    let patterns = RefPatterns::new(PROTECTED).unwrap();
    let mut hits = Vec::new();
    push.readings
        .concat()
        .iter()
        .filter(|update| which(update))
        .any(|update| {
            patterns.matches(update, &mut hits);
            !hits.is_empty()
        })
}

fn judge(world: &World, line: &[String]) -> Result<(), TestCaseError> {
    let mut words = vec![ShellWord::constant("push")];
    words.extend(line.iter().map(ShellWord::constant));
    let push = push_from_command(&words, Some("main"));
    let (succeeded, moved) = world.push(line);
    let said = moves_protected(&push, |_| true) && !push.dry_run;
    if !moved.is_empty() {
        // An unknown target alone would be approval, not a pass; none of these needs it.
        prop_assert!(
            said || push.unknown_target.is_some(),
            "{moved:?} moved: {push:?}"
        );
    }
    let folded = line.iter().any(|word| word.contains("MAIN"));
    let certain = moves_protected(&push, |update| !update.glob);
    if succeeded && certain && !push.dry_run && push.unknown_target.is_none() && !folded {
        prop_assert!(!moved.is_empty(), "nothing protected moved: {push:?}");
    }
    Ok(())
}

#[test]
fn facts_agree_with_git() {
    let cases = std::env::var("CAVRA_ORACLE_CASES")
        .ok()
        .and_then(|cases| cases.parse().ok())
        .unwrap_or(DEFAULT_CASES);
    let world = World::new();
    let config = Config {
        cases,
        failure_persistence: None,
        ..Config::default()
    };
    TestRunner::new(config)
        .run(&command_line(), |line| judge(&world, &line))
        .unwrap();
}

/// Each refspec alone, so that no budget leaves one out.
#[test]
fn facts_agree_with_git_on_each_refspec() {
    let world = World::new();
    for spec in REFSPECS {
        let line = words(&[&["origin"], spec]);
        judge(&world, &line).unwrap_or_else(|error| panic!("{line:?}: {error}"));
    }
    for flag in FLAGS {
        let line = words(&[&[flag], &["origin", "main"]]);
        judge(&world, &line).unwrap_or_else(|error| panic!("{line:?}: {error}"));
    }
}
