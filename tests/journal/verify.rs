//! Whatever is changed in the database by hand is found, and the record named.

use std::sync::LazyLock;
use std::sync::atomic::{AtomicBool, Ordering};

use cavra::canonical::Digest;
use cavra::journal::log::{Checkpoint, LEVELS_A_BAND, SignedCheckpoint, Tree, leaf_hash};
use cavra::journal::verify::{Problem, ProblemKind, Verification};
use cavra::keys::SigningKey;
use jiff::Timestamp;
use proptest::prelude::*;
use rusqlite::Connection;
use rusqlite::types::Value;

use super::support::{Kept, authority, decide, journal, old};

/// The sizes that have checkpoints; the first record says which policies are in force.
const SIZES: [u64; 3] = [501, 2001, 5001];
/// All records.
const RECORDS: u64 = 5101;

/// Checkpoints over [`SIZES`], and 100 records after the last.
static SOUND: LazyLock<Kept> = LazyLock::new(|| journal(&[500, 1500, 3000], 100));

#[track_caller]
fn first(found: &Verification) -> &Problem {
    assert!(!found.intact);
    found.first_problem.as_ref().unwrap()
}

/// Fails unless the first problem is `kind` at `position`, and says the id of that record.
#[track_caller]
fn names(found: &Verification, kind: ProblemKind, position: u64) {
    let problem = first(found);
    assert_eq!(
        (problem.kind, problem.position, problem.last_position),
        (kind, Some(position), None),
        "{problem:?}"
    );
    let id = problem.id.unwrap();
    assert_eq!(id.as_bytes().as_slice(), id_at(&SOUND, position));
}

/// Fails unless the first problem is within a stretch that holds `position` and no more than
/// `at_most` records.
#[track_caller]
fn narrows(found: &Verification, kind: ProblemKind, position: u64, at_most: u64) {
    let problem = first(found);
    let (from, to) = (problem.position.unwrap(), problem.last_position.unwrap());
    assert_eq!(problem.kind, kind, "{problem:?}");
    assert!((from..=to).contains(&position), "{problem:?}");
    assert!(to - from < at_most, "{problem:?}");
}

fn id_at(kept: &Kept, position: u64) -> Vec<u8> {
    let sql = "SELECT id FROM record WHERE position = ?1";
    let found = kept
        .database()
        .query_row(sql, [position.cast_signed()], |row| row.get(0));
    found.unwrap()
}

fn body_at(connection: &Connection, position: i64) -> String {
    let sql = "SELECT body FROM record WHERE position = ?1";
    connection
        .query_row(sql, [position], |row| row.get(0))
        .unwrap()
}

