//! The decision journal: a record of every decision that can be trusted.
//!
//! | module | holds |
//! |---|---|
//! | `log` | the Merkle log: tree, proofs, checkpoints, keys; no I/O |
//! | `key_file` | keys in files, environment variables and file descriptors |

pub mod key_file;
pub mod log;
