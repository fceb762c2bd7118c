//! Wire types to domain types and back, and nothing else.
//!
//! What comes in is checked: `TryFrom`, with the path of the field at fault. What goes out
//! can't fail: `From`. Every structure is taken apart by name, so that a new field breaks
//! the build until somebody decides what it means.

mod action;
mod decision;
mod dry_run;
mod field;
mod journal;
mod journal_stats;
mod names;
mod pack;
mod policy;
mod shadow;
mod signing;

pub use decision::{Answered, Explained};
pub use field::FieldError;
pub(crate) use journal::entry;
pub use journal::{Earlier, Start, TailQuery};
pub use pack::Given;
pub use policy::Wanted;
pub use shadow::{ReportQuery, RunId, ShadowCandidate, ShadowStart, Watched};
pub(super) use signing::nonce;
