//! What somebody tries at the gate, and the refusal of it.

use std::fmt::{self, Display, Formatter};

use super::error::GateError;

/// What somebody tries at the gate, as messages name it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Attempt {
    /// A candidate is to come into force.
    Promotion,
    /// A policy that was in force is to return.
    Rollback,
    /// A policy that came into force by break-glass is to stay.
    Ratification,
    /// A policy is to come into force in an emergency.
    BreakGlass,
    /// A signed document is to be recorded.
    Document,
    /// A record of any of these is to be entered.
    Change,
}

impl Attempt {
    /// The refusal for everything that is missing, at least one line.
    pub(super) fn lacks(self, missing: Vec<String>) -> GateError {
        GateError::Missing {
            what: self,
            missing,
        }
    }

    /// The refusal for one reason.
    pub(super) fn refused(self, why: impl Into<String>) -> GateError {
        self.lacks(vec![why.into()])
    }
}

impl Display for Attempt {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Promotion => "the promotion",
            Self::Rollback => "the rollback",
            Self::Ratification => "the ratification",
            Self::BreakGlass => "the break-glass",
            Self::Document => "the document",
            Self::Change => "the change",
        })
    }
}
