use std::borrow::Cow;

use jiff::Timestamp;
use rusqlite::Connection;
use serde::Deserialize;

use super::{Reader, Row, StoreError};
use crate::journal::limits::{MAX_GROUP_RECORDS, MAX_QUEUED_RECORDS};

/// Records are written in the order in which they reach the writer: one that was made earlier
/// can stand behind as many as can wait for it.
const MAX_DISORDER_RECORDS: u64 = (MAX_QUEUED_RECORDS + MAX_GROUP_RECORDS) as u64;

impl Reader {
    /// The position of the first record since `time`, or after the last: whatever stands
    /// before it is older.
    ///
    /// # Errors
    /// If records can't be read.
    pub fn first_since(&self, time: Timestamp) -> Result<u64, StoreError> {
        let size = self.size()?;
        let (mut older, mut rest) = (0, size);
        while older < rest {
            let middle = older + (rest - older) / 2;
            match self.rows(middle..middle + 1)?.first() {
                Some(row) if made_at(row)? < time => older = middle + 1,
                Some(_) => rest = middle,
                None => return Err(StoreError::Damaged(format!("record {middle} is missing"))),
            }
        }
        let around = older.saturating_sub(MAX_DISORDER_RECORDS)..older;
        for row in self.rows(around)? {
            if made_at(&row)? >= time {
                return Ok(row.position);
            }
        }
        Ok(older)
    }
}

fn made_at(row: &Row) -> Result<Timestamp, StoreError> {
    #[derive(Deserialize)]
    struct Made<'a> {
        #[serde(borrow)]
        timestamp: Cow<'a, str>,
    }
    let unknown = |cause: &dyn std::fmt::Display| {
        StoreError::Damaged(format!("record {} has no time: {cause}", row.position))
    };
    let made: Made<'_> = serde_json::from_str(&row.body).map_err(|error| unknown(&error))?;
    made.timestamp.parse().map_err(|error| unknown(&error))
}

/// Empties the contents that only records before `position` name. A policy's identity is small
/// and tells what decided: it stays.
pub(super) fn empty_contents(connection: &Connection, position: i64) -> Result<u64, StoreError> {
    connection.execute_batch(
        "CREATE TEMP TABLE IF NOT EXISTS kept (content INTEGER PRIMARY KEY);
         DELETE FROM kept",
    )?;
    for (column, from) in [
        ("subject", position),
        ("judgement", position),
        ("candidate_judgement", position),
        ("policy", 0),
        ("candidate_policy", 0),
    ] {
        let keep = format!(
            "INSERT OR IGNORE INTO kept SELECT {column} FROM record \
             WHERE position >= ?1 AND {column} IS NOT NULL"
        );
        connection.execute(&keep, [from])?;
    }
    let dropped = connection.execute(
        "UPDATE content SET body = NULL WHERE body IS NOT NULL \
         AND content NOT IN (SELECT content FROM kept)",
        [],
    )?;
    Ok(dropped as u64)
}
