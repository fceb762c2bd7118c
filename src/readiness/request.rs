//! Who asks for a plan, and when.

use jiff::Timestamp;

/// Who asks for a plan, and when.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request {
    /// A person, team or service.
    pub requested_by: String,
    /// The time that goes into the artifacts.
    pub generated_at: Timestamp,
}
