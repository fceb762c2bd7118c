//! Why secrets can't be taken out of a text.

/// More secrets than can be replaced. Then nothing of the text may be written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("holds too many secrets to replace them")]
pub struct TooManySecrets;
