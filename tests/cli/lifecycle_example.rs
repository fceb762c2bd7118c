//! The lifecycle example: a policy comes into force by proof, and goes back.

use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt as _;

use super::needs;
use super::support::run;

/// It builds nothing where there is a binary on the PATH, as README puts it there.
#[test]
fn the_example_uses_the_binary_on_the_path() {
    let folder = tempfile::tempdir().unwrap();
    let binary = folder.path().join("cavra");
    fs::write(&binary, "#!/bin/sh\nexit 7\n").unwrap();
    fs::set_permissions(&binary, Permissions::from_mode(0o700)).unwrap();
    let path = std::env::var("PATH").unwrap();
    let mut script = assert_cmd::Command::new("examples/lifecycle/run");
    script.env_remove("CAVRA");
    script.env("PATH", format!("{}:{path}", folder.path().display()));
    run(&mut script).exits(7);
}

#[test]
fn a_policy_comes_into_force_by_proof_and_goes_back() {
    if !needs::program("jq") {
        return;
    }
    let mut script = assert_cmd::Command::new("examples/lifecycle/run");
    script.env("CAVRA", env!("CARGO_BIN_EXE_cavra"));
    script.env_remove("CAVRA_DATA_DIR");
    let said = run(&mut script).exits(0);
    let mut rest = said.stdout.as_str();
    // In this order: what is decided changes with each activation, and with nothing else.
    for wanted in [
        "cargo test: require_approval, by version 1.0.0",
        "+ loosens   commands.allow[cargo *]",
        "require_approval -> allow  cargo publish",
        "`commands.allow[cargo test*]`, 1 group",
        "1 more must approve the request",
        "cargo test: allow, by version 1.1.0",
        "cargo test: allow, by version 1.1.0",
        "the request was used",
        "cargo test: require_approval, by version 1.0.0",
        "cargo test: require_approval, by version 1.0.0",
        "rolled_back",
        "valid  shadow-report  ./report.dsse.json",
        "== all of it holds",
    ] {
        let (_, after) = rest
            .split_once(wanted)
            .unwrap_or_else(|| panic!("no `{wanted}` in\n{rest}\n{}", said.stderr));
        rest = after;
    }
}
