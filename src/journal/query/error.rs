use crate::journal::record::RecordError;
use crate::journal::store::StoreError;

/// Why a journal can't be queried.
#[derive(Debug, thiserror::Error)]
pub enum QueryError {
    /// The database can't be read.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A record can't be read.
    #[error(
        "the record at position {position} {cause}; `cavra journal verify` shows what is damaged"
    )]
    Record {
        /// The record's position in the log.
        position: u64,
        /// The problem with the record.
        cause: RecordError,
    },
    /// A record names a content that isn't there, or that is no JSON.
    #[error(
        "the {part} of the record at position {position} can't be read: {problem}; `cavra journal verify` shows what is damaged"
    )]
    Content {
        /// The record's position in the log.
        position: u64,
        /// The name of the content, such as `judgement`.
        part: &'static str,
        /// The problem, for a person.
        problem: String,
    },
    /// The document that a lifecycle record keeps can't be read.
    #[error("the document of the record at position {position} {problem}")]
    Document {
        /// The record's index in the log.
        position: u64,
        /// The problem, to be read after the name of the document.
        problem: super::DocumentProblem,
    },
    /// A histogram of that precision can't be made.
    #[error("latencies can't be counted")]
    Histogram(#[from] hdrhistogram::CreationError),
}

/// Why a text is not a name that a filter knows.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{text}` is none of {known}")]
pub struct NameError {
    /// The text that was given.
    pub text: String,
    /// The names that exist, for a person.
    pub known: String,
}
