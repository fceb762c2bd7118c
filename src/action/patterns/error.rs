//! A pattern that can't be used.

/// A pattern of a list that can't be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("pattern {index}: {message}")]
pub struct PatternError {
    /// Its index in the list, from 0.
    pub index: usize,
    /// What is wrong with it.
    pub message: String,
}
