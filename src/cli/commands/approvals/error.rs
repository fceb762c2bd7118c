//! Why an answer to a request can't be made.

use crate::approval::error::AnswerRefusal;
use crate::keys::dsse::DsseError;

/// Why an answer to a request can't be made.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ApprovalsError {
    #[error("no person of the trust file has the key `{0}`")]
    NobodysKey(String),
    #[error("the answer can't be made")]
    Answer(#[from] AnswerRefusal),
    #[error("the answer can't be signed")]
    Sign(#[source] DsseError),
    #[error("the answer would last longer than time does")]
    Endless,
}
