//! The journal from the outside: what a service wrote is proved by other means than ours.

use std::fs;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use ed25519_dalek::{Signature, VerifyingKey};
use rusqlite::Connection;
use serde_json::Value;
use sha2::{Digest as _, Sha256};
use tempfile::TempDir;

use super::serve::Service;
use super::support::{Run, cavra, cavra_with};

/// A data directory that a service has written and left, and the ids of its decisions.
pub(crate) struct Left {
    pub(crate) folder: TempDir,
    pub(crate) ids: Vec<String>,
}

/// A service that decides `count` actions in `data` and stops.
fn serve(data: &str, count: usize) -> Vec<String> {
    let mut service = Service::start(&["--data-dir", data]);
    let documents: String = (0..count)
        .map(|number| {
            format!("{{\"action_type\":\"read_file\",\"target\":\"src/{number}.rs\",\"requested_operation\":\"read\"}}\n")
        })
        .collect();
    let endpoint = service.endpoint().to_owned();
    let args = ["decide", "--endpoint", &endpoint, "--output", "json"];
    let decided = cavra_with(&args, documents).json_lines();
    assert_eq!(service.stop("-TERM"), Some(0));
    let id = |decision: &Value| decision["decision_id"].as_str().unwrap().to_owned();
    decided.iter().map(id).collect()
}

impl Left {
    pub(crate) fn by_a_service(count: usize) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let ids = serve(folder.path().to_str().unwrap(), count);
        assert_eq!(ids.len(), count);
        Self { folder, ids }
    }

    pub(crate) fn data(&self) -> &str {
        self.folder.path().to_str().unwrap()
    }

    pub(crate) fn path(&self, name: &str) -> String {
        self.folder.path().join(name).to_str().unwrap().to_owned()
    }

    pub(crate) fn journal(&self, args: &[&str]) -> Run {
        let (command, rest) = args.split_first().unwrap();
        cavra(&[&["journal", command, "--data-dir", self.data()], rest].concat())
    }

    pub(crate) fn sql(&self, sql: &str) {
        let connection = Connection::open(self.folder.path().join("journal.db")).unwrap();
        connection.execute(sql, []).unwrap();
    }
}

fn sha256(parts: &[&[u8]]) -> Vec<u8> {
    Sha256::digest(parts.concat()).to_vec()
}

fn base64(text: &str) -> Vec<u8> {
    STANDARD.decode(text).unwrap()
}

/// RFC 9162 section 2.1.3.2, word by word.
fn root_of(record: &str, position: u64, size: u64, path: &[Vec<u8>]) -> Vec<u8> {
    let (mut number, mut last) = (position, size - 1);
    let mut root = sha256(&[&[0], record.as_bytes()]);
    for hash in path {
        assert_ne!(last, 0);
        if number & 1 == 1 || number == last {
            root = sha256(&[&[1], hash, &root]);
            while number & 1 == 0 && number != 0 {
                number >>= 1;
                last >>= 1;
            }
        } else {
            root = sha256(&[&[1], &root, hash]);
        }
        number >>= 1;
        last >>= 1;
    }
    assert_eq!(last, 0);
    root
}

/// Whether the note's one signature is that of the public key in `key`, by Ed25519 alone.
fn is_signed(note: &str, key: &str) -> bool {
    let (text, signatures) = note.split_once("\n\n").unwrap();
    let signature = base64(signatures.trim().rsplit_once(' ').unwrap().1);
    let key = base64(key.trim().splitn(3, '+').nth(2).unwrap());
    assert_eq!(key[0], 1);
    let key = VerifyingKey::from_bytes(key[1..].try_into().unwrap()).unwrap();
    let signature = Signature::from_slice(&signature[4..]).unwrap();
    let signed = format!("{text}\n");
    key.verify_strict(signed.as_bytes(), &signature).is_ok()
}

#[test]
fn a_decision_is_proved_to_an_independent_verifier() {
    let left = Left::by_a_service(300);
    let verified = left.journal(&["verify"]).exits(0);
    let verified = verified.prints("is intact").prints("302, root sha256:");
    drop(verified.prints("`--journal-key` with a copy"));
    let key = fs::read_to_string(left.path("journal.pub")).unwrap();

    for id in [&left.ids[0], &left.ids[255], &left.ids[299]] {
        let printed = left.journal(&["prove", "--decision", id]).exits(0);
        let proof = printed.json();
        let record = proof["record"].as_str().unwrap();
        assert!(record.contains(id.as_str()));
        let path: Vec<Vec<u8>> = proof["hashes"]
            .as_array()
            .unwrap()
            .iter()
            .map(|hash| base64(hash.as_str().unwrap()))
            .collect();
        let (position, size) = (
            proof["position"].as_u64().unwrap(),
            proof["tree_size"].as_u64().unwrap(),
        );
        let note = proof["checkpoint"].as_str().unwrap();
        let lines: Vec<&str> = note.lines().collect();
        assert_eq!(lines[1], size.to_string());
        assert_eq!(root_of(record, position, size, &path), base64(lines[2]));
        assert!(is_signed(note, &key));
        assert!(!is_signed(&note.replacen("302", "303", 1), &key));

        let file = left.path("proof.json");
        left.journal(&["prove", "--decision", id, "--out", &file])
            .exits(0);
        assert_eq!(fs::read_to_string(&file).unwrap(), printed.stdout);
        let public = left.path("journal.pub");
        let said: Value = serde_json::from_str(record).unwrap();
        let said = format!("says      `{}` by `", said["decision"].as_str().unwrap());
        cavra(&["journal", "check-proof", &file, "--journal-key", &public])
            .exits(0)
            .prints(&said)
            .prints(id);
    }
    left.journal(&[
        "prove",
        "--decision",
        "0198c7a1-0000-7000-8000-000000000000",
    ])
    .exits(1)
    .complains("there is no decision or event");
}

