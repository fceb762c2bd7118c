use std::fs;
use std::io::Write as _;
use std::process::{Command, Stdio};

use super::needs;
use super::support::{CANDIDATE, cavra, command, run};

/// A folder of packs with one pack in it.
fn packs_with(text: &str) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let pack = folder.path().join("mine");
    fs::create_dir(&pack).unwrap();
    fs::write(pack.join("policy.yaml"), text).unwrap();
    folder
}

#[test]
fn list_shows_every_pack_that_ships() {
    let listed = cavra(&["policy", "list", "--output", "json"])
        .exits(0)
        .json();
    let ids: Vec<&str> = listed
        .as_array()
        .unwrap()
        .iter()
        .map(|it| it["id"].as_str().unwrap())
        .collect();
    let folders = fs::read_dir("policy-packs").unwrap();
    let mut expected: Vec<String> = folders
        .map(|it| it.unwrap().file_name().into_string().unwrap())
        .collect();
    expected.sort();
    assert_eq!(ids, expected);
    assert!(
        listed
            .as_array()
            .unwrap()
            .iter()
            .all(|it| it["usable"] == true)
    );
}

#[test]
fn a_broken_pack_hides_no_other_and_shows_in_the_exit_code() {
    let folder = packs_with("metadata: {id: mine, inherits: nowhere}\n");
    let packs = folder.path().to_str().unwrap();
    cavra(&[
        "policy",
        "list",
        "--packs",
        packs,
        "--packs",
        "policy-packs",
    ])
    .exits(2)
    .prints("nowhere")
    .prints("cavra-ai-agent-baseline");
    // The same through the environment.
    let joined = format!("{packs}:policy-packs");
    run(command()
        .args(["policy", "list"])
        .env("CAVRA_PACKS", joined))
    .exits(2)
    .prints("nowhere");
}

#[test]
fn two_packs_with_one_id_are_an_error_that_names_both() {
    let folder = packs_with("metadata: {id: cavra-ai-agent-baseline}\n");
    let packs = folder.path().to_str().unwrap();
    cavra(&[
        "policy",
        "list",
        "--packs",
        packs,
        "--packs",
        "policy-packs",
    ])
    .exits(1)
    .complains("cavra-ai-agent-baseline")
    .complains("mine")
    .complains("policy-packs");
}

#[test]
fn show_joins_a_pack_with_its_parents() {
    cavra(&["policy", "show", "cavra-banking-baseline"])
        .exits(0)
        .prints("cavra-ai-agent-baseline -> cavra-banking-baseline")
        .prints(".env  from cavra-ai-agent-baseline");
    let shown = cavra(&[
        "policy",
        "show",
        "cavra-banking-baseline",
        "--output",
        "json",
    ])
    .exits(0)
    .json();
    assert_eq!(shown["id"], "cavra-banking-baseline");
    assert!(
        shown["effective_digest"]
            .as_str()
            .unwrap()
            .starts_with("sha256:")
    );
}

/// The SHA-256 of `bytes`, by a program that knows nothing of CAVRA.
fn sha256sum(bytes: &[u8]) -> String {
    let mut program = Command::new("sha256sum");
    let piped = program.stdin(Stdio::piped()).stdout(Stdio::piped());
    let mut child = piped.spawn().unwrap();
    child.stdin.take().unwrap().write_all(bytes).unwrap();
    let printed = child.wait_with_output().unwrap().stdout;
    let hex = String::from_utf8(printed).unwrap();
    format!("sha256:{}", hex.split(' ').next().unwrap())
}

#[test]
fn the_effective_document_has_the_effective_digest() {
    if !needs::program("sha256sum") {
        return;
    }
    let mut documents = Vec::new();
    for pack in [
        "cavra-ai-agent-baseline",
        "cavra-banking-baseline",
        CANDIDATE,
    ] {
        let show = ["policy", "show", pack];
        let shown = cavra(&[&show[..], &["--output", "json"]].concat()).exits(0);
        for form in ["table", "json"] {
            let form = ["--effective-document", "--output", form];
            let document = cavra(&[&show[..], &form].concat()).exits(0);
            let digest = sha256sum(document.stdout.as_bytes());
            assert_eq!(shown.json()["effective_digest"], digest.as_str(), "{pack}");
            documents.push(document.json());
        }
    }
    documents.dedup();
    assert_eq!(documents.len(), 3);
    assert_eq!(documents[1]["policy"]["id"], "cavra-banking-baseline");
}

