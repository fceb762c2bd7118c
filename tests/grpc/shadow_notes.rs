//! What the journal says of a shadow run.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use cavra::authority::Authority;
use cavra::authority::recording::Recording;
use cavra::decision::Decision;
use cavra::journal::record::event::EventRecord;
use cavra::journal::record::{Record, Recorder};
use cavra::journal::store::Reader;
use cavra::journal::writer::{Journal, Mode, Options};
use cavra::keys::SigningKey;
use cavra::redaction::{Redaction, RedactionKey};
use cavra::shadow::EndReason;
use cavra::shadow::runs::note::{ComparedNote, DecisionSet, ShadowNote};
use cavra::shadow::runs::{Candidate, Run, RunSettings};
use uuid::Uuid;

use super::shadow::{actions, candidate, decide};
use crate::support::{BASELINE, policy};

/// An authority with a journal of `mode`, and a run.
async fn recorded(mode: Mode) -> (Authority, Arc<Run>, tempfile::TempDir) {
    let folder = tempfile::tempdir().unwrap();
    let journal = Journal::open(Options {
        directory: folder.path().to_owned(),
        mode,
        key: SigningKey::generate("test".parse().unwrap()).unwrap(),
        checkpoint_directory: None,
        own_key: None,
    })
    .unwrap();
    let recorder = Recorder::new(Redaction::built_in().unwrap(), RedactionKey([7; 32]));
    let authority = Authority::new(policy(BASELINE), None)
        .recorded_in(Recording::new(journal, recorder))
        .await
        .unwrap();
    let candidate = Candidate::rehearsed(candidate());
    let run = authority
        .start_shadow(candidate, RunSettings::default())
        .await
        .unwrap();
    (authority, run, folder)
}

/// The records of a run, after a day that was decided with a journal of `mode`.
async fn notes(mode: Mode) -> (Vec<ShadowNote>, Vec<Decision>, Reader, tempfile::TempDir) {
    let (authority, run, folder) = recorded(mode).await;
    let mut decisions = Vec::new();
    for action in actions() {
        decisions.push(decide(&authority, &action).await);
    }
    authority.stop_shadows().await;
    let kept = run.status().journal.unwrap();
    assert_eq!(
        (kept.recorded, kept.unrecorded, kept.problem),
        (45, 0, None)
    );
    let reader = Reader::open(folder.path()).unwrap();
    let rows = reader.rows(0..reader.size().unwrap()).unwrap();
    let mut notes = Vec::new();
    for row in rows {
        if let Record::Event(EventRecord::Shadow(record)) =
            Record::from_bytes(row.body.as_bytes()).unwrap()
        {
            assert_eq!(record.run_id, run.id().to_string());
            notes.push(serde_json::from_value(record.detail).unwrap());
        }
    }
    (notes, decisions, reader, folder)
}

fn only_batch(notes: &[ShadowNote]) -> &ComparedNote {
    match notes {
        [ShadowNote::Started(_), ShadowNote::Compared(note)] => note,
        other => panic!("{other:?}"),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_journal_names_the_decisions_that_were_compared() {
    let (notes, decisions, reader, _folder) = notes(Mode::Durable).await;
    let note = only_batch(&notes);
    let first = decisions[0].journal_position().unwrap();
    let last = decisions[44].journal_position().unwrap();
    assert_eq!(last - first, 44);
    assert_eq!(note.compared, DecisionSet::Positions(vec![(first, last)]));
    assert_eq!((note.seen, note.sampled, note.dropped), (45, 45, 0));
    assert_eq!(note.ended, Some(EndReason::ServiceEnded));
    let mut diverging = 0;
    for which in note.divergences.values() {
        let DecisionSet::Positions(ranges) = which else {
            panic!("{which:?}");
        };
        for (first, last) in ranges {
            diverging += last - first + 1;
            assert_eq!(
                reader.rows(*first..last + 1).unwrap().len() as u64,
                last - first + 1
            );
        }
    }
    assert_eq!(diverging, 16);
}

#[tokio::test(flavor = "multi_thread")]
async fn where_positions_are_not_known_it_names_them_by_id() {
    let mode = Mode::WrittenWithin(Duration::from_millis(10));
    let (notes, decisions, _reader, _folder) = notes(mode).await;
    let ids: BTreeSet<Uuid> = decisions.iter().map(|it| it.decision_id).collect();
    let ids = DecisionSet::DecisionIds(ids.into_iter().collect());
    assert_eq!(only_batch(&notes).compared, ids);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_note_that_the_journal_did_not_take_is_tried_again() {
    let (authority, run, folder) = recorded(Mode::Durable).await;
    for action in actions() {
        decide(&authority, &action).await;
    }
    // Another process holds the database for longer than the journal waits for it.
    let other = rusqlite::Connection::open(folder.path().join("journal.db")).unwrap();
    other.execute_batch("BEGIN IMMEDIATE").unwrap();
    let stopping = tokio::spawn(async move {
        authority.stop_shadows().await;
        authority
    });
    while run.status().journal.unwrap().problem.is_none() {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    assert_eq!(run.status().journal.unwrap().recorded, 0);
    other.execute_batch("ROLLBACK").unwrap();
    drop(stopping.await.unwrap());
    let kept = run.status().journal.unwrap();
    assert_eq!((kept.recorded, kept.unrecorded), (45, 0));
    let reader = Reader::open(folder.path()).unwrap();
    let rows = reader.rows(0..reader.size().unwrap()).unwrap();
    let notes = rows.iter().filter(|row| row.body.contains("\"compared\""));
    assert_eq!(notes.count(), 1);
}
