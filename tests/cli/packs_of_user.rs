//! The packs of a user: a folder of their own, and variables that name others.

use std::path::Path;

use super::packs::{APPLY, inside, put, sound};
use super::support::{Run, command, run};

/// Runs with folders of its own for the user's configuration and home.
pub(crate) fn as_user(home: &Path, config: Option<&str>, args: &[&str]) -> Run {
    let mut command = command();
    command
        .args(args)
        .env("HOME", home)
        .env_remove("XDG_CONFIG_HOME");
    if let Some(config) = config {
        command.env("XDG_CONFIG_HOME", config);
    }
    run(&mut command)
}

#[test]
fn the_user_has_a_folder_of_packs() {
    let home = tempfile::tempdir().unwrap();
    let args = ["decide", "--policy-pack", "mine", "--read", "mine.txt"];
    as_user(home.path(), None, &args)
        .exits(1)
        .complains("no policy pack with the id `mine`")
        .complains("`--policy PATH`");
    put(
        &home.path().join(".config/cavra/policy-packs"),
        "mine",
        &sound("mine"),
    );
    as_user(home.path(), None, &args)
        .exits(4)
        .prints("from user:/");
    let config = home.path().join(".config").display().to_string();
    as_user(Path::new("/nonexistent"), Some(&config), &args).exits(4);
    // What is named takes its place.
    let empty = tempfile::tempdir().unwrap();
    let named = [&args[..], &["--packs", empty.path().to_str().unwrap()]].concat();
    as_user(home.path(), None, &named).exits(1);
    // A home that is relative would be the working directory.
    let trap = tempfile::tempdir().unwrap();
    put(
        &trap.path().join(".config/cavra/policy-packs"),
        "mine",
        &sound("mine"),
    );
    for (name, value) in [("HOME", "."), ("XDG_CONFIG_HOME", ".config")] {
        let mut judge = inside(&trap, &args);
        judge
            .env_remove("XDG_CONFIG_HOME")
            .env("HOME", "/nonexistent")
            .env(name, value);
        run(&mut judge).exits(1);
    }
    // A home that isn't a folder has no packs.
    as_user(Path::new("/dev/null"), None, &["decide", "--read", "a"]).exits(0);
}

#[test]
fn an_empty_variable_names_nothing_and_a_relative_one_is_warned_of() {
    let repository = tempfile::tempdir().unwrap();
    put(repository.path(), "mine", &sound("mine"));
    for empty in ["", ":", "::"] {
        run(inside(&repository, &APPLY).env("CAVRA_PACKS", empty))
            .exits(4)
            .prints("from built-in");
    }
    let args = ["decide", "--policy-pack", "mine", "--read", "mine.txt"];
    run(inside(&repository, &args).env("CAVRA_PACKS", "."))
        .exits(4)
        .complains("give an absolute path")
        .prints("from environment:/");
    let absolute = run(inside(&repository, &args).env("CAVRA_PACKS", repository.path())).exits(4);
    assert_eq!(absolute.stderr, "");
    run(inside(&repository, &args).env("CAVRA_PACKS", "no/such"))
        .exits(1)
        .complains("`no/such` can't be read");
}
