//! Encrypted keys of people, at a terminal and without one.

use std::fs;
use std::os::unix::fs::{PermissionsExt as _, symlink};
use std::path::Path;
use std::process::Command;

use serde_json::{Value, json};
use tempfile::TempDir;

use super::needs;
use super::support::{CANDIDATE, Run, cavra, command, run};

const PASSPHRASE: &str = "correct horse battery";
const CAVRA: &str = env!("CARGO_BIN_EXE_cavra");
/// Runs a command on a terminal of its own, and types answers.
const TERMINAL: &str = concat!(
    env!("CARGO_MANIFEST_DIR"),
    "/tests/common/pseudo_terminal.py"
);

/// A folder with the keys of Ada and Bo, who have the passphrase that is in the file `secret`, and
/// with a trust file.
struct Desk(TempDir);

impl Desk {
    fn new() -> Self {
        let desk = Self(tempfile::tempdir().unwrap());
        fs::write(desk.path("secret"), format!("{PASSPHRASE}\n")).unwrap();
        for who in ["ada", "bo"] {
            let name = format!("example.org/{who}");
            let (key, public) = (desk.key(who), desk.path(&format!("{who}.pub")));
            let generate = ["keys", "generate", "--name", &name, "--out", &key];
            let more = ["--public", &public, "--key-command", &desk.command()];
            encrypted(&[&generate[..], &more].concat()).exits(0);
        }
        let person = |who: &str| format!("{who}={}", desk.path(&format!("{who}.pub")));
        let (ada, bo, trust) = (person("ada"), person("bo"), desk.path("trust.json"));
        let new = ["trust", "new", "--out", &trust, "--expires", "2100-01-01"];
        let people = ["--person", &ada, "--person", &bo];
        let group = ["--group", "Repository Owners=ada,bo"];
        let roles = ["--role", "trust=ada", "--role", "approve=ada,bo"];
        cavra(&[&new[..], &people, &group, &roles].concat()).exits(0);
        desk
    }

    fn path(&self, name: &str) -> String {
        self.0.path().join(name).to_str().unwrap().to_owned()
    }

    fn key(&self, who: &str) -> String {
        self.path(&format!("{who}.key"))
    }

    /// Prints the passphrase.
    fn command(&self) -> String {
        format!("cat {}", self.path("secret"))
    }

    /// The arguments that sign the trust file by `key`.
    fn sign(&self, key: &str) -> Vec<String> {
        let (trust, out) = (self.path("trust.json"), self.path("trust.dsse.json"));
        let sign = ["trust", "sign", &trust, "--out", &out, "--signing-key", key];
        sign.map(str::to_owned).to_vec()
    }
}

/// Runs the binary as people do: nothing allows plain keys.
fn encrypted(args: &[&str]) -> Run {
    run(command().env_remove("CAVRA_ALLOW_PLAIN_KEY").args(args))
}

fn words(args: &[String]) -> Vec<&str> {
    args.iter().map(String::as_str).collect()
}

/// What happened at a terminal at which `steps` were typed: what to wait for, and the answer.
fn typed(steps: &[(&str, &str)], program: &[&str]) -> Value {
    let mut python = Command::new("python3");
    python.arg(TERMINAL).arg(json!(steps).to_string());
    python.env_remove("CAVRA_ALLOW_PLAIN_KEY").args(program);
    let output = python.output().unwrap();
    let error = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{error}");
    let seen: Value = serde_json::from_slice(&output.stdout).unwrap();
    // What is typed is never shown, and the terminal is left as it was.
    assert_eq!(seen["echoed"], json!([]), "{seen}");
    assert_eq!(seen["echo_after"], json!(true), "{seen}");
    let shown = seen["output"].as_str().unwrap();
    for (_, answer) in steps.iter().filter(|(_, answer)| answer.len() > 4) {
        assert!(!shown.contains(answer.trim_end()), "{seen}");
    }
    seen
}

#[track_caller]
fn exits(seen: &Value, code: i32, text: &str) {
    assert_eq!(seen["code"], code, "{seen}");
    assert_eq!(seen["unanswered"], json!([]), "{seen}");
    assert!(seen["output"].as_str().unwrap().contains(text), "{seen}");
}

const NEW: &str = "New passphrase of example.org/cy: ";
const AGAIN: &str = "The same again: ";
const ASKED: &str = "Passphrase of example.org/ada: ";

