//! Files that an earlier version wrote: they must go on being read, and verified.
//!
//! `tests/data/golden` was written by the version of 2026-11-28 (`24b9d21`), by its own commands: a
//! service with a journal and a shadow run, then `journal checkpoint`, `journal prove`, `shadow
//! replay --sign` and `policy lifecycle-packet`. The packs beside it are those that the report and
//! the packet are about. `packet-small.json` is of the first version that names its engine. Nothing
//! in the folder is ever replaced.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};

use rusqlite::Connection;
use serde_json::Value;
use tempfile::TempDir;

use super::support::{Run, cavra};

const GOLDEN: &str = "tests/data/golden";
/// What a check says of what only the engine that wrote a file can recompute.
const ANOTHER_ENGINE: &str = "not recomputed, another engine";

/// What a packet of then lacks for live use, by the names of the checks.
const LACKING: [&str; 4] = ["bundles", "change_request", "shadow_report", "approvals"];

/// A copy of every golden file: reading a database may leave files beside it, and a test may damage
/// a copy.
struct Copy(TempDir);

impl Copy {
    fn new() -> Self {
        let copy = Self(tempfile::tempdir().unwrap());
        for file in files() {
            let to = copy.0.path().join(&file);
            fs::create_dir_all(to.parent().unwrap()).unwrap();
            fs::copy(Path::new(GOLDEN).join(&file), to).unwrap();
        }
        let journal = copy.0.path().join("journal");
        fs::set_permissions(journal, fs::Permissions::from_mode(0o700)).unwrap();
        copy
    }

    fn path(&self, name: &str) -> String {
        self.0.path().join(name).to_str().unwrap().to_owned()
    }

    /// Changes the last byte of the first `text` in the file.
    fn damage(&self, name: &str, text: &str) {
        let path = self.0.path().join(name);
        let mut bytes = fs::read(&path).unwrap();
        let is_there = |at: &usize| bytes[*at..].starts_with(text.as_bytes());
        let at = (0..bytes.len()).find(is_there).unwrap() + text.len() - 1;
        bytes[at] = if bytes[at] == b'1' { b'2' } else { b'1' };
        fs::write(path, bytes).unwrap();
    }

    fn journal(&self) -> Run {
        let (data, checkpoint) = (self.path("journal"), self.path("checkpoint.txt"));
        let key = self.path("journal/journal.pub");
        let files = ["--data-dir", &data, "--checkpoint", &checkpoint];
        cavra(&[&["journal", "verify", "--journal-key", &key], &files[..]].concat())
    }

    fn proof(&self) -> Run {
        let (proof, key) = (self.path("proof.json"), self.path("journal/journal.pub"));
        cavra(&["journal", "check-proof", &proof, "--journal-key", &key])
    }

    fn report(&self) -> Run {
        let key = self.path("evidence.pub");
        let (report, data) = (self.path("shadow-report.dsse.json"), self.path("journal"));
        // Beside the other packs it would find its parent there, under the id of a shipped pack.
        let candidate = self.path("candidate");
        let active = self.path("packs/cavra-ai-agent-baseline");
        let packs = ["--active", &active, "--candidate", &candidate];
        let files = ["--key", &key, "--data-dir", &data, "--output", "json"];
        cavra(&[&["shadow", "verify", &report], &packs[..], &files].concat())
    }

    fn packet(&self, args: &[&str]) -> Run {
        let packet = self.path("packet.json");
        let pack = self.path("packs/cavra-ai-agent-baseline/policy.yaml");
        let words = ["policy", "lifecycle-readiness", &packet, "--policy", &pack];
        cavra(&[&words, args].concat())
    }
}

/// Every golden file, relative to their folder.
fn files() -> Vec<PathBuf> {
    let mut found = Vec::new();
    collect(Path::new(GOLDEN), &mut found);
    let strip = |file: PathBuf| file.strip_prefix(GOLDEN).unwrap().to_owned();
    let mut found: Vec<_> = found.into_iter().map(strip).collect();
    found.sort();
    found
}

fn collect(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        match path.is_dir() {
            true => collect(&path, found),
            false => found.push(path),
        }
    }
}

/// The checks of an answer that don't hold, by name, with what they say.
fn open_checks(answer: &Value, name: &str, good: &[&str]) -> Vec<(String, String)> {
    let status = if name == "field" { "finding" } else { "status" };
    let checks = answer["checks"].as_array().unwrap().iter();
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    checks
        .filter(|check| !good.contains(&check[status].as_str().unwrap()))
        .map(|check| (text(&check[name]), text(&check["message"])))
        .collect()
}

