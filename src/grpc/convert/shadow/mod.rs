//! Shadow runs.

mod report;
mod run;

pub use report::{ReportQuery, Watched};
pub use run::{RunId, ShadowCandidate, ShadowStart};