#[test]
fn a_new_passphrase_is_typed_twice_and_not_shown() {
    if !needs::program("python3") {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("cy.key");
    let generate = ["keys", "generate", "--encrypt", "--name", "example.org/cy"];
    let out = ["--out", path.to_str().unwrap()];
    let program = [&[CAVRA][..], &generate, &out].concat();
    let long = "x".repeat(1_100) + "\n";
    let refused: &[(&[(&str, &str)], &str)] = &[
        (
            &[(NEW, "correct horse battery\n"), (AGAIN, "correct horse\n")],
            "the two passphrases differ",
        ),
        (&[(NEW, "eleven char\n")], "fewer than 12 characters"),
        (&[(NEW, "\n")], "the passphrase is empty"),
        (&[(NEW, &long)], "more than 1024 bytes"),
        (&[(NEW, "arrow key \u{1b}[A\n")], "a control character"),
        // Ctrl-C at the beginning and within a line, and Ctrl-D.
        (&[(NEW, "\u{3}")], "no passphrase was given"),
        (&[(NEW, "correct horse\u{3}")], "no passphrase was given"),
        (&[(NEW, "\u{4}")], "no passphrase was given"),
    ];
    for (steps, message) in refused {
        exits(&typed(steps, &program), 1, message);
        assert!(!path.exists(), "{message}");
    }
    // The terminal's line editing works: Ctrl-U drops the line, and backspace a character.
    let steps = [
        (NEW, "wrong\u{15}correct horse batteryy\u{7f}\n"),
        (AGAIN, "correct horse battery\n"),
    ];
    exits(&typed(&steps, &program), 0, "example.org/cy");
    let text = fs::read_to_string(&path).unwrap();
    assert!(text.starts_with("example.org/cy+"), "{text}");
    assert!(text.contains("BEGIN ENCRYPTED PRIVATE KEY"), "{text}");
    let mode = fs::metadata(&path).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode, 0o600);
}

#[test]
fn a_person_signs_at_a_terminal() {
    if !needs::program("python3") {
        return;
    }
    let desk = Desk::new();
    let sign = desk.sign(&desk.key("ada"));
    let program = [&[CAVRA][..], &words(&sign)].concat();
    let seen = typed(&[(ASKED, "incorrect horse\n")], &program);
    exits(&seen, 1, "the passphrase is wrong, or the key was changed");
    assert!(!Path::new(&desk.path("trust.dsse.json")).exists());
    // The terminal is asked even where all streams are files.
    let redirected = r#""$0" "$@" < /dev/null > "$OUT" 2>&1"#;
    let out = format!("OUT={}", desk.path("out"));
    let program = [&["env", &out, "sh", "-c", redirected][..], &program].concat();
    let seen = typed(&[(ASKED, "correct horse battery\n")], &program);
    exits(&seen, 0, ASKED);
    let said = fs::read_to_string(desk.path("out")).unwrap();
    assert!(said.contains("1 signature"), "{said}");
    assert!(!said.contains("assphrase"), "{said}");
}

#[test]
fn without_a_terminal_a_command_gives_the_passphrase() {
    if !needs::program("setsid") {
        return;
    }
    let desk = Desk::new();
    let without_terminal = |args: &[&str]| {
        let mut setsid = assert_cmd::Command::new("setsid");
        setsid.env_remove("CAVRA_ALLOW_PLAIN_KEY");
        run(setsid.args(["--wait", CAVRA]).args(args))
    };
    let sign = desk.sign(&desk.key("ada"));
    without_terminal(&words(&sign))
        .exits(1)
        .complains("there is no terminal to ask for the passphrase on")
        .complains("--key-command COMMAND");
    let key = desk.path("new.key");
    let generate = ["keys", "generate", "--name", "example.org/x", "--out", &key];
    without_terminal(&[&generate[..], &["--encrypt"]].concat())
        .exits(1)
        .complains("there is no terminal");
    assert!(!Path::new(&key).exists());
    let command = desk.command();
    without_terminal(&[&words(&sign)[..], &["--key-command", &command]].concat())
        .exits(0)
        .prints("1 signature");
}

#[test]
fn a_command_prints_one_line_and_nothing_of_it_is_for_a_shell() {
    let desk = Desk::new();
    let sign = desk.sign(&desk.key("ada"));
    let with =
        |command: &str| encrypted(&[&words(&sign)[..], &["--key-command", command]].concat());
    let cases = [
        ("printf 'incorrect horse'", "the passphrase is wrong"),
        (
            "printf 'correct horse battery\\nand more'",
            "more than one line",
        ),
        ("true", "the passphrase is empty"),
        ("yes", "more than 1024 bytes"),
        ("printf '\\377'", "not UTF-8"),
        (
            "false",
            "`false` of `--key-command` ended with exit status: 1",
        ),
        (
            "cavra-no-such-program",
            "`cavra-no-such-program` of `--key-command` can't be run",
        ),
        // A shell would run a second command.
        ("printf correct; printf horse", "the passphrase is wrong"),
        ("", "expected a program"),
        ("printf 'x", "a quote is not closed"),
    ];
    for (command, message) in cases {
        let refused = with(command).exits(1).complains(message);
        assert!(!refused.stderr.contains("correct horse battery"));
    }
    for command in ["printf 'correct horse battery'", &desk.command()] {
        with(command).exits(0).prints("1 signature");
    }
}

