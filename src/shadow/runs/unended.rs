//! Runs without a recorded end. A run is in the memory of its service. If the service dies (`kill
//! -9`, a power cut), the next one records that its runs have ended.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};
use tokio::task::spawn_blocking;
use uuid::Uuid;

use super::limits::MAX_RUN_TIME;
use super::note::{ComparedNote, EndedNote, ShadowNote, StartedNote};
use super::note_writer::{NoteWriter, WriterState};
use crate::canonical::Digest;
use crate::causes::in_line;
use crate::journal::query::{EntryKind, Filter, Order, Query, QueryError, Scan};
use crate::journal::record::event::PolicyOperation;
use crate::journal::record::{EventRecord, Record};
use crate::journal::recording::Recording;
use crate::shadow::EndReason;

/// A run without an end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Unended {
    run_id: Uuid,
    active: Digest,
    candidate: Digest,
}

/// Records that the runs ended of which the journal before the index `start` says only that
/// they began, and logs each. Reads the journal back to the service's start before this one:
/// spawn it, so that decisions don't wait.
pub(crate) async fn end_unended(recording: &Arc<Recording>, start: u64) {
    let directory = recording.journal().directory().to_owned();
    let found = spawn_blocking(move || unended(&directory, start)).await;
    let found = match found {
        Ok(Ok(found)) => found,
        Ok(Err(error)) => {
            return tracing::warn!(
                error = in_line(&error),
                "the journal doesn't tell which shadow runs have no end"
            );
        }
        Err(error) => return tracing::error!(%error, "looking for shadow runs without an end"),
    };
    for run in found {
        let writer = NoteWriter {
            recording: Arc::clone(recording),
            run_id: run.run_id,
            active: run.active,
            candidate: run.candidate,
            state: Arc::new(WriterState::default()),
        };
        let reason = EndReason::ServiceEnded;
        let note = ShadowNote::Ended(EndedNote { reason });
        let recorded = writer.record(&note).await;
        let error = recorded.err().map(|error| in_line(&error));
        tracing::warn!(
            run_id = %run.run_id, candidate = %run.candidate, error,
            "a shadow run ended with the service that it ran in; start it again if it is wanted"
        );
    }
}

/// The runs that began since the last start of a service before `start`, and have no end.
fn unended(directory: &Path, start: u64) -> Result<Vec<Unended>, QueryError> {
    let Some(newest) = start.checked_sub(1) else {
        return Ok(Vec::new());
    };
    let longest = SignedDuration::try_from(MAX_RUN_TIME).unwrap_or(SignedDuration::MAX);
    let mut scan = Scan::open(
        directory,
        Query {
            filter: Filter {
                kind: Some(EntryKind::Event),
                from: Timestamp::now().checked_sub(longest).ok(),
                ..Filter::default()
            },
            order: Order::NewestFirst,
            start: Some(newest),
            limit: None,
            without_index: false,
        },
    )?;
    let mut runs = Runs::default();
    while let Some(records) = scan.next_records()? {
        for (_, record) in records {
            match record {
                Record::Event(EventRecord::Shadow(record)) => {
                    let note = serde_json::from_value(record.detail).ok();
                    let run_id = record.run_id.parse().ok();
                    if let Some((run_id, note)) = run_id.zip(note) {
                        runs.take(run_id, record.candidate, &note);
                    }
                }
                Record::Event(EventRecord::PolicyChange(change))
                    if change.operation == PolicyOperation::Started =>
                {
                    return Ok(runs.unended());
                }
                _ => {}
            }
        }
    }
    Ok(runs.unended())
}

/// The runs in the records, the newest first.
#[derive(Default)]
struct Runs {
    begun: BTreeMap<Uuid, Unended>,
    ended: BTreeSet<Uuid>,
}

impl Runs {
    fn take(&mut self, run_id: Uuid, candidate: Digest, note: &ShadowNote) {
        match note {
            ShadowNote::Started(StartedNote { active, .. }) => {
                let run = Unended {
                    run_id,
                    active: *active,
                    candidate,
                };
                self.begun.insert(run_id, run);
            }
            ShadowNote::Ended(_) | ShadowNote::Compared(ComparedNote { ended: Some(_), .. }) => {
                self.ended.insert(run_id);
            }
            ShadowNote::Compared(_) => {}
        }
    }

    fn unended(self) -> Vec<Unended> {
        let Self { begun, ended } = self;
        let begun = begun.into_values();
        begun.filter(|run| !ended.contains(&run.run_id)).collect()
    }
}
