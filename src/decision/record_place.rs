//! Where a decision's record is in a journal.

use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

/// Where a record is in a journal. Its text is `journal:LOG/POSITION`, which evidence can refer to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecordPlace {
    /// The log's name: its origin in checkpoints.
    pub log: Arc<str>,
    /// The record's position in it, from 0.
    pub position: u64,
}

impl fmt::Display for RecordPlace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "journal:{}/{}", self.log, self.position)
    }
}

/// A text that is not a reference to a record.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("it is not `journal:LOG/POSITION`")]
pub struct NoRecordPlace;

impl FromStr for RecordPlace {
    type Err = NoRecordPlace;

    fn from_str(text: &str) -> Result<Self, NoRecordPlace> {
        let place = text.strip_prefix("journal:").ok_or(NoRecordPlace)?;
        // The name of a log may hold slashes.
        let (log, position) = place.rsplit_once('/').ok_or(NoRecordPlace)?;
        Ok(Self {
            log: log.into(),
            position: position.parse().map_err(|_| NoRecordPlace)?,
        })
    }
}
