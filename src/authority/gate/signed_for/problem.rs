//! Why a change can't be believed.

use crate::authority::gate::error::GateError;

/// Why a change can't be believed.
pub(super) enum Problem {
    /// People have not signed for it.
    Unsigned(String),
    /// Something can't be read.
    Other(GateError),
}

impl Problem {
    pub(super) fn at(self, index: u64) -> GateError {
        match self {
            Self::Unsigned(why) => GateError::Unsigned { index, why },
            Self::Other(error) => error,
        }
    }
}

impl From<&str> for Problem {
    fn from(why: &str) -> Self {
        Self::Unsigned(why.to_owned())
    }
}

impl From<String> for Problem {
    fn from(why: String) -> Self {
        Self::Unsigned(why)
    }
}

impl From<GateError> for Problem {
    fn from(error: GateError) -> Self {
        Self::Other(error)
    }
}
