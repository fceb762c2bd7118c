//! Keys: what signs, where keys are kept, what is derived from them, and signed documents.
//!
//! | module | holds |
//! |---|---|
//! | `signing` | Ed25519 keys with a name, as signed notes write them (C2SP signed-note) |
//! | [`encrypted`] | private keys that a passphrase encrypts (PKCS#8) |
//! | [`passphrase`] | the passphrases |
//! | [`mod@file`] | where keys are read from and written to |
//! | [`derived`] | keys that follow from a log's key |
//! | [`dsse`] | signed documents: envelopes of the Dead Simple Signing Envelope |
//! | `written` | public keys in documents |
//! | `base64_text` | base64 (RFC 4648 section 4), in its one form |

pub(crate) mod base64_text;
pub mod derived;
pub mod dsse;
pub mod encrypted;
pub mod file;
pub mod passphrase;
mod signing;
mod written;

pub use signing::{KeyError, MAX_NAME_BYTES, Origin, SigningKey, VerifyingKey};