/// A golden file and what reads it: whether that finds everything as it was written.
type Reader = fn(&Copy) -> bool;

fn journal_holds(copy: &Copy) -> bool {
    copy.journal().code == 0
}

fn proof_holds(copy: &Copy) -> bool {
    copy.proof().code == 0
}

/// The signature, the journal's tree, the policies and every count hold; judgements can't be
/// recomputed.
fn report_holds(copy: &Copy) -> bool {
    let run = copy.report();
    let Ok(answer) = serde_json::from_str::<Value>(&run.stdout) else {
        return false;
    };
    let open = open_checks(&answer, "field", &["holds", "said"]);
    let [(field, message)] = open.as_slice() else {
        return false;
    };
    run.code == 2 && field == "every other field" && message.starts_with(ANOTHER_ENGINE)
}

fn packet_holds(copy: &Copy) -> bool {
    let run = copy.packet(&[]);
    let Ok(answer) = serde_json::from_str::<Value>(&run.stdout) else {
        return false;
    };
    let open = open_checks(&answer, "name", &["pass"]);
    let is_known = |(name, message): &(String, String)| match name.as_str() {
        "version_manifest_engine" => message.contains(ANOTHER_ENGINE),
        name => LACKING.contains(&name),
    };
    run.code == 0 && open.len() == LACKING.len() + 1 && open.iter().all(is_known)
}

/// A packet that names its engine: today's, until the engine moves.
fn small_packet_holds(copy: &Copy) -> bool {
    let packet = copy.path("packet-small.json");
    let pack = copy.path("packs/golden-small/policy.yaml");
    let words = ["policy", "lifecycle-readiness", &packet, "--policy", &pack];
    let run = cavra(&words);
    let Ok(answer) = serde_json::from_str::<Value>(&run.stdout) else {
        return false;
    };
    let open = open_checks(&answer, "name", &["pass"]);
    let is_known = |(name, message): &(String, String)| match name.as_str() {
        "evidence_mode" => true,
        "version_manifest_engine" => message.contains(ANOTHER_ENGINE),
        _ => false,
    };
    run.code == 0 && !open.is_empty() && open.iter().all(is_known)
}

/// Each file, who reads it, and a text in it, of which one byte is changed. SQLite made the last two
/// of the journal's files; both are empty.
const READ: [(&str, Reader, &str); 10] = [
    ("checkpoint.txt", journal_holds, "C6/6joKbVOIA9ly35P6d"),
    ("evidence.pub", report_holds, "OhUIf9YGJ0a9IH7qefJz"),
    ("journal/journal.db", journal_holds, "filesystem.read.block"),
    ("journal/journal.db-shm", journal_holds, ""),
    ("journal/journal.db-wal", journal_holds, ""),
    ("journal/journal.pub", journal_holds, "p7MFZYHrW5AlLTfUoP0R"),
    ("packet.json", packet_holds, "\"case_count\": 93"),
    ("packet-small.json", small_packet_holds, "\"case_count\": 8"),
    ("proof.json", proof_holds, "Y6it9kb9gS1VkaqMnKvd"),
    ("shadow-report.dsse.json", report_holds, "eyJhY3RpdmUi"),
];

/// The packs that the packets and the report are about.
const PACKS: [(&str, Reader, &str); 5] = [
    (
        "packs/cavra-ai-agent-baseline/policy.yaml",
        packet_holds,
        "terraform apply",
    ),
    (
        "packs/golden-small/cases/own.yaml",
        small_packet_holds,
        "README.md",
    ),
    (
        "packs/golden-small/policy.yaml",
        small_packet_holds,
        "terraform apply",
    ),
    ("candidate/policy.yaml", report_holds, "prodcution"),
    ("candidate/rules/replicas.rego", report_holds, ""),
];

#[test]
fn every_golden_file_is_read_and_verified() {
    let copy = Copy::new();
    let mut read = Vec::new();
    for (name, holds, _) in READ.into_iter().chain(PACKS) {
        assert!(holds(&copy), "{name}");
        read.push(PathBuf::from(name));
    }
    assert_eq!(read.len(), 15);
    let all = files();
    let cases = |file: &&PathBuf| file.starts_with("packs/cavra-ai-agent-baseline/cases");
    let (cases, others): (Vec<_>, Vec<_>) = all.iter().partition(cases);
    assert_eq!(cases.len(), 5, "the packet's dry run is compared with them");
    read.sort();
    assert_eq!(others, read.iter().collect::<Vec<_>>());
}

