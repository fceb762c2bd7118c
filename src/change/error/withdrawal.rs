//! Why a withdrawal of a request doesn't count.

use super::{OtherTo, SignatureRefusal};
use crate::canonical::Digest;

/// Why a withdrawal of a request doesn't count.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum WithdrawalRefusal {
    /// Its signature doesn't count, or there is no such document.
    #[error(transparent)]
    Signature(#[from] SignatureRefusal),
    /// The withdrawal is of another request.
    #[error("the withdrawal is of the request {found}, not of {wanted}")]
    OtherRequest {
        /// The digest in the withdrawal.
        found: Digest,
        /// The digest of the request.
        wanted: Digest,
    },
    /// The withdrawal names another candidate.
    #[error(transparent)]
    OtherTo(#[from] OtherTo),
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
