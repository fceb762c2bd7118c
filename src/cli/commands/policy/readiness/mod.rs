//! `cavra policy lifecycle-…`: from a pack to its artifacts, and from a packet to a verdict.

pub(crate) mod assess;
pub(crate) mod packet;
pub(crate) mod plan;
mod rehearsal;
mod sign_verdict;
pub(crate) mod validate;
