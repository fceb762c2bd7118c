//! How large a packet and its parts may be.

/// Bytes of one packet.
pub const MAX_PACKET_BYTES: usize = 64 * 1024 * 1024;
/// Signed documents of one packet: each is tried by every key of the trust file.
pub const MAX_ATTESTATIONS: usize = 128;
/// Bytes of the payloads of all signed documents of one packet together, in base64.
pub const MAX_ATTESTATION_BYTES: usize = 16 * 1024 * 1024;
/// Bytes of a Statement that is opened to see what it is.
pub const MAX_STATEMENT_BYTES: usize = 1024 * 1024;
