//! Why a pack does not become a policy, and why an evaluation gave no findings.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::policy::effective::EffectivePack;
use crate::policy::issue::{Issue, Location};

/// Everything that keeps a pack from compiling.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("pack `{pack_id}` does not compile:{}", list(.problems))]
pub struct CompileError {
    /// The pack.
    pub pack_id: String,
    /// At least one.
    pub problems: Vec<CompileProblem>,
}

impl CompileError {
    pub(crate) fn of(pack: &EffectivePack, problems: Vec<CompileProblem>) -> Self {
        Self {
            pack_id: pack.id().to_owned(),
            problems,
        }
    }
}

/// One reason why a pack does not compile.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CompileProblem {
    /// The file at fault, relative to its pack; absent where there is no single one.
    pub file: Option<String>,
    /// The line in it, from 1.
    pub line: Option<u64>,
    /// What is wrong.
    pub message: String,
}

impl CompileProblem {
    pub(super) fn in_file(file: &str, line: Option<u64>, message: impl Into<String>) -> Self {
        Self {
            file: Some(file.to_owned()),
            line,
            message: message.into(),
        }
    }

    /// regorus puts the place into its message: `--> FILE:LINE:COLUMN`, a picture, `error: …`.
    pub(super) fn from_regorus(message: &str, file: &str) -> Self {
        let lines = || message.lines().map(str::trim);
        let place = lines().find_map(|line| line.strip_prefix("--> "));
        let mut place = place.unwrap_or(file).rsplitn(3, ':');
        let _column = place.next();
        let line = place.next().and_then(|line| line.parse().ok());
        let text = lines().find_map(|line| line.strip_prefix("error: "));
        Self::in_file(
            place.next().unwrap_or(file),
            line,
            text.unwrap_or(message.trim()),
        )
    }

    pub(super) fn of_rego(message: impl Into<String>) -> Self {
        Self {
            file: None,
            line: None,
            message: message.into(),
        }
    }
}

impl CompileProblem {
    /// The problem as a lint blocker.
    #[must_use]
    pub fn into_issue(self) -> Issue {
        let line = self.line.and_then(|line| usize::try_from(line).ok());
        let file = self.file.as_deref().unwrap_or("rules");
        let location = Location::new(file, line.unwrap_or(0), 0);
        Issue::blocker("does-not-compile", self.message, location)
    }
}

impl fmt::Display for CompileProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (&self.file, self.line) {
            (Some(file), Some(line)) => write!(f, "{file}:{line}: {}", self.message),
            (Some(file), None) => write!(f, "{file}: {}", self.message),
            (None, _) => f.write_str(&self.message),
        }
    }
}

fn list(problems: &[CompileProblem]) -> String {
    problems
        .iter()
        .map(|problem| format!("\n  {problem}"))
        .collect()
}

/// Why an evaluation gave no findings. Each ends in `require_approval`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum EvaluationError {
    /// A rule ended in an error.
    Failed(String),
    /// A rule ran into a limit: what the rules did, to be read after them.
    OverLimit(String),
    /// The process that evaluated the rules ended: how, to be read after them.
    Died(String),
    /// A rule returned something that is not a finding.
    Malformed(String),
}

impl fmt::Display for EvaluationError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Failed(message) => write!(f, "ended in an error: {}", message.trim()),
            Self::OverLimit(what) | Self::Died(what) => f.write_str(what),
            Self::Malformed(message) => write!(f, "returned something malformed: {message}"),
        }
    }
}
