//! Fields of requests, approvals and statements: names, texts and lists within their limits.

use super::error::{DocumentProblem, RequestError};
use super::limits::MAX_NAME_BYTES;

/// The error for a field, by its JSON pointer.
pub(super) fn wrong(field: &str, problem: DocumentProblem) -> RequestError {
    RequestError::Field {
        field: field.to_owned(),
        problem,
    }
}

/// A name is not empty and holds no control character.
pub(super) fn name(field: &str, value: &str) -> Result<(), RequestError> {
    if value.chars().any(char::is_control) {
        return Err(wrong(field, DocumentProblem::Control));
    }
    text(field, value, MAX_NAME_BYTES)
}

/// A text is not empty and within its limit.
pub(super) fn text(field: &str, value: &str, limit: usize) -> Result<(), RequestError> {
    let found = value.len();
    match value.trim().is_empty() || found > limit {
        true => Err(wrong(field, DocumentProblem::Length { found, limit })),
        false => Ok(()),
    }
}

/// The id of a key is 8 lower-case hex digits.
pub(super) fn key_id(field: &str, value: &str) -> Result<(), RequestError> {
    let is_hex = |byte: u8| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte);
    match value.len() == 8 && value.bytes().all(is_hex) {
        true => Ok(()),
        false => Err(wrong(field, DocumentProblem::KeyId)),
    }
}

/// A list is within its limit.
pub(super) fn count(field: &str, found: usize, limit: usize) -> Result<(), RequestError> {
    match found > limit {
        true => Err(wrong(field, DocumentProblem::Count { found, limit })),
        false => Ok(()),
    }
}
