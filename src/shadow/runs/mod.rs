//! Shadow runs beside an authority that decides.
//!
//! | module | holds |
//! |---|---|
//! | `registry` | the runs of one authority; offers decisions to them |
//! | `start` | how a run is started |
//! | [`run`] | one candidate beside the active policy: status and divergences |
//! | `settings` | the settings of a run, and why one can't be started |
//! | [`report`] | the report of a run, and the checkpoint that covers it |
//! | [`note`] | the schema of a run's records in the journal |
//! | `note_writer` | writes these records |
//! | `unended` | the runs that a service left without an end |
//! | [`limits`] | every bound, by name |
//!
//! A run is bound to the policy that was active when it began. When another policy becomes
//! active, the run ends and records why: no report mixes the decisions of two policies.

pub mod limits;
pub mod note;
mod note_writer;
mod registry;
pub mod report;
pub mod run;
mod settings;
mod start;
mod unended;

pub use note_writer::Kept;
pub(crate) use registry::{Running, Shadows};
pub use run::{Candidate, Run, RunStatus};
pub use settings::{RunSettings, StartError};
pub(crate) use unended::end_unended;
