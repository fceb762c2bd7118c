//! Shadow runs.

mod report;
mod run;

pub use report::Watched;
pub use run::{RunId, ShadowCandidate, ShadowStart};
