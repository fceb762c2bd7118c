use crate::action::ActionError;

/// Why a record or a content can't be written or read back. Each message is read after the name of the
/// record, so it holds its cause.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RecordError {
    /// Not JSON of the right shape.
    #[error("is not a record or content of this version: {0}")]
    Malformed(String),
    /// A record of a kind that this version doesn't know.
    #[error("has the unknown kind `{0}`; it may come from a later version")]
    UnknownKind(String),
    /// The right content in another form than the one that is signed.
    #[error("is not in canonical form (RFC 8785)")]
    NotCanonical,
    /// The stored action can't be an action.
    #[error("holds an action that can't be read: {0}")]
    Action(ActionError),
    /// It has no JSON form.
    #[error("can't be written as JSON: {0}")]
    Unwritable(String),
    /// There are more secrets in it than can be replaced.
    #[error(transparent)]
    TooManySecrets(#[from] crate::redaction::TooManySecrets),
}

impl From<ActionError> for RecordError {
    fn from(error: ActionError) -> Self {
        Self::Action(error)
    }
}
