//! How often a rule of the redaction found something.

use serde::{Deserialize, Serialize};

/// How often one rule found something.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Redacted {
    /// Different secrets that it found.
    pub count: usize,
    /// The rule.
    pub name: String,
}
