//! One way to turn JSON into bytes, and bytes into a name: RFC 8785 and SHA-256; documents that
//! are read strictly; and texts cut to a size that they have as JSON.

mod cut;
pub mod difference;
mod digest;
mod document;
mod invisible;
mod json;
pub mod pointer;
mod tape;
mod within;

pub use cut::{Cut, MAX_ESCAPED_BYTES, cut, is_cut, json_len};
pub(crate) use digest::hash_behind;
pub use digest::{Digest, DigestError};
pub use document::{DocumentError, read_canonical, read_document};
pub use invisible::is_invisible;
pub use json::{CanonicalError, parse_strict, to_canonical_bytes};
pub use tape::{Item, Tape};
pub use within::json_within;
