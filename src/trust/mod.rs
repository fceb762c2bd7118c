//! Trust files: who may approve, explain, break the glass and change the trust file itself, and
//! which services' signatures count.
//!
//! No I/O and no clock here. Where a trust file is looked for is the command line's business, and
//! the time comes from the caller.
//!
//! | module | holds |
//! |---|---|
//! | [`document`] | the types of `cavra.trust.v1` |
//! | `checked` | a trust file that was checked: its digest, and whose a key is |
//! | [`chain`] | when a trust file may follow another |
//! | `check` | everything that a trust file must be, beyond the types of its fields |
//! | [`error`] | why a trust file is refused |
//! | [`signer`] | whether a document is signed by one person, who may sign it |
//! | [`limits`] | how large a trust file may be |

pub mod chain;
mod check;
mod checked;
pub mod document;
pub mod error;
pub mod limits;
pub mod signer;

pub use checked::{Holder, Trust};
