use super::limits::MAX_ERROR_BYTES;
use crate::canonical::cut;

/// Why an action can't be judged at all. Always the caller's to mend, never an `allow`.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ActionError {
    /// A required field is not there, or is empty.
    #[error("`{field}` is required")]
    Missing {
        /// The document's field name.
        field: &'static str,
    },
    /// A field holds something that it may not hold.
    #[error("`{field}` {problem}")]
    Invalid {
        /// The document's field name, with a path below it where there is one.
        field: String,
        /// What is wrong with it, to be read after the field's name.
        problem: String,
    },
    /// A field is larger than its limit.
    #[error("`{field}` has {actual} {unit}; the limit is {limit}")]
    TooLarge {
        /// The document's field name.
        field: &'static str,
        /// What was measured.
        unit: &'static str,
        /// The size found.
        actual: usize,
        /// The size allowed, from [`super::limits`].
        limit: usize,
    },
    /// The text is not an action document.
    #[error("not an action document: {0}")]
    Malformed(String),
}

impl ActionError {
    /// The field at fault, if one is.
    #[must_use]
    pub fn field(&self) -> Option<&str> {
        match self {
            Self::Missing { field } | Self::TooLarge { field, .. } => Some(field),
            Self::Invalid { field, .. } => Some(field),
            Self::Malformed(_) => None,
        }
    }

    /// Both texts can quote what the caller wrote, so they are cut.
    pub(crate) fn invalid(field: impl AsRef<str>, problem: impl AsRef<str>) -> Self {
        Self::Invalid {
            field: cut(field.as_ref(), MAX_ERROR_BYTES).into_owned(),
            problem: cut(problem.as_ref(), MAX_ERROR_BYTES).into_owned(),
        }
    }
}
