//! Files that an earlier version wrote: they must go on being read, and proved.
//!
//! `tests/data/golden` was written by the version of 2026-11-28 (`24b9d21`), by its own commands: a
//! service with a journal and a shadow run, then `journal checkpoint`, `journal prove` and `shadow
//! replay --sign`. Nothing in it is ever made anew.

use std::fs;
use std::path::Path;

use rusqlite::Connection;

use super::support::cavra;

const GOLDEN: &str = "tests/data/golden";

/// A copy, since reading a database may leave files beside it.
fn journal() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    for name in ["journal.db", "journal.pub"] {
        let from = Path::new(GOLDEN).join("journal").join(name);
        fs::copy(from, folder.path().join(name)).unwrap();
    }
    folder
}

#[test]
fn a_journal_is_intact_and_its_last_checkpoint_is_the_one_that_was_kept() {
    let folder = journal();
    let data = folder.path().to_str().unwrap();
    let kept = format!("{GOLDEN}/checkpoint.txt");
    let words = [
        "journal",
        "verify",
        "--data-dir",
        data,
        "--checkpoint",
        &kept,
    ];
    cavra(&words)
        .exits(0)
        .prints("is intact")
        .prints("records      60, root sha256:0baffa8e829b54e200f65cb7e4fe9d8b0e0cb2dcc51ed0488da5b077b0b6a46f");
    let last = cavra(&["journal", "checkpoint", "--data-dir", data]).exits(0);
    assert_eq!(last.stdout, fs::read_to_string(&kept).unwrap());
}

#[test]
fn its_records_are_queried_with_what_was_decided() {
    let folder = journal();
    let data = folder.path().to_str().unwrap();
    let words = [
        "journal",
        "query",
        "--data-dir",
        data,
        "--output",
        "json",
        "--decision",
        "block",
    ];
    let entries = cavra(&words).exits(0).json_lines();
    let database = Connection::open(folder.path().join("journal.db")).unwrap();
    let sql = "SELECT count(*) FROM decision WHERE decision = 'block'";
    let blocked: u32 = database.query_row(sql, [], |row| row.get(0)).unwrap();
    assert!(blocked > 0);
    assert_eq!(entries.len(), blocked as usize);
}

#[test]
fn a_proof_holds() {
    let key = format!("{GOLDEN}/journal/journal.pub");
    let proof = format!("{GOLDEN}/proof.json");
    cavra(&["journal", "check-proof", &proof, "--key", &key])
        .exits(0)
        .prints("the proof of inclusion holds");
}

#[test]
fn a_signed_shadow_report_is_shown() {
    let report = format!("{GOLDEN}/shadow-report.dsse.json");
    cavra(&["shadow", "report", &report])
        .exits(0)
        .prints("planted-candidate");
}
