use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

use assert_cmd::Command;
use serde_json::Value;
use tempfile::TempDir;

use super::support::{Run, cavra, cavra_with, command, run};

const PRIVATE: &str =
    "PRIVATE+KEY+example.org/cavra+1ade6455+AQABAgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhscHR4f";
const PUBLIC: &str = "example.org/cavra+1ade6455+AQOhB7/zzhC+HXDdGOdLwJln5NYwm6UNXx3chmQSVTG4";
/// As OpenSSL writes the key of [`PRIVATE`].
const PEM: &str = "-----BEGIN PUBLIC KEY-----\n\
    MCowBQYDK2VwAyEAA6EHv/POEL4dcN0Y50vAmWfk1jCbpQ1fHdyGZBJVMbg=\n\
    -----END PUBLIC KEY-----\n";

const INCLUSION: &str = "tests/data/journal/inclusion-proof.json";
const CONSISTENCY: &str = "tests/data/journal/consistency-proof.json";

fn text(path: &Path) -> &str {
    path.to_str().unwrap()
}

/// A folder with [`PRIVATE`] in `log.key`.
fn with_key(mode: u32) -> (TempDir, String) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("log.key");
    fs::write(&path, format!("{PRIVATE}\n")).unwrap();
    fs::set_permissions(&path, fs::Permissions::from_mode(mode)).unwrap();
    let path = text(&path).to_owned();
    (folder, path)
}

fn keeps_the_secret(run: Run) -> Run {
    let secret = PRIVATE.rsplit_once('+').unwrap().1;
    for output in [&run.stdout, &run.stderr] {
        assert!(!output.contains(&secret[..20]), "{output}");
        assert!(!output.contains("PRIVATE+KEY+e"), "{output}");
    }
    run
}

#[test]
fn a_new_key_is_shown_in_public_only_and_never_overwritten() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name| text(&folder.path().join(name)).to_owned();
    let (private, public) = (path("log.key"), path("log.pub"));
    let args = [
        "keys",
        "generate",
        "--name",
        "example.org/new",
        "--out",
        &private,
        "--public",
        &public,
    ];
    let made = cavra(&[&args[..], &["--output", "json"]].concat())
        .exits(0)
        .complains("the private key is not encrypted");
    let secret = fs::read_to_string(&private).unwrap();
    // The last of five parts is base64, which may itself hold a `+`.
    let secret = secret.trim().splitn(5, '+').nth(4).unwrap();
    assert!(!made.stdout.contains(secret) && !made.stderr.contains(secret));
    let made = made.json();
    assert_eq!(made["name"], "example.org/new");
    let key = made["verifying_key"].as_str().unwrap();
    assert_eq!(fs::read_to_string(&public).unwrap(), format!("{key}\n"));
    assert_eq!(
        fs::metadata(&private).unwrap().permissions().mode() & 0o777,
        0o600
    );
    for shown in [&private, &public, key] {
        let shown = cavra(&["keys", "show", shown, "--output", "json"]).exits(0);
        assert_eq!(shown.json(), made);
    }

    let before = fs::read(&private).unwrap();
    cavra(&args).exits(1).complains("never overwritten");
    assert_eq!(fs::read(&private).unwrap(), before);
    let other = path("other.key");
    cavra(&[
        "keys", "generate", "--name", "x", "--out", &other, "--public", &public,
    ])
    .exits(1)
    .complains("log.pub` exists");
    assert!(!Path::new(&other).exists());
    cavra(&["keys", "generate", "--name", "two words", "--out", &other])
        .exits(1)
        .complains("can't name a log");
}

#[test]
fn a_key_is_shown_from_a_file_a_variable_and_a_descriptor() {
    let (_folder, path) = with_key(0o600);
    let by_descriptor = r#"exec "$0" keys show fd:7 7< "$1""#;
    let mut from_descriptor = Command::new("bash");
    from_descriptor.args(["-c", by_descriptor, env!("CARGO_BIN_EXE_cavra"), &path]);
    let mut from_variable = command();
    from_variable
        .args(["keys", "show", "env:THE_KEY"])
        .env("THE_KEY", PRIVATE);
    for shown in [
        cavra(&["keys", "show", &path]),
        cavra(&["keys", "show", PUBLIC]),
        run(&mut from_variable),
        run(&mut from_descriptor),
    ] {
        let shown = keeps_the_secret(shown).exits(0).prints(PUBLIC);
        shown
            .prints("example.org/cavra\n")
            .prints("1ade6455\n")
            .prints(PEM);
    }
}

