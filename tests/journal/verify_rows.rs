//! Columns, contents and rows: whatever is changed in one is found.

use std::fs;
use std::sync::LazyLock;

use cavra::journal::verify::ProblemKind;
use proptest::prelude::*;
use rusqlite::types::Value;

use super::support::{Kept, authority, decide, journal, old};
use super::tampered::{SOUND, first, names};

#[test]
fn columns_that_disagree_with_the_record_are_found() {
    for column in ["subject", "judgement", "policy", "candidate_judgement"] {
        // Another content than its own: which number that has depends on the order of writing.
        let other = format!("(SELECT max(content) FROM content WHERE content IS NOT {column})");
        for value in ["NULL", "1 + (SELECT max(content) FROM content)", &other] {
            let kept = SOUND.copy();
            let edit = format!("UPDATE record SET {column} = {value} WHERE position = 2500");
            kept.sql(&edit, []);
            let found = kept.verify();
            let kind = first(&found).kind;
            assert!(matches!(
                kind,
                ProblemKind::Column | ProblemKind::ContentMissing
            ));
            names(&found, kind, 2500);
        }
    }
    let kept = SOUND.copy();
    kept.sql(
        "UPDATE record SET candidate_policy = 1 WHERE position = 7",
        [],
    );
    names(&kept.verify(), ProblemKind::Column, 7);
    let kept = SOUND.copy();
    kept.sql(
        "UPDATE record SET id = randomblob(15) WHERE position = 7",
        [],
    );
    let found = kept.verify();
    assert_eq!(first(&found).kind, ProblemKind::Column);
    assert_eq!(first(&found).position, Some(7));
}

#[test]
fn a_content_that_is_not_the_one_that_was_named_is_found_at_its_first_record() {
    let position = SOUND.unshared_before(1500);
    let of = |column: &str| format!("(SELECT {column} FROM record WHERE position = {position})");
    let subject = of("subject");
    let edits = [
        (
            format!("UPDATE content SET body = body || ' ' WHERE content = {subject}"),
            ProblemKind::ContentEdited,
        ),
        (
            format!("UPDATE content SET digest = zeroblob(32) WHERE content = {subject}"),
            ProblemKind::ContentEdited,
        ),
        (
            format!("UPDATE content SET body = NULL WHERE content = {subject}"),
            ProblemKind::ContentMissing,
        ),
        (
            format!("DELETE FROM content WHERE content = {subject}"),
            ProblemKind::ContentMissing,
        ),
        (
            // A content that is sound in itself, in the place of another.
            format!(
                "UPDATE content SET (digest, body) = (SELECT digest, body FROM content \
                 WHERE content = {subject} + 1) WHERE content = {subject}"
            ),
            ProblemKind::Column,
        ),
    ];
    for (edit, kind) in edits {
        let kept = SOUND.copy();
        assert_eq!(kept.sql(&edit, []), 1, "{edit}");
        let found = kept.verify();
        names(&found, kind, position);
        assert_eq!(found.problem_count, 1, "{found:?}");
    }
    // A policy's identity is never dropped.
    let kept = SOUND.copy();
    let policy = of("policy");
    kept.sql(
        &format!("UPDATE content SET body = NULL WHERE content = {policy}"),
        [],
    );
    assert_eq!(first(&kept.verify()).kind, ProblemKind::ContentMissing);
    assert_eq!(first(&kept.verify()).position, Some(0));
}

#[test]
fn what_retention_dropped_is_no_problem_and_what_it_did_not_is() {
    let kept = journal(&[1000], 0);
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    let dropped = runtime.block_on(async {
        let authority = authority(kept.path(), &kept.key).await;
        let journal = authority.recording().unwrap().journal();
        let dropped = journal.drop_contents(old(600)).await.unwrap();
        let again = journal.drop_contents(old(600)).await.unwrap();
        assert_eq!(again, 0);
        decide(&authority, 0, 900).await;
        dropped
    });
    assert!(dropped > 300);
    let found = kept.verify_given(&kept.checkpoints);
    assert!(found.intact, "{found:?}");
    assert_eq!(found.dropped_contents, dropped);
    assert_eq!(found.records, 1 + 1000 + 1 + 1 + 900);

    let position = kept.unshared_before(1000);
    assert!(position > 600);
    let content = format!("(SELECT subject FROM record WHERE position = {position})");
    let beyond = kept.copy();
    beyond.sql(
        &format!("UPDATE content SET body = NULL WHERE content = {content}"),
        [],
    );
    let found = beyond.verify();
    assert_eq!(first(&found).kind, ProblemKind::ContentMissing);
    assert_eq!(first(&found).position, Some(position));

    // The same contents gone, and no record that says so.
    let silent = journal(&[1000], 0);
    silent.sql(
        "UPDATE content SET body = NULL WHERE content IN \
         (SELECT subject FROM record WHERE position < 600)",
        [],
    );
    let found = silent.verify();
    assert_eq!(first(&found).kind, ProblemKind::ContentMissing);
    assert_eq!(first(&found).position, Some(1));
    assert!(found.problem_count > 300);
}

