//! A database that is built otherwise than the journal builds it, or whose files don't fit.

use std::fs::{self, File};
use std::io::{Seek as _, SeekFrom, Write as _};

use cavra::journal::verify::{ProblemKind, Verification};
use rusqlite::Connection;

use super::support::{Kept, authority, decide, journal};

#[track_caller]
fn finds(found: &Verification, kind: ProblemKind, message: &str) {
    let is_it =
        |it: &cavra::journal::verify::Problem| it.kind == kind && it.message.contains(message);
    assert!(!found.intact);
    assert!(found.problems.iter().any(is_it), "{:?}", found.problems);
}

/// Changes a text in `sqlite_schema`, as SQLite itself would not.
fn rewrite(kept: &Kept, name: &str, from: &str, to: &str) {
    let database = kept.database();
    let sql = "UPDATE sqlite_schema SET sql = replace(sql, ?1, ?2) WHERE name = ?3";
    database
        .execute_batch("PRAGMA writable_schema = ON")
        .unwrap();
    assert_eq!(database.execute(sql, [from, to, name]).unwrap(), 1);
    database
        .execute_batch("PRAGMA writable_schema = RESET")
        .unwrap();
}

#[test]
fn views_and_triggers_that_lie_are_named() {
    let kept = journal(&[20], 0);
    assert!(kept.verify().intact);
    let changes = [
        (
            "DROP VIEW decision; CREATE VIEW decision AS SELECT 'allow' AS decision",
            "its view `decision` is not as the journal makes it",
        ),
        ("DROP VIEW finding", "its view `finding` is missing"),
        (
            "CREATE TRIGGER swallow BEFORE INSERT ON record BEGIN SELECT raise(IGNORE); END",
            "it has the trigger `swallow` which is not the journal's",
        ),
        (
            "CREATE INDEX other ON record (leaf)",
            "it has the index `other` which is not the journal's",
        ),
        ("CREATE TABLE other (x)", "it has the table `other`"),
        ("DROP INDEX record_id", "its index `record_id` is missing"),
    ];
    for (sql, message) in changes {
        let copy = kept.copy();
        copy.database().execute_batch(sql).unwrap();
        finds(&copy.verify(), ProblemKind::Schema, message);
    }
    let copy = kept.copy();
    rewrite(&copy, "record", "body TEXT NOT NULL", "body TEXT         ");
    finds(&copy.verify(), ProblemKind::Schema, "its table `record`");
}

#[test]
fn an_index_that_leads_elsewhere_is_found() {
    let kept = journal(&[20], 0);
    rewrite(&kept, "record_id", "record (id)", "record (leaf)");
    kept.database().execute_batch("REINDEX record_id").unwrap();
    rewrite(&kept, "record_id", "record (leaf)", "record (id)");
    finds(&kept.verify(), ProblemKind::Index, "record_id");
}

#[test]
fn a_journal_that_ends_before_the_checkpoint_beside_it_is_cut_off() {
    let folder = tempfile::tempdir().unwrap();
    let kept = journal(&[200], 0);
    // The support removes what was kept; it is written again at the end.
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    runtime.block_on(async {
        let authority = authority(kept.path(), &kept.key).await;
        decide(&authority, 500, 50).await;
    });
    assert!(kept.verify().intact);
    let note = fs::read(kept.path().join("journal.checkpoint")).unwrap();
    fs::write(folder.path().join("kept"), &note).unwrap();
    kept.sql("DELETE FROM record WHERE position > 200", []);
    kept.sql("DELETE FROM checkpoint WHERE size > 201", []);
    let found = kept.verify();
    finds(
        &found,
        ProblemKind::Shorter,
        "the checkpoint beside the database counts 252 records, but there are 201",
    );
    assert_eq!(found.given_checkpoints, 0);
    fs::write(kept.path().join("journal.checkpoint"), "nothing").unwrap();
    finds(
        &kept.verify(),
        ProblemKind::Checkpoint,
        "journal.checkpoint",
    );
}

#[test]
fn a_write_ahead_log_that_sqlite_leaves_out_is_found() {
    let kept = journal(&[20], 0);
    let log = kept.path().join("journal.db-wal");
    // A process that was killed leaves its log behind.
    let database = Connection::open(kept.path().join("journal.db")).unwrap();
    let sql = "UPDATE log SET created = created";
    database.execute(sql, []).unwrap();
    let bytes = fs::read(&log).unwrap();
    drop(database);
    fs::write(&log, &bytes).unwrap();
    assert!(kept.verify().intact);
    fs::write(&log, &bytes).unwrap();
    let mut file = File::options().write(true).open(&log).unwrap();
    file.seek(SeekFrom::Start(16)).unwrap();
    file.write_all(b"salt").unwrap();
    drop(file);
    finds(&kept.verify(), ProblemKind::WriteAheadLog, "left out");
}