#[test]
fn lint_passes_what_ships_and_names_the_line_of_what_is_wrong() {
    cavra(&["policy", "lint", "--all"]).exits(0);
    let folder = packs_with("metadata: {id: mine}\ncommands:\n  blok: [rm]\n");
    let path = folder.path().join("mine");
    let path = path.to_str().unwrap();
    cavra(&["policy", "lint", "--policy", path])
        .exits(2)
        .prints("policy.yaml:3:")
        .prints("blok");
    let report = cavra(&["policy", "lint", path, "--output", "json"])
        .exits(2)
        .json();
    assert_eq!(report["valid"], false);
    let issues = report["issues"].as_array().unwrap();
    let blocker = issues
        .iter()
        .find(|issue| issue["severity"] == "blocker")
        .unwrap();
    assert_eq!(blocker["location"]["line"], 3);
}

#[test]
fn lint_finds_rego_that_does_not_compile() {
    let folder = packs_with("metadata: {id: mine}\n");
    let rules = folder.path().join("mine/rules");
    fs::create_dir(&rules).unwrap();
    fs::write(
        rules.join("bad.rego"),
        "package cavra.pack.mine\n\nimport rego.v1\n\nfindings contains {\n",
    )
    .unwrap();
    let path = folder.path().join("mine");
    cavra(&["policy", "lint", path.to_str().unwrap()])
        .exits(2)
        .prints("bad.rego");
    cavra(&["decide", "--policy", path.to_str().unwrap(), "--read", "x"])
        .exits(1)
        .complains("bad.rego");
}

#[test]
fn diff_puts_the_dangerous_direction_first() {
    let run = cavra(&["policy", "diff", "cavra-ai-agent-baseline", CANDIDATE]).exits(0);
    let loosens = run.stdout.find("commands.allow[cargo test*]").unwrap();
    let tightens = run.stdout.find("filesystem.block_read[*.tfvars]").unwrap();
    assert!(loosens < tightens, "{}", run.stdout);
    let json = cavra(&[
        "policy",
        "diff",
        "cavra-ai-agent-baseline",
        CANDIDATE,
        "--output",
        "json",
    ]);
    let diff = json.exits(0).json();
    assert!(diff["loosens"].as_u64().unwrap() > 0);
    assert_ne!(
        diff["old"]["effective_digest"],
        diff["new"]["effective_digest"]
    );
}

#[test]
fn diff_counts_the_cases_that_are_gone() {
    let between = |more: &[&str]| {
        let diff = ["policy", "diff", "cavra-ai-agent-baseline", CANDIDATE];
        cavra(&[&diff[..], more].concat()).exits(0).stdout
    };
    let lines = |text: &str| -> Vec<String> {
        let lines = text.lines().filter(|line| line.contains("case"));
        lines.map(str::to_owned).collect()
    };
    let all = lines(&between(&["--all"]));
    let gone = all.iter().filter(|line| line.contains("cases["));
    let gone: Vec<&String> = gone.collect();
    assert!(gone.len() > 3, "{all:?}");
    let named = gone.iter().take(3).map(|line| {
        let id = line.split_once("cases[").unwrap().1;
        id.trim_end_matches(']')
    });
    let named: Vec<&str> = named.collect();
    let one = format!("- removed   {} cases: {}, …", gone.len(), named.join(", "));
    assert_eq!(lines(&between(&[])), [one]);
    let same = cavra(&["policy", "diff", CANDIDATE, CANDIDATE]).exits(0);
    assert!(!same.stdout.contains("removed"), "{}", same.stdout);
}

#[test]
fn an_unknown_pack_is_a_failure_with_a_hint() {
    for args in [
        &["policy", "show", "nope"][..],
        &["policy", "lint", "nope"],
        &["policy", "diff", "nope", "nope"],
    ] {
        cavra(args)
            .exits(1)
            .complains("`nope`")
            .complains("cavra policy list");
    }
    cavra(&["policy", "list", "--packs", "no/such/folder"])
        .exits(1)
        .complains("no/such/folder");
}
