//! Why an answer to a request can't be made.

use uuid::Uuid;

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
    #[error(
        "nothing is signed: `{0}` can't prove that it is the service whose request you would answer; \
         give its Unix socket (`--endpoint unix:PATH`), from another machine through `ssh -L`"
    )]
    UnprovedService(String),
    #[error("nothing is signed: the service shows the request `{shown}` instead of `{asked}`")]
    OtherRequest { asked: Uuid, shown: Uuid },
    #[error(
        "nothing is signed, since an approval would also cover what can't be shown: {0}; `--unseen` \
         approves it all the same"
    )]
    Unseen(String),
    #[error("the answer would last longer than time does")]
    Endless,
}
