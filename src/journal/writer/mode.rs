use std::fmt;
use std::str::FromStr;
use std::time::Duration;

use crate::journal::limits::MAX_WRITTEN_WITHIN;

/// What a journal promises of an answered decision.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Mode {
    /// It is on disk before its caller hears it. Nothing that was answered is ever lost.
    #[default]
    Durable,
    /// It is on disk at most this long after its caller heard it. A crash may lose what was
    /// answered in that time.
    WrittenWithin(Duration),
}

/// Why a text is not a [`Mode`].
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is none of `durable`, `written-within=MILLISECONDS` (1 to {max})", max = MAX_WRITTEN_WITHIN.as_millis())]
pub struct ModeError(String);

impl FromStr for Mode {
    type Err = ModeError;

    fn from_str(text: &str) -> Result<Self, ModeError> {
        let malformed = || ModeError(text.to_owned());
        if text == "durable" {
            return Ok(Self::Durable);
        }
        let limit = text.strip_prefix("written-within=").ok_or_else(malformed)?;
        let limit = limit.strip_suffix("ms").unwrap_or(limit);
        let limit = Duration::from_millis(limit.parse().map_err(|_| malformed())?);
        if limit.is_zero() || limit > MAX_WRITTEN_WITHIN {
            return Err(malformed());
        }
        Ok(Self::WrittenWithin(limit))
    }
}

impl fmt::Display for Mode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Durable => f.write_str("durable"),
            Self::WrittenWithin(limit) => write!(f, "written-within={}ms", limit.as_millis()),
        }
    }
}
