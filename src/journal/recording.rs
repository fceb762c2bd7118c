//! A journal, and how decisions become its records.

use jiff::Timestamp;

use super::record::lifecycle::Happened;
use super::record::{Entry, EventRecord, LifecycleRecord, Record, RecordError, Recorder};
use super::writer::{Journal, Unavailable};
use crate::causes::in_line;

/// A journal, and how decisions become its records.
pub struct Recording {
    journal: Journal,
    recorder: Recorder,
}

impl Recording {
    /// Records in `journal` what `recorder` makes of decisions.
    #[must_use]
    pub fn new(journal: Journal, recorder: Recorder) -> Self {
        Self { journal, recorder }
    }

    /// The journal.
    #[must_use]
    pub fn journal(&self) -> &Journal {
        &self.journal
    }

    /// The recorder, which turns decisions and events into entries.
    pub(crate) fn recorder(&self) -> &Recorder {
        &self.recorder
    }

    /// Records an event. It is on disk when this returns. Returns its position in the log.
    pub(crate) async fn event(&self, event: EventRecord) -> Result<u64, Unavailable> {
        let entry = self.recorder.event(event);
        let entry = entry.map_err(|error| Unavailable::Failed(in_line(&error).into()))?;
        self.journal.written(entry).await
    }

    /// The record of an event of the time `at` in the lifecycle of policies, after the one at
    /// `previous`, and the entry that [`Self::lifecycle`] writes for it.
    pub(crate) fn lifecycle_record(
        &self,
        happened: Happened<'_>,
        previous: Option<u64>,
        at: Timestamp,
    ) -> Result<(LifecycleRecord, Entry), Unavailable> {
        let failed = |error: RecordError| Unavailable::Failed(in_line(&error).into());
        let entry = self.recorder.lifecycle(happened, previous, at);
        let entry = entry.map_err(failed)?;
        let Record::Lifecycle(record) = Record::from_bytes(&entry.record).map_err(failed)? else {
            return Err(failed(RecordError::NotCanonical));
        };
        Ok((*record, entry))
    }

    /// Writes a lifecycle record. It is on disk when this returns, whatever the journal promises of
    /// decisions. Gives its index.
    pub(crate) async fn lifecycle(&self, entry: Entry) -> Result<u64, Unavailable> {
        self.journal.written(entry).await
    }
}
