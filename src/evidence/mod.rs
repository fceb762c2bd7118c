//! Signed documents: what somebody says, and the key that says so. No I/O, no clock.
//!
//! | module | holds |
//! |---|---|
//! | [`dsse`] | envelopes of the Dead Simple Signing Envelope, signed with Ed25519 |

pub mod dsse;

pub use crate::journal::log::{SigningKey, VerifyingKey};
