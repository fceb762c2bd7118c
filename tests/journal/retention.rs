//! What retention drops is gone from the files, and only what is old by the log's own time.

use std::fs;
use std::path::Path;

use cavra::decision::PolicyIdentity;
use cavra::journal::query::approval_records;
use cavra::journal::record::approval::{ApprovalEvent, ApprovalRecord, ApprovalStep};
use cavra::journal::record::event::{PolicyChanged, PolicyOperation};
use cavra::journal::record::refusal::Author;
use cavra::journal::record::{EventRecord, Recorder};
use cavra::journal::store::{Lock, Reader, Store};
use cavra::journal::writer::Old;
use cavra::redaction::{Redaction, RedactionKey};
use jiff::{SignedDuration, Timestamp};
use proptest::prelude::*;
use rusqlite::{Connection, OpenFlags};
use uuid::Uuid;

use super::known::log_key;
use super::support::{authority, decide, journal, old};

/// How often `text` occurs in the files of `directory`.
fn count(directory: &Path, text: &str) -> usize {
    let files = fs::read_dir(directory).unwrap();
    let bytes = files.map(|file| fs::read(file.unwrap().path()).unwrap());
    bytes
        .map(|bytes| {
            let windows = bytes.windows(text.len());
            windows.filter(|part| *part == text.as_bytes()).count()
        })
        .sum()
}

/// The database's bytes as SQLite counts them, and its bytes in empty pages.
fn size(directory: &Path) -> (u64, u64) {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY;
    let database = Connection::open_with_flags(directory.join("journal.db"), flags).unwrap();
    let pragma = |name| {
        let value = database.pragma_query_value(None, name, |row| row.get::<_, i64>(0));
        value.unwrap().cast_unsigned()
    };
    let page = pragma("page_size");
    (pragma("page_count") * page, pragma("freelist_count") * page)
}

#[test]
fn what_is_dropped_is_in_no_file_any_more_while_the_journal_is_written() {
    let kept = journal(&[3000], 0);
    let secret = "-out=plan1001";
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    runtime.block_on(async {
        let authority = authority(kept.path(), &kept.key).await;
        decide(&authority, 5000, 300).await;
        let (before, _) = size(kept.path());
        assert!(count(kept.path(), secret) > 0);
        assert!(count(kept.path(), "-out=plan5006") > 0);
        let dropped = authority.recording().unwrap().journal();
        assert!(dropped.drop_contents(old(3001)).await.unwrap() > 1000);
        assert_eq!(count(kept.path(), secret), 0);
        assert!(count(kept.path(), "-out=plan5006") > 0);
        let (after, empty) = size(kept.path());
        assert!(after < before * 3 / 4, "{before} bytes, then {after}");
        assert_eq!(empty, 0);
        let file = kept.path().join("journal.db").metadata().unwrap().len();
        assert_eq!(file, after);
        decide(&authority, 8000, 30).await;
    });
    let found = kept.verify_given(&kept.checkpoints);
    assert!(found.intact, "{found:?}");
}

fn at(steps: &[SignedDuration]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let identity = PolicyIdentity {
        id: "pack".into(),
        version: "1.0.0".into(),
        policy_digest: cavra::canonical::Digest::of(b"policy"),
        effective_digest: cavra::canonical::Digest::of(b"effective"),
    };
    let mut timestamp: Timestamp = "2026-01-01T00:00:00Z".parse().unwrap();
    let mut entries = Vec::new();
    for step in [SignedDuration::ZERO].iter().chain(steps) {
        timestamp += *step;
        let changed = PolicyChanged {
            event_id: Uuid::now_v7(),
            timestamp,
            operation: PolicyOperation::Reloaded,
            active: &identity,
            state: None,
            candidate: None,
            by: Author::User {
                uid: 1,
                pid: Some(2),
            },
        };
        entries.push(changed.entry().unwrap());
    }
    let lock = Lock::take(folder.path()).unwrap();
    let mut store = Store::open(folder.path(), &lock, log_key().verifying_key()).unwrap();
    store
        .append(&entries, &log_key(), Timestamp::now())
        .unwrap();
    drop(store);
    folder
}