#[test]
fn a_checkpoint_that_was_kept_elsewhere_proves_that_the_journal_only_grew() {
    let left = Left::by_a_service(20);
    let elsewhere = tempfile::tempdir().unwrap();
    let kept = elsewhere.path().join("kept.note");
    let kept = kept.to_str().unwrap();
    let note = left.journal(&["checkpoint"]).exits(0).stdout;
    fs::write(kept, &note).unwrap();
    let described = left.journal(&["checkpoint", "--output", "json"]).json();
    assert_eq!(
        (&described["size"], &described["note"]),
        (&22.into(), &note.into())
    );

    serve(left.data(), 40);
    let file = left.path("consistency.json");
    let public = left.path("journal.pub");
    for from in [kept, "22"] {
        left.journal(&["prove", "--from", from, "--out", &file])
            .exits(0);
        cavra(&["journal", "check-proof", &file, "--journal-key", &public])
            .exits(0)
            .prints("consistency holds");
    }
    left.journal(&["prove", "--from", "23"])
        .exits(1)
        .complains("the nearest are over 22 and 63");
    let report = left.journal(&["verify", "--checkpoint", kept, "--output", "json"]);
    let report = report.exits(0).json();
    assert_eq!(
        (&report["intact"], &report["records"]),
        (&true.into(), &63.into())
    );
    assert_eq!(
        (&report["given_checkpoints"], &report["key_from_data_dir"]),
        (&1.into(), &true.into())
    );

    // Another journal is no continuation, and neither is this one cut off.
    let other = Left::by_a_service(30);
    other
        .journal(&["prove", "--from", kept])
        .exits(2)
        .complains("not an earlier state");
    left.sql("DELETE FROM record WHERE position >= 20");
    left.sql("DELETE FROM checkpoint");
    left.journal(&["verify"])
        .exits(2)
        .prints("the checkpoint beside the database counts 63 records, but there are 20");
    fs::remove_file(left.path("journal.checkpoint")).unwrap();
    left.journal(&["verify"])
        .exits(2)
        .prints("was brought by no record");
    left.sql(
        "DELETE FROM content WHERE content > (SELECT max(max(ifnull(subject, 0), \
         ifnull(judgement, 0), ifnull(policy, 0), ifnull(candidate_judgement, 0), \
         ifnull(candidate_policy, 0))) FROM record)",
    );
    left.journal(&["verify"]).exits(0);
    left.journal(&["verify", "--checkpoint", kept])
        .exits(2)
        .prints("the given checkpoint counts 22 records, but there are 20");
}

#[test]
fn old_contents_are_dropped_and_the_journal_still_verifies() {
    let left = Left::by_a_service(30);
    left.journal(&["drop-contents", "--older-than", "90d"])
        .exits(0)
        .prints("dropped 0 contents");
    for wrong in ["x", "-3d", "90"] {
        left.journal(&["drop-contents", &format!("--older-than={wrong}")])
            .exits(1);
    }
    let args = ["drop-contents", "--older-than", "0s", "--output", "json"];
    let dropped = left.journal(&args).exits(0).json();
    assert_eq!(dropped["before_position"], 32);
    assert!(dropped["dropped"].as_u64().unwrap() >= 30, "{dropped}");
    let report = left
        .journal(&["verify", "--output", "json"])
        .exits(0)
        .json();
    assert_eq!(report["dropped_contents"], dropped["dropped"]);
    assert_eq!(report["records"], 33);
    let proof = left
        .journal(&["prove", "--decision", &left.ids[3]])
        .exits(0);
    let public = left.path("journal.pub");
    let args = ["journal", "check-proof", "-", "--journal-key", &public];
    cavra_with(&args, proof.stdout).exits(0);

    let mut service = Service::start(&["--data-dir", left.data()]);
    left.journal(&["drop-contents", "--older-than", "0s"])
        .exits(1)
        .complains("another authority writes the journal");
    left.journal(&["verify"]).exits(0);
    assert_eq!(service.stop("-TERM"), Some(0));
}

#[test]
fn an_answer_names_its_record_as_evidence() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().to_str().unwrap();
    let mut service = Service::start(&["--data-dir", data]);
    let endpoint = service.endpoint().to_owned();
    let words = [
        "decide",
        "--command",
        "ls",
        "--output",
        "json",
        "--endpoint",
        &endpoint,
    ];
    let decision = cavra(&words).exits(3).json();
    let position = decision["journal_position"].as_u64().unwrap();
    assert_eq!(service.stop("-TERM"), Some(0));
    let database = Connection::open(folder.path().join("journal.db")).unwrap();
    let log: String = database
        .query_row("SELECT origin FROM log", [], |row| row.get(0))
        .unwrap();
    let reference = format!("journal:{log}/{position}");
    assert_eq!(decision["evidence_refs"], serde_json::json!([reference]));

    let seen: String = database
        .query_row("SELECT evidence_ref FROM decision", [], |row| row.get(0))
        .unwrap();
    assert_eq!(seen, reference);
    // The record itself can't hold its own index.
    let body: String = database
        .query_row("SELECT group_concat(body) FROM record", [], |row| {
            row.get(0)
        })
        .unwrap();
    assert!(!body.contains(&reference), "{body}");
    let out = folder.path().join("out.csv");
    let out = out.to_str().unwrap();
    cavra(&[
        "journal",
        "export",
        "--data-dir",
        data,
        "--format",
        "csv",
        "--out",
        out,
    ])
    .exits(0);
    assert!(fs::read_to_string(out).unwrap().contains(&reference));
}
