//! Reads the lifecycle records of a journal, and what they keep.

use std::path::Path;

use super::error::GateError;
use super::history::{History, HistoryError, Kept};
use super::limits::MAX_KEPT_BUNDLE_BYTES;
use crate::authority::last_policy::last_policy;
use crate::canonical::read_canonical;
use crate::journal::log::leaf_hash;
use crate::journal::query::{EntryKind, Filter, Query, Scan, kept_document};
use crate::journal::record::{LifecycleRecord, Record};
use crate::journal::store::{Reader, StoreError};
use crate::policy::bundle::Bundle;

/// The lifecycle records of the journal in `directory`.
///
/// The index finds them quickly and is no evidence of what isn't there. So the newest record of
/// any kind that names a policy must agree with them; where it doesn't, every record is looked at.
pub(super) fn history(directory: &Path) -> Result<History, GateError> {
    let quick = found(directory, Some(EntryKind::Lifecycle)).and_then(|records| {
        let history = History::of(records)?;
        let last = last_policy(directory)?;
        let in_force = history.in_force();
        let in_force = in_force.map(|it| it.activation.bundle.effective_digest);
        let agree = last.map(|(_, last)| last.effective_digest) == in_force;
        Ok(agree.then_some(history))
    });
    match quick {
        Ok(Some(history)) => Ok(history),
        Ok(None) | Err(GateError::History(HistoryError::Gap { .. })) => {
            Ok(History::of(found(directory, None)?)?)
        }
        Err(error) => Err(error),
    }
}

/// The lifecycle records, looked for by the index if `kind` is given.
fn found(
    directory: &Path,
    kind: Option<EntryKind>,
) -> Result<Vec<(u64, LifecycleRecord)>, GateError> {
    let filter = Filter {
        kind,
        ..Filter::default()
    };
    let query = Query {
        filter,
        ..Query::default()
    };
    let mut scan = Scan::open(directory, query)?;
    let mut all = Vec::new();
    while let Some(records) = scan.next_records()? {
        for (position, record) in records {
            if let Record::Lifecycle(record) = record {
                is_as_hashed(scan.reader(), position, &record)?;
                all.push((position, *record));
            }
        }
    }
    Ok(all)
}

/// What is enforced follows from these records, so each must be what its leaf in the tree says.
fn is_as_hashed(reader: &Reader, position: u64, record: &LifecycleRecord) -> Result<(), GateError> {
    let row = reader.rows(position..position.saturating_add(1))?.pop();
    let leaf = row.map(|row| (row.leaf, leaf_hash(row.body.as_bytes()), row.id));
    match leaf {
        Some((stored, computed, id)) if stored == computed && id == record.event_id => Ok(()),
        _ => Err(StoreError::Damaged(format!(
            "the bytes of the lifecycle record at position {position} are not those of its hash"
        ))
        .into()),
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