fn aged(folder: &tempfile::TempDir, age: SignedDuration) -> Option<Old> {
    Old::by_age(&Reader::open(folder.path()).unwrap(), age).unwrap()
}

#[test]
fn a_clock_that_jumps_makes_nothing_old() {
    let (minutes, hours) = (SignedDuration::from_mins, SignedDuration::from_hours);
    // A year forward, and back again.
    let folder = at(&[
        minutes(30),
        hours(8760),
        minutes(30),
        hours(-8760),
        minutes(30),
    ]);
    // The newest back: 0, 30, 30 (back in time), 60, 120 (a year), 150 minutes.
    let position = |age| aged(&folder, age).map(|old| (old.position, old.shortened_steps));
    assert_eq!(position(minutes(0)), Some((6, Some(0))));
    assert_eq!(position(minutes(30)), Some((5, Some(0))));
    assert_eq!(position(minutes(31)), Some((3, Some(0))));
    assert_eq!(position(minutes(120)), Some((2, Some(1))));
    assert_eq!(position(minutes(150)), Some((1, Some(1))));
    assert_eq!(position(minutes(151)), None);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    /// Steps within the limit add up; whatever the others are, they count as the limit.
    #[test]
    fn an_age_is_the_sum_of_bounded_steps(
        steps in prop::collection::vec(-9_000i64..9_000, 0..40),
        age in 0i64..60_000,
    ) {
        let folder = at(&steps.iter().map(|it| SignedDuration::from_secs(*it)).collect::<Vec<_>>());
        let mut ages = vec![0];
        for step in steps.iter().rev() {
            ages.push(ages.last().unwrap() + step.clamp(&0, &3600));
        }
        let expected = ages.iter().position(|it| *it >= age).map(|back| (ages.len() - back) as u64);
        let found = aged(&folder, SignedDuration::from_secs(age));
        prop_assert_eq!(found.map(|old| old.position), expected);
    }
}

/// What a start reads of approvals: a clock that was wrong for a while leaves nothing out.
#[test]
fn approvals_before_a_time_that_was_wrong_are_read() {
    let (folder, hour) = (tempfile::tempdir().unwrap(), SignedDuration::from_hours(1));
    let mut timestamp: Timestamp = "2026-01-01T00:00:00Z".parse().unwrap();
    let recorder = Recorder::new(Redaction::none(), RedactionKey([7; 32]));
    let mut entries = Vec::new();
    let old = -200 * hour;
    let steps = [SignedDuration::ZERO, hour * 100, hour, old]
        .into_iter()
        .chain([SignedDuration::from_secs(1); 600])
        .chain([-old, hour]);
    for step in steps {
        timestamp += step;
        let approval = ApprovalEvent {
            approval_id: Uuid::now_v7(),
            by: "uid:1".to_owned(),
            envelope: None,
            person: None,
            what: ApprovalStep::Cancelled,
        };
        let record = ApprovalRecord::at(timestamp, approval);
        entries.push(recorder.event(EventRecord::Approval(record)).unwrap());
    }
    let lock = Lock::take(folder.path()).unwrap();
    let mut store = Store::open(folder.path(), &lock, log_key().verifying_key()).unwrap();
    let appended = store.append(&entries, &log_key(), Timestamp::now());
    let end = appended.unwrap().positions.end;
    drop(store);
    let mut seen = Vec::new();
    let age = SignedDuration::from_hours(73);
    approval_records(folder.path(), age, |position, _| seen.push(position)).unwrap();
    assert_eq!(seen, (0..end).collect::<Vec<_>>());
    // By their age, what is older is left out.
    let mut young = Vec::new();
    approval_records(folder.path(), hour, |position, _| young.push(position)).unwrap();
    assert_eq!(young, [end - 1]);
}
