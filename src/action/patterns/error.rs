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

/// Compiles each pattern of a list.
///
/// # Errors
/// Naming the first pattern that `compile` refuses, with its reason.
pub(super) fn each<T>(
    patterns: &[impl AsRef<str>],
    compile: impl Fn(&str) -> Result<T, String>,
) -> Result<Vec<T>, PatternError> {
    let compiled = patterns.iter().enumerate().map(|(index, pattern)| {
        let pattern = pattern.as_ref();
        compile(pattern).map_err(|problem| PatternError {
            index,
            message: format!("`{pattern}` {problem}"),
        })
    });
    compiled.collect()
}
