//! `cavra trust`: from the first file to a verified chain, offline.

use std::fs;
use std::path::Path;

use serde_json::{Value, json};
use tempfile::TempDir;

use super::people;
use super::support::{Run, cavra, command, run};

/// A folder with keys of Ada, Bo and Cy.
struct Desk(TempDir);

impl Desk {
    fn new() -> Self {
        let desk = Self(tempfile::tempdir().unwrap());
        for name in ["ada", "bo", "cy"] {
            people::key(desk.0.path(), name);
        }
        desk
    }

    fn path(&self, name: &str) -> String {
        self.0.path().join(name).to_str().unwrap().to_owned()
    }

    /// Makes `trust.json`, and returns its digest.
    fn first(&self) -> String {
        let person = |name: &str| format!("{name}={}", self.path(&format!("{name}.pub")));
        let made = cavra(&[
            "trust",
            "new",
            "--output",
            "json",
            "--out",
            &self.path("trust.json"),
            "--expires",
            "2100-01-01",
            "--min-signers",
            "2",
            "--person",
            &person("ada"),
            "--person",
            &person("bo"),
            "--person",
            &person("cy"),
            "--alias",
            "ada=uid:1000",
            "--group",
            "Platform Security=ada,bo",
            "--role",
            "trust=ada,bo,cy",
            "--role",
            "approve=ada,bo",
        ])
        .exits(0)
        .json();
        made["digest"].as_str().unwrap().to_owned()
    }

    /// Writes `name`: the first file, changed.
    fn edit(&self, name: &str, change: impl FnOnce(&mut Value)) {
        let text = fs::read_to_string(self.path("trust.json")).unwrap();
        let mut file = serde_json::from_str(&text).unwrap();
        change(&mut file);
        fs::write(self.path(name), format!("{file:#}\n")).unwrap();
    }

    fn sign(&self, from: &str, to: &str, who: &str) -> Run {
        let key = self.path(&format!("{who}.key"));
        let (from, to) = (self.path(from), self.path(to));
        cavra(&["trust", "sign", &from, "--out", &to, "--signing-key", &key])
    }

    fn verify(&self, files: &[&str], more: &[&str]) -> Run {
        let files: Vec<String> = files.iter().map(|name| self.path(name)).collect();
        let files: Vec<&str> = files.iter().map(String::as_str).collect();
        cavra(&[&["trust", "verify"], &files[..], more].concat())
    }
}

#[test]
fn a_chain_is_made_signed_and_verified_from_its_first_digest() {
    let desk = Desk::new();
    let digest = desk.first();
    let shown = cavra(&[
        "trust",
        "show",
        &desk.path("trust.json"),
        "--output",
        "json",
    ]);
    let shown = shown.exits(0).json();
    assert_eq!(shown["digest"], digest.as_str());
    assert_eq!(shown["trust"]["people"][0]["aliases"], json!(["uid:1000"]));
    assert_eq!(shown["trust"]["people"][2]["roles"], json!(["trust"]));

    desk.edit("2.json", |file| {
        file["version"] = json!(2);
        file["people"].as_array_mut().unwrap().remove(0);
    });
    let anchored = ["--trust-digest", &digest];
    let chain = ["trust.json", "2.dsse.json"];
    desk.sign("2.json", "2.dsse.json", "bo")
        .exits(0)
        .prints("1 signature");
    desk.verify(&chain, &anchored)
        .exits(2)
        .prints("signed by 1 of the people with the role `trust` in version 1;");
    desk.sign("2.dsse.json", "2.dsse.json", "bo")
        .exits(1)
        .complains("already");
    desk.sign("2.dsse.json", "2.dsse.json", "ada")
        .exits(0)
        .prints("2 signatures");
    // Ada is not in the new file, so one of its own people is missing.
    desk.verify(&chain, &anchored)
        .exits(2)
        .prints("signed by 1 of the people with the role `trust` in the file itself;");
    desk.sign("2.dsse.json", "2.dsse.json", "cy").exits(0);
    let verified = desk.verify(&chain, &[&anchored[..], &["--output", "json"]].concat());
    let verified = verified.exits(0).json();
    assert_eq!(
        (&verified["valid"], &verified["first_digest_given"]),
        (&json!(true), &json!(true))
    );
    let second = &verified["files"][1];
    assert_eq!(second["version"], 2);
    assert_eq!(
        second["signed_by_version_before"],
        json!(["ada", "bo", "cy"])
    );
    assert_eq!(second["signed_by_own"], json!(["bo", "cy"]));
    desk.verify(&chain, &[])
        .exits(0)
        .prints("believed as it is");
    desk.verify(&["2.dsse.json"], &anchored)
        .exits(2)
        .prints("has the digest");
}

#[test]
fn a_changed_signed_or_expired_file_is_refused() {
    let desk = Desk::new();
    desk.first();
    desk.verify(&["trust.json"], &["--at", "2099-12-31"])
        .exits(0);
    desk.verify(&["trust.json"], &["--at", "2100-01-01"])
        .exits(2)
        .prints("`/expires` is 2100-01-01T00:00:00Z");
    desk.edit("2.json", |file| file["version"] = json!(2));
    desk.verify(&["trust.json", "2.json"], &[])
        .exits(2)
        .prints("is not signed");
    desk.sign("2.json", "2.dsse.json", "ada").exits(0);
    desk.sign("2.dsse.json", "2.dsse.json", "bo").exits(0);
    desk.verify(&["trust.json", "2.dsse.json"], &[]).exits(0);
    desk.verify(&["trust.json", "2.dsse.json", "2.dsse.json"], &[])
        .exits(2)
        .prints("the successor of version 2 has 3");
    desk.edit("bad.json", |file| {
        file["people"][1]["keys"] = file["people"][0]["keys"].clone()
    });
    desk.verify(&["bad.json"], &[])
        .exits(2)
        .prints("`/people/1/keys/0` is the same key");
    cavra(&["trust", "show", &desk.path("bad.json")])
        .exits(1)
        .complains("`/people/1/keys/0` is the same key");
}

