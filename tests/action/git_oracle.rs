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
use proptest::sample::select;
use proptest::test_runner::{Config, TestRunner};

const DEFAULT_CASES: u32 = 48;
const PROTECTED: &[&str] = &["main", "release/*"];
const TIMEOUT_S: &str = "10";

/// Options without a value.
const FLAGS: &[&str] = &[
    "-f",
    "--force",
    "--forc",
    "--no-force",
    "-n",
    "--dry-run",
    "--dry",
    "--no-dry-run",
    "-u",
    "-fu",
    "-nf",
    "-fn",
    "-v",
    "-q",
    "--all",
    "--al",
    "--branches",
    "--br",
    "--mirror",
    "--mir",
    "--no-mirror",
    "--tags",
    "--no-tags",
    "--follow-tags",
    "--prune",
    "--pru",
    "--atomic",
    "--at",
    "--thin",
    "--no-thin",
    "--no-verify",
    "--verify",
    "-d",
    "--delete",
    "--del",
    "--no-delete",
    "--force-with-lease",
    "--force-w",
    "--no-force-with-lease",
    "--porcelain",
    "--po",
    "--no-po",
    "--force-if-includes",
    "--set-up",
    "--progress",
    "--signed=no",
    "--no-signed",
    "-4",
    "--a",
    "--no-all",
    "--p",
    "--re",
    "--recurse-submodules=check",
    "--no-recurse-submodules",
    "--",
    "-h",
    "--end-of-options",
    "--no-n",
    "--d",
    "--no-d",
    "--f",
    "--n",
    "--no-no-verify",
    "-nh",
];
/// Options with a value that looks like a ref.
const VALUED: &[&[&str]] = &[
    &["-o", "main"],
    &["-omain"],
    &["--push-option", "main"],
    &["--push-option=main"],
    &["--push-o", "main"],
    &["--repo", "origin"],
    &["--repo=origin"],
    &["--recurse-submodules", "check"],
    &["--rec", "no"],
    &["-fo", "main"],
    &["--no-push-option"],
    &["--no-repo"],
    &["--receive-pack", "git-receive-pack"],
    &["--exec=git-receive-pack"],
];
const REFSPECS: &[&[&str]] = &[
    &["main"],
    &["dev"],
    &["feature/main"],
    &["release/1"],
    &["domain"],
    &["HEAD"],
    &["@"],
    &["+main"],
    &["+dev"],
    &[":main"],
    &[":dev"],
    &[":release/1"],
    &["HEAD:main"],
    &["@:main"],
    &["HEAD:dev"],
    &["main:dev"],
    &["dev:main"],
    &["+dev:main"],
    &["HEAD:heads/main"],
    &["HEAD:refs/heads/main"],
    &["HEAD:origin/main"],
    &["HEAD:feature/copy"],
    &["main:main"],
    &["dev:release/1"],
    &["dev:refs/heads/release/9"],
    &["HEAD:refs/heads/release/a/b"],
    &["refs/heads/main"],
    &["heads/main"],
    &["heads/dev"],
    &["refs/heads/*:refs/heads/*"],
    &["refs/heads/*"],
    &["refs/heads/f*:refs/heads/f*"],
    &["refs/heads/*:refs/heads/release/*"],
    &["refs/heads/rel*:refs/heads/rel*"],
    &["+refs/*:refs/*"],
    &["refs/tags/*:refs/heads/*"],
    &[":"],
    &["+:"],
    &["tag", "v1"],
    &["tag", "v1:refs/heads/main"],
    &["tag"],
    &["v1"],
    &["refs/tags/v1"],
    &["refs/tags/v1:main"],
    &["v1:main"],
    &["refs/tags/v1:refs/heads/dev"],
    &["HEAD~0:main"],
    &["HEAD^{commit}:main"],
    &["main:HEAD"],
    &["main:@"],
    &["main:"],
    &[""],
    &["^refs/heads/main"],
    &["refs/heads/*", "^refs/heads/main"],
    &["MAIN"],
    &["dev:MAIN"],
    &["*:*"],
    &["re*:re*"],
    &["h*:h*"],
    &["*:refs/heads/*"],
    &["dev:refs/for/main"],
    &["dev:tags/main"],
    &["nothing"],
    &["nothing:main"],
    &["@{-1}"],
    &["-"],
    &["origin/main"],
    &["HEAD:refs/heads/feature/main"],
];

fn words(parts: &[&[&str]]) -> Vec<String> {
    parts.concat().into_iter().map(str::to_owned).collect()
}

fn command_line() -> impl Strategy<Value = Vec<String>> {
    let option = prop_oneof![
        3 => select(FLAGS).prop_map(|flag| vec![flag.to_owned()]),
        1 => select(VALUED).prop_map(|option| words(&[option])),
    ];
    let spec = select(REFSPECS).prop_map(|spec| words(&[spec]));
    let remote = prop_oneof![
        6 => Just(Some("origin".to_owned())),
        1 => Just(None),
    ];
    let options = || prop::collection::vec(option.clone(), 0..3);
    (
        options(),
        remote,
        options(),
        prop::collection::vec(spec, 0..3),
        options(),
    )
        .prop_map(|(first, remote, second, specs, last)| {
            let mut line: Vec<String> = first.concat();
            line.extend(remote);
            line.extend(second.concat());
            line.extend(specs.concat());
            line.extend(last.concat());
            line
        })
}

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
