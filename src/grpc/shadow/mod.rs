//! `ShadowService`: runs, divergences and reports.

mod client;
mod report;
mod run;
pub(super) mod service;

pub use report::{ReportQuery, Watched};
pub use run::{RunId, ShadowCandidate, ShadowStart};
