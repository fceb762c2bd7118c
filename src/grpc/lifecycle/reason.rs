//! Why somebody does something, in a person's words.

use crate::grpc::convert::field::FieldError;
use crate::journal::record::limits::MAX_WHY_BYTES;

const FIELD: &str = "reason";

/// A reason that must be there.
pub(super) fn needed_reason(reason: String) -> Result<String, FieldError> {
    given_reason(reason)?.ok_or(FieldError::missing(FIELD))
}

/// A reason, if there is one. One of white space alone says nothing.
pub(super) fn given_reason(reason: String) -> Result<Option<String>, FieldError> {
    match reason.len() {
        0 => Ok(None),
        _ if reason.trim().is_empty() => Err(FieldError::new(FIELD, "holds only white space")),
        found if found > MAX_WHY_BYTES => {
            Err(FieldError::too_large(FIELD, found, "bytes", MAX_WHY_BYTES))
        }
        _ => Ok(Some(reason)),
    }
}
