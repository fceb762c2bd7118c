//! The units that start the service, read by systemd itself where it is there.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::needs;
use super::support::{Run, cavra, command, run};

/// Every file below a folder.
fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        match path.is_dir() {
            true => found.extend(files(&path)),
            false => found.push(path),
        }
    }
    found.sort();
    found
}

/// Writes units below a folder.
fn install(folder: &Path, options: &[&str]) -> Run {
    let root = [
        "service",
        "install",
        "--yes",
        "--root",
        folder.to_str().unwrap(),
    ];
    let (options, serve) = match options.iter().position(|it| *it == "--") {
        Some(at) => options.split_at(at),
        None => (options, &[][..]),
    };
    cavra(&[&root[..], options, serve].concat())
}

fn unit(folder: &Path, name: &str) -> String {
    let path = folder.join("etc/systemd/system").join(name);
    fs::read_to_string(&path).unwrap_or_else(|error| panic!("{name}: {error}"))
}

#[test]
fn systemd_takes_the_units_of_the_machine() {
    if !needs::program("systemd-analyze") {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    install(folder.path(), &[]).exits(0);
    let units = [
        "cavra.service",
        "cavra.socket",
        "cavra-people.socket",
        "cavra-admin.socket",
    ];
    let verified = Command::new("systemd-analyze")
        .args(["verify", "--man=no"])
        .args(units.map(|unit| folder.path().join("etc/systemd/system").join(unit)))
        .env("SYSTEMD_LOG_LEVEL", "warning")
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&verified.stderr).into_owned();
    let about_ours: Vec<&str> = said.lines().filter(|line| line.contains("cavra")).collect();
    assert!(about_ours.is_empty(), "{about_ours:?}");
    assert!(verified.status.success(), "{said}");
    let exposure = Command::new("systemd-analyze")
        .args(["security", "--offline=true", "--threshold=20", "--no-pager"])
        .arg(folder.path().join("etc/systemd/system/cavra.service"))
        .output()
        .unwrap();
    assert!(
        exposure.status.success(),
        "{}",
        String::from_utf8_lossy(&exposure.stdout)
    );
}

#[test]
fn the_service_has_a_user_and_sockets_of_its_own() {
    let folder = tempfile::tempdir().unwrap();
    let trust = "/etc/my trust 100%.json";
    let options = [
        "--socket-group",
        "agents",
        "--",
        "--trust",
        trust,
        "--policy",
        "$x",
    ];
    let absent = "is not there, and the service doesn't start without it";
    install(folder.path(), &options)
        .exits(0)
        .prints("systemctl enable --now cavra.socket cavra-people.socket cavra-admin.socket")
        .prints(&format!("`{trust}` {absent}"));
    let service = unit(folder.path(), "cavra.service");
    for line in [
        "User=cavra",
        "NoNewPrivileges=yes",
        "PrivateNetwork=yes",
        "StateDirectory=cavra",
    ] {
        assert!(
            service.contains(&format!("\n{line}\n")),
            "{line}: {service}"
        );
    }
    let start = service
        .lines()
        .find(|line| line.starts_with("ExecStart="))
        .unwrap();
    let end = "serve --data-dir /var/lib/cavra --trust \"/etc/my trust 100%%.json\" --policy $$x";
    assert!(start.ends_with(end), "{start}");
    // The kernel must go on to say who asks.
    assert!(!service.contains("\nPrivateUsers="), "{service}");
    let agents = unit(folder.path(), "cavra.socket");
    assert!(
        agents.contains("SocketMode=0660\nSocketGroup=agents\n"),
        "{agents}"
    );
    assert!(agents.contains("FileDescriptorName=agents\n"), "{agents}");
    let admin = unit(folder.path(), "cavra-admin.socket");
    assert!(admin.contains("SocketMode=0600\n"), "{admin}");
    let users = fs::read_to_string(folder.path().join("etc/sysusers.d/cavra.conf")).unwrap();
    assert!(users.contains("\nu cavra - "), "{users}");
    fs::write(folder.path().join(&trust[1..]), "{}").unwrap();
    let again = install(folder.path(), &options)
        .exits(0)
        .prints("nothing to change");
    assert!(!again.stdout.contains(absent), "{}", again.stdout);
}

#[test]
fn a_user_s_service_says_that_it_does_not_resist() {
    let home = tempfile::tempdir().unwrap();
    let install = |options: &[&str]| {
        let mut command = command();
        command
            .args(["service", "install", "--user"])
            .args(options)
            .env("HOME", home.path());
        run(&mut command)
    };
    install(&["--dry-run"])
        .exits(0)
        .prints("records and does not resist")
        .prints("+ListenStream=%t/cavra/agents.sock");
    assert!(files(home.path()).is_empty());
    install(&["--yes"]).exits(0);
    let folder = home.path().join(".config/systemd/user");
    let service = fs::read_to_string(folder.join("cavra.service")).unwrap();
    assert!(service.contains("does not resist"), "{service}");
    assert!(!service.contains("\nUser="), "{service}");
    if !needs::program("systemd-analyze") {
        return;
    }
    let verified = Command::new("systemd-analyze")
        .args(["--user", "verify", "--man=no"])
        .args(files(&folder))
        .env("XDG_RUNTIME_DIR", home.path())
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&verified.stderr).into_owned();
    let about_ours: Vec<&str> = said.lines().filter(|line| line.contains("cavra")).collect();
    assert!(about_ours.is_empty(), "{about_ours:?}");
}

#[test]
fn the_file_for_launchd_is_a_property_list() {
    if !needs::program("python3") {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    install(
        folder.path(),
        &["--launchd", "--", "--trust", "/a&b<c>.json"],
    )
    .exits(0)
    .prints("was not tried on macOS");
    let path = folder
        .path()
        .join("Library/LaunchDaemons/org.cavra.authority.plist");
    let program =
        "import json, plistlib, sys; print(json.dumps(plistlib.load(open(sys.argv[1], 'rb'))))";
    let read = Command::new("python3")
        .args(["-c", program])
        .arg(&path)
        .output()
        .unwrap();
    let list: serde_json::Value = serde_json::from_slice(&read.stdout).unwrap();
    let words = list["ProgramArguments"].as_array().unwrap();
    assert_eq!(words[1], "serve");
    assert_eq!(words.last().unwrap(), "/a&b<c>.json");
    assert_eq!(list["UserName"], "_cavra");
}

#[test]
fn what_no_unit_can_hold_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    install(folder.path(), &["--", "--policy", "a\nUser=root"])
        .exits(1)
        .complains("control character");
    install(folder.path(), &["--program", "cavra"])
        .exits(1)
        .complains("absolute path");
    assert!(files(folder.path()).is_empty());
}
