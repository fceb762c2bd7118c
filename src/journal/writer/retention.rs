//! Dropping what old decisions were about.

use std::error::Error;

use jiff::{SignedDuration, Timestamp};
use tokio::sync::oneshot;
use tokio::time::sleep;
use uuid::Uuid;

use super::{Journal, Task, Unavailable};
use crate::causes::in_line;
use crate::journal::limits::{
    ERASE_PAUSE, MAX_DROPPED_CONTENTS, MAX_ERASE_LOOKS, MAX_GROUP_RECORDS,
};
use crate::journal::record::event::{RetentionKind, RetentionRecord};
use crate::journal::record::{EventRecord, SchemaVersion};
use crate::journal::store::{Aged, Reader, StoreError};

/// The records whose contents are old.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Old {
    /// All records before this position.
    pub position: u64,
    /// All of them came about before this time.
    pub before: Timestamp,
    /// Where they are old by the log's own time: how many steps of it were shortened.
    pub shortened_steps: Option<u64>,
}

impl Old {
    /// Those older than `age`, by the log's own time; see [`Reader::aged`]. None if there are
    /// none.
    ///
    /// # Errors
    /// If the journal can't be read.
    pub fn by_age(reader: &Reader, age: SignedDuration) -> Result<Option<Self>, StoreError> {
        let aged = reader.aged(age)?;
        Ok(aged.map(|aged| {
            let Aged {
                position,
                before,
                shortened_steps,
            } = aged;
            Self {
                position,
                before,
                shortened_steps: Some(shortened_steps),
            }
        }))
    }

    /// Those from before `time`, by what they say themselves.
    ///
    /// # Errors
    /// If the journal can't be read.
    pub fn before(reader: &Reader, time: Timestamp) -> Result<Self, StoreError> {
        Ok(Self {
            position: reader.first_since(time)?,
            before: time,
            shortened_steps: None,
        })
    }
}

impl Journal {
    /// Empties contents that only `old` records name, at most [`MAX_DROPPED_CONTENTS`]; answers
    /// how many. That is recorded first; the records and their hashes stay, so the log still
    /// verifies. The bytes of what is emptied are overwritten. What a crash leaves is emptied the
    /// next time. Decisions go on meanwhile.
    ///
    /// # Errors
    /// If the journal could not be read or written.
    pub async fn drop_contents(&self, old: Old) -> Result<u64, Unavailable> {
        let failed = |error: &dyn Error| Unavailable::Failed(in_line(error).into());
        let (done, forgotten) = oneshot::channel();
        let since = self.ask(Task::ForgetContents(done), forgotten).await?;
        let directory = self.directory.clone();
        let find = move || {
            Reader::open(&directory)?.droppable_contents(old.position, since, MAX_DROPPED_CONTENTS)
        };
        let found = tokio::task::spawn_blocking(find).await;
        let found = found.map_err(|error| failed(&error))?;
        let found = found.map_err(|error| failed(&error))?;
        if found.is_empty() {
            return Ok(0);
        }
        let dropped = found.len() as u64;
        let entry = record(old, dropped).entry();
        self.written(entry.map_err(|error| failed(&error))?).await?;
        for ids in found.chunks(MAX_GROUP_RECORDS) {
            let (done, emptied) = oneshot::channel();
            let ids = ids.to_vec();
            self.ask(Task::EmptyContents { ids, done }, emptied).await?;
        }
        self.erase().await?;
        Ok(dropped)
    }

    /// In steps, between which others' commits go on.
    async fn erase(&self) -> Result<(), Unavailable> {
        loop {
            let (done, given) = oneshot::channel();
            if !self.ask(Task::GiveBack(done), given).await? {
                break;
            }
        }
        for look in 0..MAX_ERASE_LOOKS {
            let (done, erased) = oneshot::channel();
            let begin = look == 0;
            if self.ask(Task::Erase { begin, done }, erased).await? {
                return Ok(());
            }
            sleep(ERASE_PAUSE).await;
        }
        tracing::warn!(
            "somebody reads the journal all the time: what was dropped is still in its write-ahead log"
        );
        Ok(())
    }
}

fn record(old: Old, dropped: u64) -> EventRecord {
    EventRecord::Retention(RetentionRecord {
        before: old.before,
        before_position: old.position,
        dropped,
        event_id: Uuid::now_v7(),
        kind: RetentionKind::Retention,
        schema_version: SchemaVersion::V1,
        shortened_steps: old.shortened_steps,
        timestamp: Timestamp::now(),
    })
}
