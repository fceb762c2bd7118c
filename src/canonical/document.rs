//! Documents that have one form only, because their digest is signed.

use std::ops::ControlFlow;

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::difference::{DifferenceKind, differences};
use super::json::MAX_QUOTED_BYTES;
use super::{cut, parse_strict, pointer, to_canonical_bytes};

/// Why bytes are not a document of the wanted type.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DocumentError {
    /// The document is longer than its limit.
    #[error("the document has {found} bytes; the limit is {limit}")]
    TooLarge {
        /// The bytes of the document.
        found: usize,
        /// The bytes that it may have.
        limit: usize,
    },
    /// The bytes are not strict JSON.
    #[error("the document is not strict JSON: {0}")]
    NotJson(String),
    /// A field is missing, unknown or of the wrong type.
    #[error("`{pointer}`: {problem}")]
    Field {
        /// The JSON pointer (RFC 6901) to the field; `/` for the document as a whole.
        pointer: String,
        /// What is wrong there.
        problem: String,
    },
    /// The document is signed in other bytes than those of its canonical form.
    #[error("the document is not in its canonical form (RFC 8785)")]
    NotCanonical,
}

/// Reads a document of at most `limit` bytes. It must be strict JSON, and each value must be
/// written as `T` writes it. `T` must refuse unknown fields.
///
/// # Errors
/// With the first field that is wrong.
pub fn read_document<T: DeserializeOwned + Serialize>(
    bytes: &[u8],
    limit: usize,
) -> Result<T, DocumentError> {
    let found = bytes.len();
    if found > limit {
        return Err(DocumentError::TooLarge { found, limit });
    }
    let value = parse_strict(bytes).map_err(|error| DocumentError::NotJson(short(&error)))?;
    let document: T = serde_path_to_error::deserialize(&value).map_err(|error| {
        let at = pointer::of_path(error.path());
        field(at, short(error.inner()))
    })?;
    // Serde takes an array for an object, and more than one text for a time.
    let (written, found) = (plain(&document)?, plain(&value)?);
    match first_difference(&written, &found) {
        Some(error) => Err(error),
        None => Ok(document),
    }
}

/// The value in which a number has one form: `0.0` and `0` are the same (RFC 8785 section 3.2.2.3).
fn plain(document: &impl Serialize) -> Result<Value, DocumentError> {
    let bytes = to_canonical_bytes(document).and_then(|bytes| Ok(parse_strict(&bytes)?));
    bytes.map_err(|error| field(String::new(), short(&error)))
}

/// Reads a document as [`read_document`] does, whose bytes must be its RFC 8785 form.
///
/// # Errors
/// With the first field that is wrong, or if the bytes are another form of the document.
pub fn read_canonical<T: DeserializeOwned + Serialize>(
    bytes: &[u8],
    limit: usize,
) -> Result<T, DocumentError> {
    let document: T = read_document(bytes, limit)?;
    match to_canonical_bytes(&document).is_ok_and(|canonical| canonical == bytes) {
        true => Ok(document),
        false => Err(DocumentError::NotCanonical),
    }
}

fn field(pointer: String, problem: String) -> DocumentError {
    let pointer = match pointer.as_str() {
        "" => "/".to_owned(),
        _ => cut(&pointer, MAX_QUOTED_BYTES).into_owned(),
    };
    DocumentError::Field { pointer, problem }
}

fn first_difference(written: &Value, found: &Value) -> Option<DocumentError> {
    let mut first = None;
    differences(written, found, &mut |at, how| {
        let problem = match how {
            DifferenceKind::OnlyFirst(_) => "is missing".to_owned(),
            DifferenceKind::OnlySecond(_) => "is not a field of the document".to_owned(),
            DifferenceKind::Lengths(_, found) => format!("has {found} entries in another form"),
            DifferenceKind::Values(written, found) => {
                format!("is {}, must be written {}", short(found), short(written))
            }
        };
        first = Some(field(pointer::of_steps(at), problem));
        ControlFlow::Break(())
    });
    first
}

fn short(text: &impl ToString) -> String {
    cut(&text.to_string(), MAX_QUOTED_BYTES).into_owned()
}
