//! Documents that lifecycle records keep: bundles, signed requests, approvals, trust files.

use super::QueryError;
use crate::canonical::Digest;
use crate::journal::merkle_log::leaf_hash;
use crate::journal::record::Record;
use crate::journal::store::Reader;

/// What is wrong with a document. The text is read after the name of the document.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DocumentProblem {
    /// No such record.
    #[error("can't be read, because there is no such record")]
    NoRecord,
    /// The record is not what its hash says.
    #[error("can't be trusted: the bytes of the record are not those of its hash")]
    Edited,
    /// The record keeps none.
    #[error("can't be read, because the record keeps none")]
    KeepsNone,
    /// Its bytes are gone.
    #[error("is gone from the journal, though retention never drops it")]
    Gone,
    /// Its bytes are others.
    #[error("has the digest {found}, not {wanted}, which the record names")]
    OtherDigest {
        /// The digest of the stored bytes.
        found: Digest,
        /// The digest in the record.
        wanted: Digest,
    },
}

/// The document that the lifecycle record at `position` keeps, as it was stored: its digest is
/// that in the record, and the record's bytes are those of its hash.
///
/// # Errors
/// If there is none, or its bytes or those of the record were changed.
pub fn kept_document(reader: &Reader, position: u64) -> Result<Vec<u8>, QueryError> {
    let problem = |problem| QueryError::Document { position, problem };
    let row = reader.rows(position..position.saturating_add(1))?.pop();
    let row = row.ok_or_else(|| problem(DocumentProblem::NoRecord))?;
    if leaf_hash(row.body.as_bytes()) != row.leaf {
        return Err(problem(DocumentProblem::Edited));
    }
    let record = Record::from_bytes(row.body.as_bytes());
    let record = record.map_err(|cause| QueryError::Record { position, cause })?;
    let named = match &record {
        Record::Lifecycle(record) => record.document,
        Record::Decision(_) | Record::Event(_) => None,
    };
    let id = row.contents.candidate_policy;
    let (wanted, id) = named
        .zip(id)
        .ok_or_else(|| problem(DocumentProblem::KeepsNone))?;
    let stored = reader.content(id)?.and_then(|(_, text)| text);
    let text = stored.ok_or_else(|| problem(DocumentProblem::Gone))?;
    let found = Digest::of(text.as_bytes());
    match found == wanted {
        true => Ok(text.into_bytes()),
        false => Err(problem(DocumentProblem::OtherDigest { found, wanted })),
    }
}
