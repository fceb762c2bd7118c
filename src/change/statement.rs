//! What the Statements that people sign have in common: one canonical form, one subject, and one
//! signature.

use serde::Serialize;
use serde::de::DeserializeOwned;

use super::approval::{MEDIA_TYPE, Subject, check_frame, hex};
use super::error::{DocumentProblem, RequestError};
use super::field::wrong;
use crate::canonical::{Digest, DocumentError, read_canonical, to_canonical_bytes};
use crate::keys::dsse::{DsseError, Envelope};
use crate::trust::{Holder, Trust};

/// Reads a Statement of at most `limit` bytes in its RFC 8785 form, which `check` finds sound.
///
/// # Errors
/// With the first field that is wrong.
pub(super) fn read<T: DeserializeOwned + Serialize>(
    bytes: &[u8],
    limit: usize,
    check: impl FnOnce(&T) -> Result<(), RequestError>,
) -> Result<T, RequestError> {
    let statement: T = read_canonical(bytes, limit)?;
    check(&statement)?;
    Ok(statement)
}

/// The RFC 8785 bytes of a Statement: what is signed.
///
/// # Errors
/// If it has no such form.
pub(super) fn to_bytes<T: Serialize>(statement: &T) -> Result<Vec<u8>, RequestError> {
    Ok(to_canonical_bytes(statement).map_err(|_| DocumentError::NotCanonical)?)
}

/// Whether a Statement is of the type `predicate_type`, and its one subject is the effective document
/// with the digest `effective`. `types` are its own type and that of its predicate.
///
/// # Errors
/// With the first field that is wrong.
pub(super) fn check_about(
    types: (&str, &str),
    predicate_type: &'static str,
    subjects: &[Subject],
    effective: Digest,
) -> Result<(), RequestError> {
    let subject = check_frame(types, predicate_type, subjects)?;
    match subject.digest.sha256 == hex(effective) {
        true => Ok(()),
        false => {
            let problem = DocumentProblem::OtherSubject;
            Err(wrong("/subject/0/digest/sha256", problem))
        }
    }
}

/// A Statement in its envelope.
pub(super) struct Opened<'t> {
    /// The bytes that were signed.
    pub(super) payload: Vec<u8>,
    /// Who holds the first key that signed. None if nobody of the trust file does.
    pub(super) holder: Option<Holder<'t>>,
    /// How many signatures the envelope has. A Statement that counts has one.
    pub(super) signatures: usize,
}

/// Opens an envelope with a Statement.
///
/// # Errors
/// If no key of the trust file signed it, or it holds something else.
pub(super) fn open<'t>(envelope: &Envelope, trust: &'t Trust) -> Result<Opened<'t>, DsseError> {
    let signed = envelope.signed_by(MEDIA_TYPE, trust.keys())?;
    let mut holders = signed.keys.iter().filter_map(|key| trust.holder(key));
    Ok(Opened {
        holder: holders.next(),
        payload: signed.payload,
        signatures: envelope.signature_count(),
    })
}
