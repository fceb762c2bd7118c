//! One thing that is wrong or doubtful about a pack.

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Whether an issue keeps a pack from being used.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum IssueSeverity {
    /// The pack can't be used.
    Blocker,
    /// The pack can be used, but somebody should look at it.
    Warning,
}

/// Where an issue is.
#[derive(
    Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(deny_unknown_fields)]
pub struct Location {
    /// The file's path in the pack's folder, such as `policy.yaml`.
    pub file: String,
    /// The line, from 1. It is 0 if the issue is about the whole file.
    pub line: usize,
    /// The column in characters, from 1. It is 0 if the issue is about the whole line.
    pub column: usize,
}

/// One thing that is wrong or doubtful about a pack.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Issue {
    /// How much it matters.
    pub severity: IssueSeverity,
    /// Stable, for filters and tests: `unknown-field`, `duplicate-key`, …
    pub code: &'static str,
    /// For a person: lower case, no full stop, the pack's own words in backticks.
    pub message: String,
    /// Where it is.
    pub location: Location,
}

impl Issue {
    /// An issue that keeps the pack from being used.
    #[must_use]
    pub fn blocker(code: &'static str, message: impl Into<String>, location: Location) -> Self {
        Self {
            severity: IssueSeverity::Blocker,
            code,
            message: message.into(),
            location,
        }
    }

    /// An issue that somebody should look at.
    #[must_use]
    pub fn warning(code: &'static str, message: impl Into<String>, location: Location) -> Self {
        Self {
            severity: IssueSeverity::Warning,
            ..Self::blocker(code, message, location)
        }
    }

    /// Whether it keeps the pack from being used.
    #[must_use]
    pub fn is_blocker(&self) -> bool {
        self.severity == IssueSeverity::Blocker
    }
}

impl Location {
    /// A place in a file.
    #[must_use]
    pub fn new(file: &str, line: usize, column: usize) -> Self {
        Self {
            file: file.to_owned(),
            line,
            column,
        }
    }

    /// A file as a whole.
    #[must_use]
    pub fn file(file: &str) -> Self {
        Self::new(file, 0, 0)
    }
}

impl fmt::Display for Location {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.file)?;
        if self.line > 0 {
            write!(f, ":{}", self.line)?;
            if self.column > 0 {
                write!(f, ":{}", self.column)?;
            }
        }
        Ok(())
    }
}

impl fmt::Display for Issue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {} [{}]", self.location, self.message, self.code)
    }
}