#[test]
fn an_exposed_or_misplaced_private_key_is_refused_and_not_repeated() {
    for mode in [0o644, 0o640, 0o602] {
        let (_folder, path) = with_key(mode);
        let refused = cavra(&["keys", "show", &path]).exits(1);
        keeps_the_secret(refused).complains("chmod 600");
    }
    keeps_the_secret(cavra(&["keys", "show", PRIVATE]))
        .exits(1)
        .complains("must not be on a command line");
    keeps_the_secret(cavra(&[
        "journal",
        "check-proof",
        INCLUSION,
        "--journal-key",
        PRIVATE,
    ]))
    .exits(1)
    .complains("must not be on a command line");
    let mut damaged = command();
    damaged.args(["keys", "show", "env:THE_KEY"]);
    damaged.env("THE_KEY", PRIVATE.replace("1ade", "1adf"));
    keeps_the_secret(run(&mut damaged))
        .exits(1)
        .complains("part of it was changed");
    cavra(&["keys", "show", &PUBLIC.replace("cavra", "carva")])
        .exits(1)
        .complains("part of it was changed");
    cavra(&["keys", "show", "no/such/key"])
        .exits(1)
        .complains("can't be read");
    cavra(&["keys", "show", "env:CAVRA_NO_SUCH_VARIABLE"])
        .exits(1)
        .complains("holds no key");
}

#[test]
fn a_proof_that_holds_says_what_it_proves() {
    let (folder, path) = with_key(0o600);
    let public = text(&folder.path().join("log.pub")).to_owned();
    fs::write(&public, PUBLIC).unwrap();
    for key in [PUBLIC, &public, &path] {
        cavra(&["journal", "check-proof", INCLUSION, "--journal-key", key])
            .exits(0)
            .prints("the proof of inclusion holds")
            .prints("position 4");
        cavra(&["journal", "check-proof", CONSISTENCY, "--journal-key", key])
            .exits(0)
            .prints("the proof of consistency holds");
    }
    let args = [
        "journal",
        "check-proof",
        "-",
        "--journal-key",
        PUBLIC,
        "--output",
        "json",
    ];
    let report = cavra_with(&args, fs::read(INCLUSION).unwrap())
        .exits(0)
        .json();
    assert_eq!(report["valid"], true);
    assert_eq!(report["kind"], "inclusion");
    assert_eq!(report["position"], 4);
    assert_eq!(report["checkpoint"]["size"], 7);
    assert_eq!(report["checkpoint"]["time"], "2026-01-02T03:04:05Z");
    let report = cavra_with(&args, fs::read(CONSISTENCY).unwrap())
        .exits(0)
        .json();
    assert_eq!(
        (&report["from"]["size"], &report["to"]["size"]),
        (&3.into(), &7.into())
    );
}

#[test]
fn a_proof_that_fails_is_not_one_that_can_t_be_read() {
    let folder = tempfile::tempdir().unwrap();
    let other = text(&folder.path().join("other.key")).to_owned();
    cavra(&[
        "keys",
        "generate",
        "--name",
        "example.org/cavra",
        "--out",
        &other,
    ])
    .exits(0);
    cavra(&["journal", "check-proof", INCLUSION, "--journal-key", &other])
        .exits(2)
        .prints("does not hold")
        .prints("is not signed by the key");

    let changed = fs::read_to_string(INCLUSION).unwrap().replace(":4}", ":5}");
    let args = [
        "journal",
        "check-proof",
        "-",
        "--journal-key",
        PUBLIC,
        "--output",
        "json",
    ];
    let report: Value = cavra_with(&args, changed).exits(2).json();
    assert_eq!(report["valid"], false);
    assert!(
        report["problem"].as_str().unwrap().contains("position 4"),
        "{report}"
    );

    for unreadable in ["", "{}", "[]", "{\"schema_version\":\"x\"}"] {
        cavra_with(&args, unreadable)
            .exits(1)
            .complains("is not a proof");
    }
    cavra(&[
        "journal",
        "check-proof",
        "no/such/file",
        "--journal-key",
        PUBLIC,
    ])
    .exits(1);
    cavra(&[
        "journal",
        "check-proof",
        INCLUSION,
        "--journal-key",
        "no/such/key",
    ])
    .exits(1)
    .complains("no/such/key");
    cavra(&["journal", "check-proof", INCLUSION])
        .exits(1)
        .complains("--journal-key");
}
