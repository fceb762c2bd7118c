//! Why a request can't be used for a change.

use crate::change::error::RequestRefusal;
use crate::change::request::ChangeKind;

/// Why a request can't be used for a change.
#[derive(Debug, thiserror::Error)]
pub(super) enum RequestProblem {
    /// The request doesn't count.
    #[error(transparent)]
    Refused(#[from] RequestRefusal),
    /// A change used it.
    #[error("the request was used by the record at {0}")]
    Used(u64),
    /// Its requester withdrew it.
    #[error("the request was withdrawn by `{person}`, as the record at {index} says")]
    Withdrawn {
        /// The id of the requester.
        person: String,
        /// The index of the record of the withdrawal.
        index: u64,
    },
    /// A person who could have approved it rejected it.
    #[error("`{person}` rejected the request, as the record at {index} says; make another one")]
    Rejected {
        /// The id of the person.
        person: String,
        /// The index of the record of the rejection.
        index: u64,
    },
    /// It asks for something else.
    #[error("the request is for a {}, not for a {}", found.as_str(), wanted.as_str())]
    OtherKind {
        /// What it asks for.
        found: ChangeKind,
        /// What is to be done.
        wanted: ChangeKind,
    },
    /// There is nothing to ratify.
    #[error("no break-glass waits for a ratification")]
    NothingToRatify,
}