const COLUMNS: [&str; 8] = [
    "id",
    "leaf",
    "subject",
    "judgement",
    "policy",
    "candidate_judgement",
    "candidate_policy",
    "body",
];

/// Changes one byte of `value`.
fn changed(value: Value, at: usize, by: u8) -> Value {
    let mut bytes = match value {
        Value::Null => return Value::Integer(i64::from(by)),
        Value::Integer(number) => return Value::Integer(number ^ i64::from(by)),
        Value::Blob(bytes) => bytes,
        Value::Text(text) => {
            let mut bytes = text.into_bytes();
            let at = at % bytes.len();
            // Still text, and another.
            bytes[at] = match bytes[at] {
                b'~' => b'}',
                byte => byte ^ 1,
            };
            return Value::Text(String::from_utf8(bytes).unwrap());
        }
        Value::Real(_) => unreachable!("no column holds such"),
    };
    let at = at % bytes.len();
    bytes[at] ^= by;
    Value::Blob(bytes)
}

/// One copy for all cases: each puts back what it changed.
static TAMPERED: LazyLock<Kept> = LazyLock::new(|| journal(&[700], 100));

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn one_byte_changed_in_any_record_names_that_record(
        position in 0..801_i64,
        column in 0..COLUMNS.len(),
        at in any::<usize>(),
        by in 1..=255_u8,
    ) {
        let column = COLUMNS[column];
        let read = format!("SELECT {column} FROM record WHERE position = ?1");
        let write = format!("UPDATE record SET {column} = ?1 WHERE position = ?2");
        let before: Value = TAMPERED
            .database()
            .query_row(&read, [position], |row| row.get(0))
            .unwrap();
        TAMPERED.sql(&write, (changed(before.clone(), at, by), position));
        let found = TAMPERED.verify();
        TAMPERED.sql(&write, (before, position));
        prop_assert!(!found.intact);
        prop_assert_eq!(found.first_problem.unwrap().position, Some(position.cast_unsigned()));
    }
}

/// Writes the last checkpoint beside the database, as the service does.
fn keep_last(kept: &Kept) {
    let sql = "SELECT note FROM checkpoint ORDER BY size DESC LIMIT 1";
    let note: String = kept
        .database()
        .query_row(sql, [], |row| row.get(0))
        .unwrap();
    fs::write(kept.path().join("journal.checkpoint"), note).unwrap();
}

#[test]
fn deleted_checkpoints_are_missed_by_the_one_beside_the_database() {
    let last = "DELETE FROM checkpoint WHERE size = (SELECT max(size) FROM checkpoint)";
    for delete in [last, "DELETE FROM checkpoint"] {
        let kept = SOUND.copy();
        keep_last(&kept);
        assert!(kept.verify().intact);
        kept.sql(delete, []);
        let found = kept.verify();
        let problem = first(&found);
        assert_eq!(problem.kind, ProblemKind::Checkpoint);
        assert!(
            problem.message.contains("its row was deleted"),
            "{problem:?}"
        );
    }
}

#[test]
fn a_column_that_names_a_copy_is_found() {
    let kept = SOUND.copy();
    kept.sql(
        "INSERT INTO content (content, digest, body) \
         SELECT (SELECT max(content) + 1 FROM content), digest, body FROM content \
         WHERE content = (SELECT judgement FROM record WHERE position = 2500)",
        [],
    );
    let unnamed = kept.verify();
    assert_eq!(first(&unnamed).kind, ProblemKind::ContentStray);
    kept.sql(
        "UPDATE record SET judgement = (SELECT max(content) FROM content) WHERE position = 2500",
        [],
    );
    let found = kept.verify();
    assert_eq!(first(&found).kind, ProblemKind::Column);
    assert_eq!(first(&found).position, Some(2500));
    assert_eq!(found.problem_count, 1, "{found:?}");
}

#[test]
fn another_way_to_give_pages_back_is_found() {
    let kept = SOUND.copy();
    let database = kept.database();
    database
        .execute_batch("PRAGMA auto_vacuum = full; VACUUM")
        .unwrap();
    drop(database);
    let found = kept.verify();
    assert_eq!(first(&found).kind, ProblemKind::Schema);
    assert!(first(&found).message.contains("auto_vacuum"), "{found:?}");
}
