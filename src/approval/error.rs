//! Why an answer is refused.

use jiff::Timestamp;

use super::limits::{MAX_ANSWER_LIFETIME, MAX_NAME_BYTES, MAX_REASON_BYTES};
use crate::canonical::DocumentError;
use crate::keys::dsse::DsseError;
use crate::trust::signer::SignerProblem;

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
    /// Nobody who may approve signed the answer.
    #[error("{}", not_signed(.0))]
    Signer(SignerProblem),
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

impl From<SignerProblem> for AnswerRefusal {
    fn from(problem: SignerProblem) -> Self {
        Self::Signer(problem)
    }
}

fn not_signed(problem: &SignerProblem) -> String {
    match problem {
        SignerProblem::TrustExpired(at) => {
            format!("the trust file ended at {at}: nobody can approve")
        }
        SignerProblem::Signatures(found) => {
            format!("the answer has {found} signatures; each person signs an envelope of their own")
        }
        SignerProblem::UnknownKey => {
            "no key of the trust file in force signed the answer".to_owned()
        }
        SignerProblem::Service(id) => {
            format!("the service `{id}` signed the answer; only people can approve")
        }
        SignerProblem::OtherPerson { named, signer } => {
            format!("the answer names `{named}` as its approver, and `{signer}` signed it")
        }
        SignerProblem::WrongRole { person, role } => {
            format!("`{person}` does not have the role `{}`", role.as_str())
        }
        SignerProblem::UnknownPerson(name) | SignerProblem::NotByNamed(name) => {
            format!("the answer is not signed by a key of `{name}`")
        }
    }
}
