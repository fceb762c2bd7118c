//! Evidence that the commits of a change were made in sessions whose decisions are in a journal.
//!
//! No I/O and no clock here.
//!
//! | module | holds |
//! |---|---|
//! | `trailer` | how a commit names its session |
//! | [`bundle`] | the records of one session with their proofs: `cavra.evidence-bundle.v1` |
//! | [`approvals`] | whether the approvals that were used verify |
//! | [`commits`] | which commits of a change lack evidence |
//! | [`error`] | why a bundle is refused |
//! | [`limits`] | every bound, by name |

pub mod approvals;
pub mod bundle;
pub mod commits;
pub mod error;
pub mod limits;

mod trailer;

pub use trailer::{TRAILER, is_session};
