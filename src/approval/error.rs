//! Why an answer is refused.

use jiff::Timestamp;

use super::limits::{MAX_ANSWER_LIFETIME, MAX_NAME_BYTES, MAX_REASON_BYTES};
use crate::canonical::DocumentError;
use crate::keys::dsse::DsseError;

/// Why an answer doesn't count.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AnswerRefusal {
    /// The envelope can't be read, or holds something else.
    #[error(transparent)]
    Envelope(#[from] DsseError),
    /// The document is not an answer.
    #[error(transparent)]
    Document(#[from] DocumentError),
    /// A field has a value that it may not have.
    #[error("`{field}` {problem}")]
    Field {
        /// The field.
        field: &'static str,
        /// What is wrong with it.
        problem: AnswerProblem,
    },
    /// The trust file approves nothing any more.
    #[error("the trust file ended at {0}: nobody can approve")]
    TrustExpired(Timestamp),
    /// An answer has one signature.
    #[error("the answer has {0} signatures; each person signs an envelope of their own")]
    Signatures(usize),
    /// No key of the trust file in force signed the answer.
    #[error("no key of the trust file in force signed the answer")]
    UnknownSigner,
    /// A service can't approve.
    #[error("the service `{0}` signed the answer; only people can approve")]
    Service(String),
    /// The answer names somebody else.
    #[error("the answer names `{named}` as its approver, and `{signer}` signed it")]
    OtherApprover {
        /// The name in the answer.
        named: String,
        /// The id of the person who signed.
        signer: String,
    },
    /// The person has another role.
    #[error("`{0}` does not have the role `approve`")]
    WrongRole(String),
    /// The answer is about something else.
    #[error("the answer is for another `{0}` than that of the request")]
    OtherRequest(&'static str),
    /// The answer is from the future.
    #[error("the answer is of {0}, which is not yet")]
    NotYet(Timestamp),
    /// The answer ended.
    #[error("the answer ended at {0}")]
    Expired(Timestamp),
    /// Nobody approves what they asked for.
    #[error("`{person}` asked for it, as `{name}`: nobody approves their own request")]
    OwnRequest {
        /// The id of the person.
        person: String,
        /// The name by which the person asked.
        name: String,
    },
    /// The person is in none of the groups.
    #[error("`{person}` is in none of the groups that must approve: {groups}")]
    WrongGroup {
        /// The id of the person.
        person: String,
        /// The groups, in words.
        groups: String,
    },
}

/// What is wrong with a field of an answer. The text is read after the field's name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum AnswerProblem {
    /// The document is of another version.
    #[error("is not `{}`", super::answer::SCHEMA_VERSION)]
    Version,
    /// The name is empty, too long or unprintable.
    #[error("is empty, has a control character, or has more than {MAX_NAME_BYTES} bytes")]
    Name,
    /// The reason is too long or unprintable.
    #[error("has a control character, or has more than {MAX_REASON_BYTES} bytes")]
    Reason,
    /// The answer ends before it begins.
    #[error("is not after `decidedAt`")]
    EndsBefore,
    /// The answer lasts too long.
    #[error("is more than {} hours after `decidedAt`", MAX_ANSWER_LIFETIME.as_hours())]
    TooLong,
}
