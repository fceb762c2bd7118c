//! A journal that verifies, and what somebody changes in it by hand.

use std::sync::LazyLock;

use cavra::canonical::Digest;
use cavra::journal::merkle_log::{Checkpoint, LEVELS_A_BAND, SignedCheckpoint, Tree, leaf_hash};
use cavra::journal::verify::{Problem, ProblemKind, Verification};
use cavra::keys::SigningKey;
use jiff::Timestamp;
use rusqlite::Connection;

use super::support::{Kept, journal};

/// The sizes that have checkpoints; the first record says which policies are in force.
pub(crate) const SIZES: [u64; 3] = [501, 2001, 5001];

/// All records.
pub(crate) const RECORDS: u64 = 5101;

/// Checkpoints over [`SIZES`], and 100 records after the last.
pub(crate) static SOUND: LazyLock<Kept> = LazyLock::new(|| journal(&[500, 1500, 3000], 100));

#[track_caller]
pub(crate) fn first(found: &Verification) -> &Problem {
    assert!(!found.intact);
    found.first_problem.as_ref().unwrap()
}

/// Fails unless the first problem is `kind` at `position`, and says the id of that record.
#[track_caller]
pub(crate) fn names(found: &Verification, kind: ProblemKind, position: u64) {
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
pub(crate) fn narrows(found: &Verification, kind: ProblemKind, position: u64, at_most: u64) {
    let problem = first(found);
    let (from, to) = (problem.position.unwrap(), problem.last_position.unwrap());
    assert_eq!(problem.kind, kind, "{problem:?}");
    assert!((from..=to).contains(&position), "{problem:?}");
    assert!(to - from < at_most, "{problem:?}");
}

pub(crate) fn id_at(kept: &Kept, position: u64) -> Vec<u8> {
    let sql = "SELECT id FROM record WHERE position = ?1";
    let found = kept
        .database()
        .query_row(sql, [position.cast_signed()], |row| row.get(0));
    found.unwrap()
}

pub(crate) fn body_at(connection: &Connection, position: i64) -> String {
    let sql = "SELECT body FROM record WHERE position = ?1";
    connection
        .query_row(sql, [position], |row| row.get(0))
        .unwrap()
}

/// Puts another verdict into a record, so that it is still one.
pub(crate) fn other_verdict(connection: &Connection, position: i64) -> String {
    let body = body_at(connection, position);
    let other = match body.contains(r#""decision":"block""#) {
        true => body.replace(r#""decision":"block""#, r#""decision":"allow""#),
        false => body.replace(r#""outcome":"#, r#""outcome" :"#),
    };
    assert_ne!(body, other);
    other
}

/// A position whose decision was to block: [`other_verdict`] makes it another.
pub(crate) const BLOCKED: i64 = 1000;

pub(crate) fn forge(kept: &Kept, position: i64) {
    let body = other_verdict(&kept.database(), position);
    let leaf = leaf_hash(body.as_bytes());
    kept.sql(
        "UPDATE record SET body = ?1, leaf = ?2 WHERE position = ?3",
        (&body, leaf.as_bytes(), position),
    );
}

/// The stored hashes, in order.
pub(crate) fn leaves(kept: &Kept) -> Vec<Digest> {
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
pub(crate) fn rebuild_nodes(kept: &Kept) -> Tree {
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

/// Signs the log again as it is, at the sizes that have checkpoints.
pub(crate) fn resign(kept: &Kept, key: &SigningKey) {
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
