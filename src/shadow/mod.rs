//! Shadow mode: what a candidate would have decided, compared with what was decided.
//!
//! Nothing here enforces a decision, and nothing here delays one.
//!
//! | module | holds |
//! |---|---|
//! | [`compare`] | decisions of two policies, compared and counted |
//! | [`report`] | `cavra.shadow.report.v1`, with the promotion criteria |
//! | [`live`] | an observer beside a running authority: bounded, never in the way |
//! | [`runs`] | the runs of an authority, and what the journal records of them |
//! | [`replay`] | recorded decisions or actions, judged again |
//! | [`verify`] | a signed report, recomputed from the journal |
//! | [`pair`] | an active policy and a candidate, asked about the same facts |
//! | `positions` | the positions of decisions that were compared before they had one |
//! | [`limits`] | every bound, by name |

pub mod compare;
pub mod limits;
pub mod live;
pub mod pair;
mod positions;
pub mod replay;
pub mod report;
pub mod runs;
pub mod verify;

pub use crate::journal::record::lifecycle::EndReason;
