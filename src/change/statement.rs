//! What the Statements that people sign have in common: one subject.

use super::approval::{Subject, check_frame, hex};
use super::error::{DocumentProblem, RequestError};
use super::field::wrong;
use crate::canonical::Digest;

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
