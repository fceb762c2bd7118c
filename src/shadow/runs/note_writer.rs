//! Writes a run's records into the journal.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use tokio::sync::{Notify, mpsc};
use tokio::task::{JoinError, spawn_blocking};
use tokio::time::{Instant, sleep};
use uuid::Uuid;

use super::limits::{MAX_NOTE_RETRY_TIME, MAX_QUEUED_BATCHES, NOTE_RETRY_PAUSE};
use super::note::{ComparedNote, DecisionSet, ShadowNote};
use crate::canonical::Digest;
use crate::causes::in_line;
use crate::journal::record::SchemaVersion;
use crate::journal::record::event::{EventRecord, ShadowKind, ShadowRecord};
use crate::journal::recording::Recording;
use crate::journal::store::{Reader, StoreError};
use crate::journal::writer::Unavailable;
use crate::shadow::live::{Batch, Sink};

/// What the journal knows of a run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Kept {
    /// Comparisons whose decisions the journal names.
    pub recorded: u64,
    /// Comparisons that could not be recorded.
    pub unrecorded: u64,
    /// The last error of recording, also if a later attempt succeeded.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub problem: Option<String>,
}

/// Why the positions of compared decisions are not known.
#[derive(Debug, thiserror::Error)]
enum NotFound {
    /// The journal can't be read.
    #[error(transparent)]
    Journal(#[from] StoreError),
    /// The journal lacks a decision that was compared.
    #[error("the journal has no such decision")]
    Missing,
    /// The thread that looked ended early.
    #[error(transparent)]
    Thread(#[from] JoinError),
}

/// Writes the records of one run.
#[derive(Clone)]
pub(super) struct NoteWriter {
    pub(super) recording: Arc<Recording>,
    pub(super) run_id: Uuid,
    pub(super) active: Digest,
    pub(super) candidate: Digest,
    pub(super) state: Arc<WriterState>,
}

/// How much of what was compared is recorded.
#[derive(Default)]
pub(super) struct WriterState {
    recorded: AtomicU64,
    unrecorded: AtomicU64,
    problem: Mutex<Option<String>>,
    ends: Mutex<Option<(u64, u64)>>,
    /// One more than the position of the last record of the run; 0 before there is one.
    records_end: AtomicU64,
    /// Nothing more will be recorded.
    closed: AtomicBool,
    /// Wakes the one that waits for `closed`.
    closing: Notify,
}

impl WriterState {
    pub(super) fn kept(&self) -> Kept {
        let problem = self.problem.lock().unwrap_or_else(PoisonError::into_inner);
        Kept {
            recorded: self.recorded.load(Ordering::Relaxed),
            unrecorded: self.unrecorded.load(Ordering::Relaxed),
            problem: problem.clone(),
        }
    }

    /// The position of the journal's last record of the run.
    pub(super) fn last_note(&self) -> Option<u64> {
        self.records_end.load(Ordering::Acquire).checked_sub(1)
    }

    pub(super) fn is_closed(&self) -> bool {
        self.closed.load(Ordering::Acquire)
    }

    /// Waits until nothing more will be recorded. One task may wait.
    pub(super) async fn closed(&self) {
        while !self.is_closed() {
            self.closing.notified().await;
        }
    }

    fn written(&self, position: u64) {
        let end = position.saturating_add(1);
        self.records_end.fetch_max(end, Ordering::AcqRel);
    }

    fn compared_at(&self, position: u64) {
        let mut ends = self.ends.lock().unwrap_or_else(PoisonError::into_inner);
        let (first, last) = ends.unwrap_or((position, position));
        *ends = Some((first.min(position), last.max(position)));
    }

    /// The least and the greatest position of the compared decisions, if the run itself doesn't know
    /// them.
    pub(super) fn ends(&self) -> Option<(u64, u64)> {
        *self.ends.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn lost(&self, comparisons: usize) {
        let count = comparisons as u64;
        self.unrecorded.fetch_add(count, Ordering::Relaxed);
    }

    fn troubled(&self, problem: String) {
        let mut last = self.problem.lock().unwrap_or_else(PoisonError::into_inner);
        *last = Some(problem);
    }
}

impl NoteWriter {
    /// Takes batches on the observer's thread, and writes them on a task of its own. Must be
    /// called on a runtime.
    pub(super) fn sink(self) -> Sink {
        let (queue, mut batches) = mpsc::channel::<Batch>(MAX_QUEUED_BATCHES);
        let state = Arc::clone(&self.state);
        tokio::spawn(async move {
            while let Some(batch) = batches.recv().await {
                self.write(&batch).await;
            }
            self.state.closed.store(true, Ordering::Release);
            self.state.closing.notify_one();
        });
        Box::new(move |batch: Batch| {
            let comparisons = batch.compared.len();
            // A journal that is behind must not hold up comparing, but how a run ended is
            // worth the wait: nothing is compared after it.
            let sent = match batch.ended {
                Some(_) => queue.blocking_send(batch).map_err(|_| "it is closed"),
                None => queue.try_send(batch).map_err(|_| "it is too slow"),
            };
            if let Err(problem) = sent {
                state.lost(comparisons);
                state.troubled(format!("the journal doesn't take it: {problem}"));
            }
        })
    }

    /// Tries again for a while: without this note, nobody can recompute the run's report.
    async fn write(&self, batch: &Batch) {
        let comparisons = batch.compared.len();
        let note = match ComparedNote::of(self.active, self.candidate, batch) {
            Ok(note) => note,
            Err(error) => {
                self.state.troubled(in_line(&error));
                return self.state.lost(comparisons);
            }
        };
        let detail = ShadowNote::Compared(note);
        let since = Instant::now();
        while let Err(error) = self.record(&detail).await {
            let is_over = error == Unavailable::Closed || since.elapsed() >= MAX_NOTE_RETRY_TIME;
            tracing::warn!(run_id = %self.run_id, error = in_line(&error), again = !is_over, "comparisons not recorded");
            self.state.troubled(in_line(&error));
            if is_over {
                self.state.lost(comparisons);
                return;
            }
            sleep(NOTE_RETRY_PAUSE).await;
        }
        let count = comparisons as u64;
        self.state.recorded.fetch_add(count, Ordering::Relaxed);
        if let ShadowNote::Compared(ComparedNote {
            compared: DecisionSet::DecisionIds(ids),
            ..
        }) = detail
            && let Err(error) = self.find_positions(ids).await
        {
            let problem = in_line(&error);
            tracing::warn!(run_id = %self.run_id, problem, "compared decisions not found");
            self.state.troubled(problem);
        }
    }

    /// Finds the positions of decisions, all of which were written before their note.
    async fn find_positions(&self, ids: Vec<Uuid>) -> Result<(), NotFound> {
        let directory = self.recording.journal().directory().to_owned();
        let find = move || -> Result<Vec<Option<u64>>, StoreError> {
            let reader = Reader::open(&directory)?;
            ids.into_iter().map(|id| reader.position_of(id)).collect()
        };
        for position in spawn_blocking(find).await?? {
            self.state.compared_at(position.ok_or(NotFound::Missing)?);
        }
        Ok(())
    }

    /// Records `note`; it is on disk when this returns.
    pub(super) async fn record(&self, note: &ShadowNote) -> Result<(), Unavailable> {
        let failed = |error: serde_json::Error| Unavailable::Failed(error.to_string().into());
        let record = ShadowRecord {
            candidate: self.candidate,
            detail: serde_json::to_value(note).map_err(failed)?,
            event_id: Uuid::now_v7(),
            kind: ShadowKind::Shadow,
            run_id: self.run_id.to_string(),
            schema_version: SchemaVersion::V1,
            timestamp: Timestamp::now(),
        };
        let position = self.recording.event(EventRecord::Shadow(record)).await?;
        self.state.written(position);
        Ok(())
    }
}
