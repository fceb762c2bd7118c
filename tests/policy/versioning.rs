//! What git says of a pack: measured on real repositories.

use std::fs;
use std::path::Path;
use std::process::Command;

use cavra::library::load_file;
use cavra::library::versioning::{measure, source_at};
use cavra::policy::versioning::TRACKED_AND_CLEAN;

fn git(folder: &Path, arguments: &[&str]) -> String {
    let output = Command::new("git")
        .arg("-C")
        .arg(folder)
        .args([
            "-c",
            "user.name=t",
            "-c",
            "user.email=t@t",
            "-c",
            "commit.gpgsign=false",
        ])
        .args(arguments)
        .output()
        .unwrap();
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    String::from_utf8(output.stdout).unwrap().trim().to_owned()
}

fn pack(folder: &Path) {
    fs::create_dir_all(folder.join("rules")).unwrap();
    fs::write(folder.join("policy.yaml"), "metadata: {id: x}\n").unwrap();
    fs::write(folder.join("rules/own.rego"), "package cavra.pack.x\n").unwrap();
}

/// A repository with one commit that holds the pack in `packs/x`.
fn repository() -> (tempfile::TempDir, std::path::PathBuf) {
    let root = tempfile::tempdir().unwrap();
    let folder = root.path().join("packs/x");
    pack(&folder);
    git(root.path(), &["init", "-q"]);
    git(root.path(), &["add", "-A"]);
    git(root.path(), &["commit", "-qm", "one"]);
    (root, folder)
}

#[test]
fn a_clean_pack_is_at_the_last_commit_that_touched_it() {
    let (root, folder) = repository();
    let first = git(root.path(), &["rev-parse", "HEAD"]);
    fs::write(root.path().join("README"), "other").unwrap();
    git(root.path(), &["add", "-A"]);
    git(root.path(), &["commit", "-qm", "two"]);
    let found = measure(&folder);
    assert_eq!(
        found.source.unwrap().to_string(),
        format!("git:{first}:packs/x")
    );
    assert_eq!(found.reason, TRACKED_AND_CLEAN);
}

type Change = &'static dyn Fn(&Path);

#[test]
fn whatever_differs_from_the_commit_is_not_versioned() {
    let changes: [(&str, Change); 4] = [
        ("changed", &|at| {
            fs::write(at.join("policy.yaml"), "metadata: {id: y}\n").unwrap()
        }),
        ("added", &|at| {
            fs::write(at.join("rules/new.rego"), "package a").unwrap()
        }),
        ("removed", &|at| {
            fs::remove_file(at.join("rules/own.rego")).unwrap()
        }),
        ("ignored", &|at| {
            fs::write(at.join("../../.git/info/exclude"), "*.rego\n").unwrap();
            fs::write(at.join("rules/hidden.rego"), "package a").unwrap();
        }),
    ];
    for (name, change) in changes {
        let (_root, folder) = repository();
        change(&folder);
        let found = measure(&folder);
        assert!(!found.is_versioned(), "{name}");
        assert!(
            found.reason.contains("not as it was committed"),
            "{name}: {}",
            found.reason
        );
    }
}

#[test]
fn without_a_repository_or_a_tracked_policy_there_is_a_reason() {
    let bare = tempfile::tempdir().unwrap();
    pack(bare.path());
    let found = measure(bare.path());
    assert!(
        !found.is_versioned() && found.reason.contains("not a git repository"),
        "{}",
        found.reason
    );
    git(bare.path(), &["init", "-q"]);
    let found = measure(bare.path());
    assert!(
        !found.is_versioned() && found.reason.contains("doesn't track"),
        "{}",
        found.reason
    );
    assert!(!measure(&bare.path().join("nowhere")).is_versioned());
}

#[test]
fn a_commit_gives_back_the_pack_that_it_holds() {
    let (root, folder) = repository();
    let before = load_file(&folder).unwrap();
    let source = measure(&folder).source.unwrap();
    fs::write(folder.join("policy.yaml"), "metadata: {id: y}\n").unwrap();
    git(root.path(), &["commit", "-qam", "two"]);
    let found = source_at(&folder, &source).unwrap();
    assert_eq!(
        (found.policy, found.rules, found.cases),
        (before.policy, before.rules, before.cases)
    );
}

#[test]
fn a_commit_that_is_not_there_gives_nothing() {
    let (_root, folder) = repository();
    let mut source = measure(&folder).source.unwrap();
    source.commit = "0123456789abcdef0123456789abcdef01234567".to_owned();
    assert_eq!(source_at(&folder, &source), None);
}

#[test]
fn a_pack_may_be_the_whole_repository() {
    let root = tempfile::tempdir().unwrap();
    pack(root.path());
    git(root.path(), &["init", "-q"]);
    git(root.path(), &["add", "-A"]);
    git(root.path(), &["commit", "-qm", "one"]);
    let source = measure(root.path()).source.unwrap();
    assert_eq!(source.folder, "");
    assert!(source_at(root.path(), &source).is_some());
}