/// Where a trust file counts, another one is only believed as its signed successor.
#[test]
fn verify_compares_a_trust_file_with_the_one_that_counts() {
    let desk = Desk::new();
    desk.first();
    desk.edit("2.json", |file| file["version"] = json!(2));
    desk.sign("2.json", "1.dsse.json", "ada").exits(0);
    desk.sign("1.dsse.json", "2.dsse.json", "bo").exits(0);
    let mine = Desk::new();
    mine.first();
    let verify = |file: String| cavra(&["verify", &file, "--trust", &desk.path("trust.json")]);
    verify(desk.path("trust.json")).exits(0);
    verify(desk.path("2.dsse.json")).exits(0);
    verify(desk.path("1.dsse.json"))
        .exits(2)
        .prints("signed by 1 of the people with the role `trust` in version 1");
    verify(mine.path("trust.json"))
        .exits(2)
        .prints("is not signed");
}

/// Anybody can write an unsigned trust file.
#[test]
fn an_unsigned_trust_file_is_not_valid_by_itself() {
    let desk = Desk::new();
    desk.first();
    let file = desk.path("trust.json");
    let unsigned = cavra(&["verify", &file, "--output", "json"])
        .exits(2)
        .json();
    let problem = unsigned["documents"][0]["problem"].as_str().unwrap();
    assert!(
        problem.starts_with("nothing vouches for the trust file"),
        "{problem}"
    );
    let (_, digest) = problem.rsplit_once(" has ").unwrap();
    let digest = digest.trim_end_matches(')');
    cavra(&["verify", &file, "--subject", digest]).exits(0);
    let other = format!("sha256:{}", "0".repeat(64));
    cavra(&["verify", &file, "--subject", &other]).exits(2);
    cavra(&["verify", &file, "--trust", &file]).exits(0);
}

#[test]
fn what_would_be_no_trust_file_is_not_made() {
    let desk = Desk::new();
    let out = desk.path("new.json");
    let [ada, bo] = ["ada", "bo"].map(|id| format!("{id}={}", desk.path(&format!("{id}.pub"))));
    let new = [
        "trust",
        "new",
        "--out",
        &out,
        "--expires",
        "2100-01-01",
        "--person",
        &ada,
    ];
    for (more, message) in [
        (
            &["--role", "approve=ada"][..],
            "`/people/0/groups` is empty",
        ),
        (&["--role", "explain=ada"], "`/min_signers` is 1"),
        (
            &["--role", "owner=ada"],
            "`owner` is not a role of a person",
        ),
        (&["--role", "trust=bo"], "has no person `bo`"),
        (
            &["--role", "trust=ada", "--alias", "ada=ada"],
            "`/people/0/aliases/0` repeats",
        ),
        (&["--role", "trust"], "expected a name"),
        (
            &["--role", "trust=ada", "--person", &bo],
            "`bo` has no role; give one, such as `--role approve=bo`",
        ),
    ] {
        cavra(&[&new[..], more].concat())
            .exits(1)
            .complains(message);
        assert!(!Path::new(&out).exists());
    }
    let private = format!("bo={}", desk.path("none.pub"));
    cavra(&[&new[..], &["--role", "trust=ada", "--person", &private]].concat()).exits(1);
}

/// The trust file is found where an operator put it, and in no working directory.
#[test]
fn the_trust_file_is_looked_for_in_fixed_places_only() {
    let desk = Desk::new();
    let digest = desk.first();
    let folder = Path::new(&desk.path("trust.json"))
        .parent()
        .unwrap()
        .to_owned();
    let config = folder.join("config");
    let show = || {
        let mut show = command();
        show.current_dir(&folder).env("XDG_CONFIG_HOME", &config);
        show.args(["trust", "show"]).env_remove("CAVRA_TRUST");
        show
    };
    // `trust.json` is in the working directory.
    run(&mut show())
        .exits(1)
        .complains("there is no trust file")
        .complains("--trust FILE");
    run(show().env("CAVRA_TRUST", ""))
        .exits(1)
        .complains("there is no trust file");
    run(show().env("CAVRA_TRUST", "trust.json"))
        .exits(1)
        .complains("each working directory");
    run(show().env("CAVRA_TRUST", desk.path("trust.json")))
        .exits(0)
        .prints(&digest);
    run(show().args(["--trust", "trust.json"]))
        .exits(0)
        .prints(&digest);
    run(show().args(["--trust", "trust.json", "--trust-digest", &digest])).exits(0);
    let other = format!("sha256:{}", "0".repeat(64));
    run(show().args(["--trust", "trust.json", "--trust-digest", &other]))
        .exits(1)
        .complains("has the digest");
    fs::create_dir_all(config.join("cavra")).unwrap();
    fs::copy(desk.path("trust.json"), config.join("cavra/trust.json")).unwrap();
    run(&mut show()).exits(0).prints(&digest);
    // A file that is there and can't be used is no reason to look further.
    run(show().env("CAVRA_TRUST", desk.path("none.json")))
        .exits(1)
        .complains("none.json");
    fs::write(config.join("cavra/trust.json"), "{}").unwrap();
    run(&mut show())
        .exits(1)
        .complains("missing field `schema_version`");
}
