//! What a pack with Rego has passed is remembered, for its owner alone.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};

use assert_cmd::Command;

use super::admission::put;
use super::admission::{BASELINE, LAX};
use super::support::{command, run};

/// Rego of a pack's own that says nothing.
const REGO: &str = "package cavra.pack.mine\n\nfindings contains {} if false\n";

fn with_cache(cache: &Path, args: &[&str]) -> Command {
    let mut command = command();
    command.args(args).env("XDG_CACHE_HOME", cache);
    command
}

#[test]
fn that_a_pack_with_rego_has_passed_is_remembered_for_its_owner_alone() {
    let folder = tempfile::tempdir().unwrap();
    let text = format!("metadata: {{id: mine, inherits: {BASELINE}}}\n");
    let pack = put(folder.path(), "mine", &text);
    fs::create_dir(pack.join("rules")).unwrap();
    fs::write(pack.join("rules/a.rego"), REGO).unwrap();
    let cache = folder.path().join("cache");
    let args = [
        "decide",
        "--policy",
        pack.to_str().unwrap(),
        "--read",
        ".env",
    ];
    let judge = || run(&mut with_cache(&cache, &args)).exits(4);
    let remembered = || -> Vec<PathBuf> {
        let files = fs::read_dir(cache.join("cavra/admitted")).unwrap();
        files.map(|it| it.unwrap().path()).collect()
    };
    let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    judge();
    let files = remembered();
    assert_eq!(files.len(), 1);
    assert_eq!(
        (mode(&files[0]), mode(files[0].parent().unwrap())),
        (0o600, 0o700)
    );
    judge();
    assert_eq!(remembered(), files);
    // Another version of it is another pack.
    fs::write(pack.join("rules/a.rego"), format!("{REGO}# More.\n")).unwrap();
    judge();
    assert_eq!(remembered().len(), 2);
    // What fails is not remembered.
    fs::remove_dir_all(&cache).unwrap();
    fs::write(pack.join("policy.yaml"), LAX).unwrap();
    for _ in 0..2 {
        run(&mut with_cache(&cache, &args))
            .exits(1)
            .complains("required cases");
    }
    assert!(!cache.exists());
    // Nor is it an error where nothing can be kept.
    fs::write(pack.join("policy.yaml"), &text).unwrap();
    fs::write(&cache, "a file").unwrap();
    assert_eq!(judge().stderr, "");
}
