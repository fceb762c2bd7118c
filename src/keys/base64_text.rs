//! Base64 (RFC 4648 section 4, padded), as notes and proofs write hashes.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use zeroize::Zeroizing;

use crate::canonical::Digest;

pub(crate) fn encode(bytes: &[u8]) -> String {
    STANDARD.encode(bytes)
}

/// Wiped when dropped, because it may be a private key.
pub(crate) fn decode(text: &str) -> Option<Zeroizing<Vec<u8>>> {
    STANDARD.decode(text).map(Zeroizing::new).ok()
}

pub(crate) fn decode_digest(text: &str) -> Option<Digest> {
    let bytes: [u8; 32] = decode(text)?.as_slice().try_into().ok()?;
    Some(Digest::from_bytes(bytes))
}
