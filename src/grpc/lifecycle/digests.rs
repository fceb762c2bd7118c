//! Digests as fields of messages.

use crate::canonical::Digest;
use crate::grpc::convert::field::FieldError;

pub(super) fn digest(field: &'static str, text: &str) -> Result<Digest, FieldError> {
    if text.is_empty() {
        return Err(FieldError::missing(field));
    }
    text.parse().map_err(|_| {
        FieldError::new(
            field,
            "is not `sha256:` followed by 64 lower-case hex digits",
        )
    })
}
