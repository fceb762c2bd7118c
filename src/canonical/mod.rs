//! One way to turn JSON into bytes, and bytes into a name: RFC 8785 and SHA-256.

mod digest;
mod json;

pub use digest::{Digest, DigestError};
pub use json::{CanonicalError, parse_strict, to_canonical_bytes};
