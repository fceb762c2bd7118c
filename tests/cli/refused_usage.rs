//! What the command line refuses, as a table: the exit code, and what the message says.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

use tempfile::TempDir;

use super::support::{cavra, command, run};

const TABLE: &str = include_str!("../data/usage/refused.txt");

/// Words that a library would say, and no message says.
const RAW: [&str; 5] = [
    "invalid digit",
    "invalid socket address",
    "out of range integral",
    "unexpected argument '-",
    "failed to parse",
];

fn files() -> TempDir {
    let folder = TempDir::new().unwrap();
    let path = |name: &str| folder.path().join(name);
    for name in ["journal", "keyless", "list"] {
        fs::create_dir(path(name)).unwrap();
        fs::set_permissions(path(name), fs::Permissions::from_mode(0o700)).unwrap();
    }
    for entry in fs::read_dir("tests/data/golden/journal").unwrap() {
        let entry = entry.unwrap();
        let name = entry.file_name();
        fs::copy(entry.path(), path("journal").join(&name)).unwrap();
        if name != "journal.pub" {
            fs::copy(entry.path(), path("keyless").join(&name)).unwrap();
        }
    }
    for (name, text) in [
        ("empty.jsonl", &b""[..]),
        ("broken.json", b"{"),
        ("file", b"x"),
        ("garbage", b"garbage"),
        (
            "latin.json",
            b"{\"action_type\":\"read_file\",\"target\":\"\xe9\"}",
        ),
        ("lines.yaml", b"action_type: read_file\ntarget: a\n"),
        ("list/policy.yaml", b"- x\n"),
        ("tab.yaml", b"metadata:\n\tid: x\n"),
    ] {
        fs::write(path(name), text).unwrap();
    }
    fs::set_permissions(path("garbage"), fs::Permissions::from_mode(0o600)).unwrap();
    let (key, public) = (path("service.key"), path("service.pub"));
    let (key, public) = (key.to_str().unwrap(), public.to_str().unwrap());
    let new = ["keys", "generate", "--name", "example.org/service"];
    cavra(&[&new[..], &["--out", key, "--public", public]].concat()).exits(0);
    folder
}

fn filled(text: &str, folder: &Path) -> String {
    text.replace("{dir}", folder.to_str().unwrap())
}

#[test]
fn each_wrong_invocation_is_refused_in_words_of_this_program() {
    let folder = files();
    let lines = TABLE.lines();
    let lines = lines.filter(|line| !line.is_empty() && !line.starts_with('#'));
    let mut wrong = Vec::new();
    let mut count = 0;
    for line in lines {
        let fields: Vec<String> = line
            .split(" => ")
            .map(|field| filled(field, folder.path()))
            .collect();
        let [arguments, code, words] = &fields[..] else {
            panic!("a line has three fields: {line}");
        };
        let arguments = arguments
            .split(' ')
            .map(|it| if it == "''" { "" } else { it });
        let found = run(command().env_remove("CAVRA_DATA_DIR").args(arguments));
        let says = |word: &str| match word.strip_prefix('!') {
            Some(word) => !found.stderr.contains(word),
            None => found.stderr.contains(word),
        };
        let is_raw = RAW.iter().any(|raw| found.stderr.contains(raw));
        if found.code.to_string() != *code || is_raw || !words.split("; ").all(says) {
            wrong.push(format!("{line}\n  {}: {}", found.code, found.stderr));
        }
        count += 1;
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert_eq!(count, 75);
}

/// The variable is no option, so it contradicts none.
#[test]
fn the_data_directory_of_the_environment_is_no_option() {
    let folder = files();
    let journal = folder.path().join("journal");
    let with = |arguments: &[&str]| run(command().env("CAVRA_DATA_DIR", &journal).args(arguments));
    with(&["journal", "query", "--endpoint", "http://127.0.0.1:1"])
        .exits(1)
        .complains("can't connect");
    with(&["journal", "query", "--limit", "1"])
        .exits(0)
        .prints("DECISION");
    let actions = folder.path().join("empty.jsonl");
    let replay = ["shadow", "replay", "--candidate", "cavra-ai-agent-baseline"];
    with(&[&replay[..], &["--actions", actions.to_str().unwrap()]].concat())
        .exits(1)
        .complains("holds no action");
}

#[test]
fn documents_that_are_not_json_or_not_for_this_command_are_named() {
    let folder = files();
    let path = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    cavra(&["verify", &path("broken.json")])
        .exits(2)
        .prints("is not JSON: EOF");
    cavra(&["verify", "tests/data/golden/proof.json"])
        .exits(2)
        .prints("use `cavra journal check-proof`");
    cavra(&["decide", &path("latin.json")])
        .exits(1)
        .prints("it is not UTF-8 text");
    cavra(&["policy", "lint", "--policy", &path("tab.yaml")])
        .exits(2)
        .prints("tab.yaml")
        .prints("a tab can't indent; use spaces");
    let other = ["journal", "verify", "--data-dir"];
    let key = ["--journal-key", &path("service.pub")];
    let verified = cavra(&[&other[..], &[&path("journal")], &key].concat())
        .exits(2)
        .prints("is not that of this key")
        .prints("1 further problem:");
    let named = "but the key is that of";
    assert_eq!(verified.stdout.matches(named).count(), 1);
}