#[test]
fn one_changed_byte_is_refused() {
    let mut damaged = 0;
    for (name, holds, text) in READ.into_iter().chain(PACKS) {
        if text.is_empty() {
            continue;
        }
        let copy = Copy::new();
        copy.damage(name, text);
        assert!(!holds(&copy), "{name}");
        damaged += 1;
    }
    assert_eq!(damaged, 12);
}

#[test]
fn the_journal_s_last_checkpoint_is_the_one_that_was_kept() {
    let copy = Copy::new();
    copy.journal()
        .exits(0)
        .prints("is intact")
        .prints("records      60, root sha256:0baffa8e829b54e200f65cb7e4fe9d8b0e0cb2dcc51ed0488da5b077b0b6a46f");
    let last = cavra(&["journal", "checkpoint", "--data-dir", &copy.path("journal")]).exits(0);
    let kept = fs::read_to_string(copy.path("checkpoint.txt")).unwrap();
    assert_eq!(last.stdout, kept);
    // One record less than were signed.
    fs::write(
        copy.path("checkpoint.txt"),
        kept.replace("\n60\n", "\n59\n"),
    )
    .unwrap();
    assert_ne!(copy.journal().code, 0);
}

#[test]
fn its_records_are_queried_with_what_was_decided() {
    let copy = Copy::new();
    let words = ["--output", "json", "--decision", "block"];
    let query = ["journal", "query", "--data-dir", &copy.path("journal")];
    let entries = cavra(&[&query, &words[..]].concat()).exits(0).json_lines();
    let database = Connection::open(copy.path("journal/journal.db")).unwrap();
    let sql = "SELECT count(*) FROM decision WHERE decision = 'block'";
    let blocked: u32 = database.query_row(sql, [], |row| row.get(0)).unwrap();
    assert!(blocked > 0);
    assert_eq!(entries.len(), blocked as usize);
}

#[test]
fn a_decision_is_proved_again_as_it_was_proved_then() {
    let copy = Copy::new();
    copy.proof().exits(0).prints("the proof of inclusion holds");
    let kept: Value = serde_json::from_slice(&fs::read(copy.path("proof.json")).unwrap()).unwrap();
    let record: Value = serde_json::from_str(kept["record"].as_str().unwrap()).unwrap();
    let id = record["decision_id"].as_str().unwrap();
    let data = copy.path("journal");
    let words = ["journal", "prove", "--data-dir", &data, "--decision", id];
    assert_eq!(cavra(&words).exits(0).json(), kept);
}

#[test]
fn a_signed_report_is_shown_and_verified_except_for_its_judgements() {
    let copy = Copy::new();
    let report = copy.path("shadow-report.dsse.json");
    cavra(&["shadow", "report", &report])
        .exits(0)
        .prints("planted-candidate");
    let answer = copy.report().exits(2).json();
    assert_eq!(answer["accepted"], false);
    assert_eq!(answer["evidence_for_live_gate"], false);
    let checks = answer["checks"].as_array().unwrap().iter();
    let holds = checks.filter(|check| check["finding"] == "holds");
    let fields: Vec<&str> = holds.map(|it| it["field"].as_str().unwrap()).collect();
    let expected = [
        "signature",
        "agrees with itself",
        "active.policy_digest",
        "candidate.policy_digest",
        "source.checkpoint",
        "denominators.seen",
        "replay.recorded_policies",
    ];
    assert_eq!(fields, expected);
}

#[test]
fn a_packet_of_another_engine_is_never_ready_for_live_use() {
    let copy = Copy::new();
    let answer = copy.packet(&[]).exits(0).json();
    assert_eq!(answer["status"], "ready_with_warnings");
    assert_eq!(answer["ready_for_policy_lifecycle_contract"], true);
    assert_eq!(answer["ready_for_live_policy_lifecycle"], false);
    let answer = copy.packet(&["--require-live"]).exits(2).json();
    assert_eq!(answer["ready_for_policy_lifecycle_contract"], true);
    let open = open_checks(&answer, "name", &["pass", "warn"]);
    let names: Vec<&str> = open.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(names, [&["version_manifest_engine"], &LACKING[..]].concat());
    // Today's pack of that name is another one, whatever the engine.
    let packet = copy.path("packet.json");
    let answer = cavra(&["policy", "lifecycle-readiness", &packet])
        .exits(2)
        .json();
    let open = open_checks(&answer, "name", &["pass", "warn"]);
    assert!(
        open.iter().any(|(name, _)| name == "policy_digest"),
        "{open:?}"
    );
}
