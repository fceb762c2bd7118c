//! A journal, and how decisions become its records.

use super::record::{EventRecord, Recorder};
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
}