/// Puts another verdict into a record, so that it is still one.
fn other_verdict(connection: &Connection, position: i64) -> String {
    let body = body_at(connection, position);
    let other = match body.contains(r#""decision":"block""#) {
        true => body.replace(r#""decision":"block""#, r#""decision":"allow""#),
        false => body.replace(r#""outcome":"#, r#""outcome" :"#),
    };
    assert_ne!(body, other);
    other
}

/// A position whose decision was to block: [`other_verdict`] makes it another.
const BLOCKED: i64 = 1000;

fn forge(kept: &Kept, position: i64) {
    let body = other_verdict(&kept.database(), position);
    let leaf = leaf_hash(body.as_bytes());
    kept.sql(
        "UPDATE record SET body = ?1, leaf = ?2 WHERE position = ?3",
        (&body, leaf.as_bytes(), position),
    );
}

/// The stored hashes, in order.
fn leaves(kept: &Kept) -> Vec<Digest> {
    let connection = kept.database();
    let mut statement = connection
        .prepare("SELECT leaf FROM record ORDER BY position")
        .unwrap();
    let leaves = statement
        .query_map([], |row| row.get(0).map(Digest::from_bytes))
        .unwrap();
    leaves.collect::<Result<_, _>>().unwrap()
}

/// Makes the stored nodes those of the stored leaves, as a careful forger would.
fn rebuild_nodes(kept: &Kept) -> Tree {
    kept.sql("DELETE FROM tree_node", []);
    let mut tree = Tree::new();
    for leaf in leaves(kept) {
        for node in tree.push(leaf) {
            assert_eq!(node.level % LEVELS_A_BAND, 0);
            kept.sql(
                "INSERT INTO tree_node (level, number, hash) VALUES (?1, ?2, ?3)",
                (node.level, node.number.cast_signed(), node.hash.as_bytes()),
            );
        }
    }
    tree
}

#[test]
fn an_untouched_journal_is_intact() {
    let found = SOUND.verify_given(&SOUND.checkpoints);
    assert!(found.intact, "{found:?}");
    assert_eq!((found.records, found.checkpoints), (RECORDS, 3));
    assert_eq!(found.given_checkpoints, 3);
    assert_eq!(found.last_checkpoint_size, 5001);
    assert_eq!(found.after_last_checkpoint, 100);
    assert_eq!((found.problem_count, found.dropped_contents), (0, 0));
    assert!(found.contents > 3000);
    let sizes = SOUND.checkpoints.iter().map(|it| it.unverified().size());
    assert!(sizes.eq(SIZES));
    let tree = rebuild_nodes(&SOUND.copy());
    assert_eq!(found.root, Some(tree.root()));
    let empty = journal(&[0], 0).verify();
    assert!(empty.intact);
    assert_eq!(empty.records, 1);
}

#[test]
fn a_deleted_record_is_missed() {
    let kept = SOUND.copy();
    kept.sql("DELETE FROM record WHERE position = 4096", []);
    let found = kept.verify();
    let problem = first(&found);
    assert_eq!(problem.kind, ProblemKind::Missing);
    assert_eq!(
        (problem.position, problem.last_position),
        (Some(4096), None)
    );
    assert_eq!(found.root, None);

    kept.sql("DELETE FROM record WHERE position BETWEEN 10 AND 19", []);
    let found = kept.verify();
    let problem = first(&found);
    assert_eq!(
        (problem.position, problem.last_position),
        (Some(10), Some(19))
    );
    kept.sql("DELETE FROM record WHERE position < 5000", []);
    assert_eq!(first(&kept.verify()).position, Some(0));
}

#[test]
fn records_that_are_cut_off_are_missed_by_the_checkpoint_that_counts_them() {
    let kept = SOUND.copy();
    kept.sql("DELETE FROM record WHERE position >= 4000", []);
    let problem = first(&kept.verify()).clone();
    assert_eq!(problem.kind, ProblemKind::Shorter);
    assert_eq!(
        (problem.position, problem.last_position),
        (Some(4000), Some(5000))
    );
    // A careful forger removes the checkpoint too; one that was kept elsewhere knows better.
    kept.sql("DELETE FROM checkpoint WHERE size > 4000", []);
    kept.sql("DELETE FROM tree_node WHERE level = 8 AND number >= 15", []);
    assert!(kept.verify().intact);
    let found = kept.verify_given(&kept.checkpoints);
    assert_eq!(first(&found).kind, ProblemKind::Shorter);
    assert_eq!(found.given_checkpoints, 2);
    // Even an empty database differs from the state that was signed.
    kept.sql("DELETE FROM record", []);
    kept.sql("DELETE FROM checkpoint", []);
    assert_eq!(
        first(&kept.verify_given(&kept.checkpoints)).kind,
        ProblemKind::Shorter
    );
}

#[test]
fn an_edited_record_is_named() {
    let kept = SOUND.copy();
    let body = other_verdict(&kept.database(), BLOCKED);
    kept.sql(
        "UPDATE record SET body = ?1 WHERE position = ?2",
        (&body, BLOCKED),
    );
    names(&kept.verify(), ProblemKind::Edited, BLOCKED.cast_unsigned());

    let kept = SOUND.copy();
    let leaf = leaf_hash(b"another");
    let edit = "UPDATE record SET leaf = ?1 WHERE position = ?2";
    kept.sql(edit, (leaf.as_bytes(), 5050));
    names(&kept.verify(), ProblemKind::Edited, 5050);
    kept.sql(edit, (leaf.as_bytes(), 300));
    names(&kept.verify(), ProblemKind::Edited, 300);
}

#[test]
fn a_record_replaced_with_its_hash_is_found_by_the_tree_and_with_the_tree_by_a_checkpoint() {
    let kept = SOUND.copy();
    forge(&kept, BLOCKED);
    let position = BLOCKED.cast_unsigned();
    let found = kept.verify();
    match first(&found).kind {
        // What is no canonical record is found by itself.
        ProblemKind::Malformed => names(&found, ProblemKind::Malformed, position),
        _ => narrows(&found, ProblemKind::Replaced, position, 256),
    }
    rebuild_nodes(&kept);
    let found = kept.verify();
    assert_eq!(found.checkpoints, 1, "the one before it holds");
    match first(&found).kind {
        ProblemKind::Malformed => names(&found, ProblemKind::Malformed, position),
        _ => narrows(&found, ProblemKind::Replaced, position, 1500),
    }
}

#[test]
fn a_record_replaced_by_a_sound_one_is_found() {
    // The text of a decision that was made, at another place, under an id of its own.
    let kept = SOUND.copy();
    let connection = kept.database();
    let body = body_at(&connection, BLOCKED);
    let at = body.find(r#""timestamp":""#).unwrap() + r#""timestamp":"20"#.len();
    let mut other = body.clone();
    other.replace_range(at..at + 2, "19");
    let leaf = leaf_hash(other.as_bytes());
    kept.sql(
        "UPDATE record SET body = ?1, leaf = ?2 WHERE position = ?3",
        (&other, leaf.as_bytes(), BLOCKED),
    );
    let position = BLOCKED.cast_unsigned();
    narrows(&kept.verify(), ProblemKind::Replaced, position, 256);
    rebuild_nodes(&kept);
    narrows(&kept.verify(), ProblemKind::Replaced, position, 1500);
    // Somebody without the key can't sign it, and with the key can't hide it from a checkpoint
    // that was kept elsewhere.
    resign(
        &kept,
        &SigningKey::generate("example.org/journal".parse().unwrap()).unwrap(),
    );
    assert!(!kept.verify().intact);
    resign(&kept, &kept.key);
    assert!(kept.verify().intact);
    let found = kept.verify_given(&SOUND.checkpoints[..1]);
    assert!(found.intact, "it is from before the forgery");
    let found = kept.verify_given(&SOUND.checkpoints);
    assert_eq!(first(&found).kind, ProblemKind::Replaced);
    assert_eq!(found.given_checkpoints, 1);
}

/// Signs the log again as it is, at the sizes that have checkpoints.
fn resign(kept: &Kept, key: &SigningKey) {
    let mut tree = Tree::new();
    for leaf in leaves(kept) {
        drop(tree.push(leaf));
        if SIZES.contains(&tree.size()) {
            let name = key.verifying_key().name().clone();
            let said = Checkpoint::new(name, tree.size(), tree.root(), Timestamp::UNIX_EPOCH);
            let note: SignedCheckpoint = said.sign(key).unwrap();
            let size = tree.size().cast_signed();
            let edit = "UPDATE checkpoint SET note = ?1 WHERE size = ?2";
            kept.sql(edit, (note.as_str(), size));
        }
    }
}

#[test]
fn swapped_and_inserted_records_are_found() {
    let kept = SOUND.copy();
    let swap = |a: i64, b: i64| {
        for (from, to) in [(a, 1 << 40), (b, a), (1 << 40, b)] {
            let edit = "UPDATE record SET position = ?2 WHERE position = ?1";
            kept.sql(edit, (from, to));
        }
    };
    swap(700, 701);
    narrows(&kept.verify(), ProblemKind::Replaced, 700, 256);
    swap(700, 701);
    assert!(kept.verify().intact);
    swap(700, 3000);
    narrows(&kept.verify(), ProblemKind::Replaced, 700, 256);

    let kept = SOUND.copy();
    let insert = |position: i64| {
        // In two steps, since positions are unique.
        kept.sql(
            "UPDATE record SET position = -position - 1 WHERE position >= ?1",
            [position],
        );
        kept.sql(
            "UPDATE record SET position = -position WHERE position < 0",
            [],
        );
        kept.sql(
            "INSERT INTO record SELECT ?1, randomblob(16), leaf, subject, judgement, policy, \
             candidate_judgement, candidate_policy, body FROM record WHERE position = 1",
            [position],
        );
    };
    insert(777);
    let found = kept.verify();
    assert_eq!(first(&found).kind, ProblemKind::Column, "{found:?}");
    assert_eq!(first(&found).position, Some(777));
    // Far behind: what is between would be missing. This ends soon all the same.
    let kept = SOUND.copy();
    kept.sql(
        "INSERT INTO record SELECT 9007199254740990, randomblob(16), leaf, subject, judgement, \
         policy, candidate_judgement, candidate_policy, body FROM record WHERE position = 1",
        [],
    );
    let problem = first(&kept.verify()).clone();
    assert_eq!(problem.kind, ProblemKind::Missing);
    assert_eq!(problem.position, Some(RECORDS));
    let kept = SOUND.copy();
    kept.sql("UPDATE record SET position = -5 WHERE position = 5100", []);
    assert!(!kept.verify().intact);
}

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
fn checkpoints_and_nodes_that_were_edited_are_found() {
    for (edit, kind) in [
        (
            "UPDATE checkpoint SET note = replace(note, '2001', '2002') WHERE size = 2001",
            ProblemKind::Checkpoint,
        ),
        (
            "UPDATE checkpoint SET size = 2002 WHERE size = 2001",
            ProblemKind::Checkpoint,
        ),
        (
            "UPDATE checkpoint SET note = '' WHERE size = 2001",
            ProblemKind::Checkpoint,
        ),
        (
            "UPDATE checkpoint SET size = 0 WHERE size = 2001",
            ProblemKind::Checkpoint,
        ),
        (
            "UPDATE checkpoint SET size = 6000 WHERE size = 5001",
            ProblemKind::Shorter,
        ),
        (
            "DELETE FROM tree_node WHERE level = 8 AND number = 3",
            ProblemKind::Tree,
        ),
        (
            "UPDATE tree_node SET hash = zeroblob(32) WHERE level = 8 AND number = 3",
            ProblemKind::Replaced,
        ),
    ] {
        let kept = SOUND.copy();
        assert_eq!(kept.sql(edit, []), 1, "{edit}");
        assert_eq!(first(&kept.verify()).kind, kind, "{edit}");
    }
    let other = SigningKey::generate("example.org/other".parse().unwrap()).unwrap();
    let stranger = Kept {
        key: other,
        ..SOUND.copy()
    };
    let found = stranger.verify();
    assert!(!found.intact);
    assert_eq!(found.checkpoints, 0);
    assert!(
        found
            .problems
            .iter()
            .any(|problem| problem.kind == ProblemKind::OtherLog)
    );
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

#[test]
fn a_journal_that_is_being_written_verifies() {
    let kept = journal(&[300], 0);
    let is_done = AtomicBool::new(false);
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    let verified = std::thread::scope(|scope| {
        let verifier = scope.spawn(|| {
            let mut verified = 0;
            while !is_done.load(Ordering::Relaxed) || verified == 0 {
                let found = kept.verify_given(&kept.checkpoints);
                assert!(found.intact, "{found:?}");
                verified += 1;
            }
            verified
        });
        runtime.block_on(async {
            let authority = authority(kept.path(), &kept.key).await;
            let journal = authority.recording().unwrap().journal();
            for round in 1..=10 {
                decide(&authority, round * 1000, 300).await;
                let before = u64::try_from(round * 200).unwrap();
                let dropped = journal.drop_contents(old(before));
                assert!(dropped.await.unwrap() > 0);
                journal.checkpoint().await.unwrap();
            }
        });
        is_done.store(true, Ordering::Relaxed);
        verifier.join().unwrap()
    });
    assert!(verified > 0);
    let found = kept.verify();
    assert!(found.intact, "{found:?}");
    assert_eq!(found.records, 301 + 1 + 10 * 301);
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
