//! Whatever is changed in the database by hand is found, and the record named.

use std::sync::atomic::{AtomicBool, Ordering};

use cavra::journal::merkle_log::leaf_hash;
use cavra::journal::verify::ProblemKind;
use cavra::keys::SigningKey;

use super::support::{Kept, authority, decide, journal, old};
use super::tampered::{
    BLOCKED, RECORDS, SIZES, SOUND, body_at, first, forge, names, narrows, other_verdict,
    rebuild_nodes, resign,
};

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
    // A careful forger removes the checkpoint and the contents too; a checkpoint that was kept elsewhere
    // knows better.
    kept.sql("DELETE FROM checkpoint WHERE size > 4000", []);
    kept.sql(
        "DELETE FROM content WHERE content > (SELECT max(max(ifnull(subject, 0), \
         ifnull(judgement, 0), ifnull(policy, 0), ifnull(candidate_judgement, 0), \
         ifnull(candidate_policy, 0))) FROM record)",
        [],
    );
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
        (
            "INSERT INTO tree_node SELECT 8, (max(position) + 1) / 256, zeroblob(32) FROM record",
            ProblemKind::Tree,
        ),
        (
            "INSERT INTO tree_node VALUES (16, 0, zeroblob(32))",
            ProblemKind::Tree,
        ),
        (
            "INSERT INTO tree_node VALUES (7, 0, zeroblob(32))",
            ProblemKind::Tree,
        ),
        (
            "INSERT INTO tree_node VALUES (8, -1, zeroblob(32))",
            ProblemKind::Tree,
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
