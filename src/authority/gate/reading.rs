//! Reads the lifecycle records of a journal, and what they keep.

use std::path::Path;

use super::error::GateError;
use super::history::{History, HistoryError, Kept};
use super::limits::{MAX_KEPT_BUNDLE_BYTES, MAX_LIFECYCLE_RECORDS};
use crate::canonical::read_canonical;
use crate::journal::merkle_log::{LastLifecycle, SignedCheckpoint};
use crate::journal::query::{Query, Scan, kept_document};
use crate::journal::record::{LifecycleRecord, Record};
use crate::journal::store::{Reader, StoreError};
use crate::keys::VerifyingKey;
use crate::policy::bundle::Bundle;

/// The lifecycle records of the journal in `directory`, each proved by the last checkpoint.
///
/// What is enforced follows from them. The checkpoint names the last one, each names the one before
/// it, and each must be what the checkpoint counts at its position. So what somebody without the
/// journal's key added, changed or left out is no part of the history.
///
/// # Errors
/// If `log_key` didn't sign the last checkpoint, or a record isn't what it counts.
pub(super) fn history(directory: &Path, log_key: &VerifyingKey) -> Result<History, GateError> {
    let reader = Reader::open(directory)?;
    let Some(checkpoint) = reader.signed_by(log_key)? else {
        return Ok(History::default());
    };
    let proved = Proved {
        reader: &reader,
        checkpoint: &checkpoint,
        log_key,
    };
    let records = match checkpoint.unverified().lifecycle() {
        Some(LastLifecycle::None) => Vec::new(),
        Some(LastLifecycle::At(last)) => proved.back_from(last)?,
        None => proved.among_all(directory)?,
    };
    Ok(History::of(records)?)
}

/// Reads records that a checkpoint proves.
struct Proved<'a> {
    reader: &'a Reader,
    checkpoint: &'a SignedCheckpoint,
    log_key: &'a VerifyingKey,
}

impl Proved<'_> {
    /// The record at `last` and all before it, the oldest first.
    fn back_from(&self, last: u64) -> Result<Vec<(u64, LifecycleRecord)>, GateError> {
        let mut records = Vec::new();
        let mut next = Some(last);
        while let Some(position) = next {
            if records.len() >= MAX_LIFECYCLE_RECORDS {
                return Err(HistoryError::TooMany.into());
            }
            let record = self.lifecycle(position)?;
            next = record.previous;
            // A position that doesn't fall is a circle.
            if next.is_some_and(|next| next >= position) {
                return Err(HistoryError::Gap {
                    position,
                    previous: next,
                    found: None,
                }
                .into());
            }
            records.push((position, record));
        }
        records.reverse();
        Ok(records)
    }

    /// All of a journal whose last checkpoint is of an earlier version, and doesn't name the last
    /// one. The next checkpoint will.
    fn among_all(&self, directory: &Path) -> Result<Vec<(u64, LifecycleRecord)>, GateError> {
        let mut scan = Scan::open(directory, Query::default())?;
        let mut all = Vec::new();
        while let Some(records) = scan.next_records()? {
            for (position, record) in records {
                if matches!(record, Record::Lifecycle(_)) {
                    all.push((position, self.lifecycle(position)?));
                }
            }
        }
        Ok(all)
    }

    fn lifecycle(&self, position: u64) -> Result<LifecycleRecord, GateError> {
        let proved = self
            .reader
            .proved_record(position, self.checkpoint, self.log_key)?;
        match Record::from_bytes(proved.as_bytes()).map_err(StoreError::from)? {
            Record::Lifecycle(record) => Ok(*record),
            Record::Decision(_) | Record::Event(_) => Err(StoreError::Damaged(format!(
                "the record at position {position} is no lifecycle record"
            ))
            .into()),
        }
    }
}

/// A bundle that the journal keeps.
pub(super) fn bundle(directory: &Path, kept: &Kept) -> Result<Bundle, GateError> {
    let position = kept.position;
    let reader = Reader::open(directory)?;
    let bytes = kept_document(&reader, position)?;
    let unreadable = |problem: String| GateError::Unreadable {
        what: "bundle",
        position,
        problem,
    };
    let bundle: Bundle = read_canonical(&bytes, MAX_KEPT_BUNDLE_BYTES)
        .map_err(|error| unreadable(error.to_string()))?;
    let (found, wanted) = (bundle.digest()?, kept.bundle.bundle_digest);
    match found == wanted {
        true => Ok(bundle),
        false => Err(unreadable(format!(
            "its digest is {found}, and the record names {wanted}"
        ))),
    }
}
