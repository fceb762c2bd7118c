//! Why a withdrawal of a request doesn't count.

use jiff::Timestamp;

use super::RequestError;
use crate::canonical::Digest;
use crate::keys::dsse::DsseError;

/// Why a withdrawal of a request doesn't count.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum WithdrawalRefusal {
    /// The envelope can't be read.
    #[error(transparent)]
    Envelope(#[from] DsseError),
    /// The envelope holds no withdrawal.
    #[error(transparent)]
    Statement(#[from] RequestError),
    /// The trust file counts for nothing any more.
    #[error("the trust file expired at {0}, so nothing is withdrawn")]
    TrustExpired(Timestamp),
    /// The person that the Statement names is nobody of the trust file.
    #[error("the withdrawal names `{0}`, who is no person of the trust file")]
    UnknownPerson(String),
    /// Another number of signatures than one.
    #[error("the withdrawal has {0} signatures; the requester alone signs it")]
    Signatures(usize),
    /// Somebody else signed, or nobody whose key is known.
    #[error("the withdrawal is not signed by a key of `{0}`, whom it names")]
    NotByPerson(String),
    /// The withdrawal is of a later time than is judged by.
    #[error("the withdrawal was signed at {0}, which is later than the time that is judged by")]
    NotYet(Timestamp),
    /// The withdrawal is of another request.
    #[error("the withdrawal is of the request {found}, not of {wanted}")]
    OtherRequest {
        /// The digest in the withdrawal.
        found: Digest,
        /// The digest of the request.
        wanted: Digest,
    },
    /// The withdrawal names another candidate.
    #[error("`/predicate/toEffectiveDigest` is {found}, but the request is for {wanted}")]
    OtherTo {
        /// The digest in the withdrawal.
        found: Digest,
        /// The digest in the request.
        wanted: Digest,
    },
    /// Somebody else than the requester withdraws.
    #[error(
        "`{person}` can't withdraw the request of `{requester}`; a person who may approve it can reject it"
    )]
    NotRequester {
        /// Who signed.
        person: String,
        /// Who asked for the change.
        requester: String,
    },
}