#[test]
fn a_plain_key_of_a_person_signs_only_where_that_is_allowed() {
    let desk = Desk::new();
    let plain = desk.path("plain.key");
    cavra(&[
        "keys",
        "generate",
        "--name",
        "example.org/ada",
        "--out",
        &plain,
    ])
    .exits(0);
    let sign = desk.sign(&plain);
    let with_variable = |value: &str| {
        let mut sign_with = command();
        run(sign_with.args(&sign).env("CAVRA_ALLOW_PLAIN_KEY", value))
    };
    for refused in [encrypted(&words(&sign)), with_variable("false")] {
        refused
            .exits(1)
            .complains("is not encrypted")
            .complains("`cavra keys encrypt FILE`")
            .complains("--allow-plain-key");
    }
    assert!(!Path::new(&desk.path("trust.dsse.json")).exists());
    encrypted(&[&words(&sign)[..], &["--allow-plain-key"]].concat()).exits(0);
    with_variable("true").exits(0);
    let public = desk.sign(&desk.path("ada.pub"));
    encrypted(&words(&public))
        .exits(1)
        .complains("holds a public key");
}

#[test]
fn an_existing_key_is_encrypted_in_its_place() {
    let desk = Desk::new();
    let (key, link) = (desk.path("plain.key"), desk.path("link.key"));
    cavra(&[
        "keys",
        "generate",
        "--name",
        "example.org/ada",
        "--out",
        &key,
    ])
    .exits(0);
    symlink(&key, &link).unwrap();
    let plain = fs::read_to_string(&key).unwrap();
    let shown = cavra(&["keys", "show", &key]).exits(0).stdout;
    let encrypt =
        |file: &str, command: &str| encrypted(&["keys", "encrypt", file, "--key-command", command]);
    encrypt(&link, "printf short")
        .exits(1)
        .complains("fewer than 12");
    assert_eq!(fs::read_to_string(&key).unwrap(), plain);
    // What the link leads to is encrypted, and the link stays.
    assert_eq!(encrypt(&link, &desk.command()).exits(0).stdout, shown);
    assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
    let text = fs::read_to_string(&key).unwrap();
    // The last of five parts is base64, which may itself hold a `+`.
    let secret = plain.trim().splitn(5, '+').nth(4).unwrap();
    assert!(!text.contains(&secret[..16]), "{text}");
    let mode = fs::metadata(&key).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode, 0o600);
    let left: Vec<_> = fs::read_dir(desk.0.path()).unwrap().collect();
    assert!(
        left.iter()
            .all(|it| !it.as_ref().unwrap().path().ends_with("plain.key.new"))
    );
    assert_eq!(cavra(&["keys", "show", &key]).exits(0).stdout, shown);

    encrypt(&key, &desk.command())
        .exits(1)
        .complains("is encrypted already");
    encrypt(&desk.path("ada.pub"), &desk.command())
        .exits(1)
        .complains("holds a public key");
    encrypt(&desk.path("none.key"), &desk.command()).exits(1);
    // A service asks nobody for a passphrase.
    let data = desk.path("data");
    encrypted(&[
        "serve",
        "--listen",
        "127.0.0.1:0",
        "--data-dir",
        &data,
        "--signing-key",
        &key,
    ])
    .exits(1)
    .complains("is encrypted, so it is a person's");
}

/// From a request to its approval and its rejection, by encrypted keys alone.
#[test]
fn every_command_of_people_opens_their_keys() {
    let desk = Desk::new();
    let command = desk.command();
    let (request, trust) = (desk.path("request.dsse.json"), desk.path("trust.json"));
    let by = |who: &str| {
        let key = desk.key(who);
        ["--signing-key", &key, "--key-command", &command]
            .map(str::to_owned)
            .to_vec()
    };
    let packs = [
        "--candidate",
        CANDIDATE,
        "--replaces",
        "cavra-ai-agent-baseline",
    ];
    let log = desk.path("bo.pub");
    let ask = [
        "lifecycle",
        "request",
        "--requested-by",
        "ada",
        "--reason",
        "x",
    ];
    let about = ["--journal-key", &log, "--activation-index", "0"];
    let until = ["--expires", "2099-01-01", "--out", &request];
    let ask = [&ask[..], &packs, &about, &until].concat();
    encrypted(&[&ask[..], &words(&by("ada"))].concat()).exits(0);
    for (verb, packs) in [("sign", &packs[..]), ("reject", &[])] {
        let out = desk.path(&format!("{verb}.dsse.json"));
        let answer = ["lifecycle", verb, &request, "--reason", "x", "--out", &out];
        let answer = [&answer[..], &["--trust", &trust], packs].concat();
        encrypted(&[&answer[..], &words(&by("bo"))].concat()).exits(0);
        cavra(&["verify", &out, "--trust", &trust])
            .exits(0)
            .prints("signed by   bo");
    }
}
