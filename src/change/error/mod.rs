//! Why a request or an approval is refused. Each reason has its own message.

mod signature;
mod withdrawal;

pub use signature::{DocumentKind, SignatureRefusal};
pub use withdrawal::WithdrawalRefusal;

use super::limits::{MAX_APPROVALS, MAX_BREAK_GLASS_HOURS};
use crate::canonical::{Digest, DocumentError};
use crate::policy::promotion::limits::MAX_APPROVALS_REQUIRED;

/// Why bytes are no request or no approval.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RequestError {
    /// The bytes are not a document of these types.
    #[error(transparent)]
    Document(#[from] DocumentError),
    /// A field has a value that it may not have.
    #[error("`{field}` {problem}")]
    Field {
        /// The JSON pointer (RFC 6901) to the field.
        field: String,
        /// What is wrong with the field.
        problem: DocumentProblem,
    },
}

/// What is wrong with a field. The text is read after the field's name.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DocumentProblem {
    /// The document or a part of it is of another version.
    #[error("is not `{0}`")]
    Version(&'static str),
    /// The id holds no time.
    #[error("is not a UUID of version 7")]
    NotVersion7,
    /// The id of a key has another form.
    #[error("is not 8 lower-case hex digits")]
    KeyId,
    /// A text is empty or too long.
    #[error("has {found} bytes; there must be 1 to {limit}, not only white space")]
    Length {
        /// The bytes of the text.
        found: usize,
        /// The bytes that it may have.
        limit: usize,
    },
    /// A name holds a control character.
    #[error("holds a control character")]
    Control,
    /// A list is too long.
    #[error("has {found} entries; there may be {limit}")]
    Count {
        /// The entries of the list.
        found: usize,
        /// The entries that it may have.
        limit: usize,
    },
    /// The number of approvals is out of range.
    #[error("is {0}; there must be 1 to {MAX_APPROVALS_REQUIRED}")]
    Approvals(u32),
    /// A Statement has another number of subjects.
    #[error("has {0} entries; an approval has exactly one subject")]
    Subjects(usize),
    /// A Statement's subject is not the candidate that the predicate names.
    #[error("is not that of the effective document which `/predicate/toEffectiveDigest` names")]
    OtherSubject,
    /// An acknowledgement answers no group.
    #[error("is empty; only a line about a case has no group")]
    NoGroups,
    /// A list has an entry twice or out of order.
    #[error("is not in order, or has an entry twice")]
    NotInOrder,
    /// An approval ends before it begins.
    #[error("is not after `/predicate/decidedAt`")]
    EndsBefore,
    /// A break-glass statement ends before it begins.
    #[error("is not after `/issued_at`")]
    NotAfterIssue,
    /// A break-glass statement ends too late.
    #[error("is more than {MAX_BREAK_GLASS_HOURS} hours after `/issued_at`")]
    TooLate,
}

/// Why a request doesn't count.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RequestRefusal {
    /// Its signature doesn't count, or there is no such document.
    #[error(transparent)]
    Signature(#[from] SignatureRefusal),
    /// The request is about another candidate.
    #[error("the request is for another candidate: its `{field}` is {found}, not {wanted}")]
    OtherCandidate {
        /// The digest that differs, by its field in the request.
        field: &'static str,
        /// The digest in the request.
        found: Digest,
        /// The one that is expected.
        wanted: Digest,
    },
    /// The request is for another authority.
    #[error("the request is for the authority `{found}`, not for `{wanted}`")]
    OtherAuthority {
        /// Journal and key id in the request.
        found: String,
        /// Those that are expected.
        wanted: String,
    },
    /// Another policy is in force than the one that the request replaces, or it came into force by
    /// another record, so the request was used or overtaken.
    #[error("{}", other_in_force(.found, *.found_index, .wanted, *.wanted_index))]
    OtherInForce {
        /// The effective digest that the request replaces.
        found: Digest,
        /// The activation that the request replaces.
        found_index: u64,
        /// The effective digest in force.
        wanted: Digest,
        /// The activation in force.
        wanted_index: u64,
    },
    /// The criteria of the request are looser than those that the policies ask for.
    #[error(
        "the criteria of the request are looser than `promotion` of the policy in force and of the candidate asks for: `{field}` is {found}, not {wanted}"
    )]
    LooserCriteria {
        /// The first number that is looser.
        field: String,
        /// Its value in the request.
        found: String,
        /// The value that is asked for.
        wanted: String,
    },
    /// Another engine made the digests of the request.
    #[error("the request was made by another engine: `{field}` is {found}, not {wanted}")]
    OtherEngine {
        /// The field that differs.
        field: &'static str,
        /// The value in the request.
        found: String,
        /// The value of this engine.
        wanted: String,
    },
}

/// A person's statement about a request names another candidate than the request.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`/predicate/toEffectiveDigest` is {found}, but the request is for {wanted}")]
pub struct OtherTo {
    /// The digest in the statement.
    pub found: Digest,
    /// The digest in the request.
    pub wanted: Digest,
}

/// Why an approval or a rejection doesn't count.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ApprovalRefusal {
    /// Its signature doesn't count, or there is no such document.
    #[error(transparent)]
    Signature(#[from] SignatureRefusal),
    /// The approval is for another request.
    #[error("`/predicate/requestDigest` is {found}, not {wanted}, the digest of the request")]
    OtherRequest {
        /// The digest in the approval.
        found: Digest,
        /// The digest of the request.
        wanted: Digest,
    },
    /// The approval's subject is another policy.
    #[error("`/subject/0/digest/sha256` is not that of the candidate's effective document, {0}")]
    OtherSubject(Digest),
    /// The approval is for the replacement of another policy.
    #[error("`/predicate/fromEffectiveDigest` is {found}, but the request replaces {wanted}")]
    OtherFrom {
        /// The digest in the approval.
        found: Digest,
        /// The digest in the request.
        wanted: Digest,
    },
    /// The approval is for another candidate.
    #[error(transparent)]
    OtherTo(#[from] OtherTo),
    /// The person approves for other groups.
    #[error("`{person}` is in none of the groups that must approve: {}", groups.join(", "))]
    WrongGroup {
        /// The person's id.
        person: String,
        /// The groups that must approve.
        groups: Vec<String>,
    },
    /// The requester's own approval.
    #[error("`{0}` is the requester, and nobody approves a request of their own")]
    OwnRequest(String),
    /// The answer of the person whose break-glass is to be ratified.
    #[error("`{0}` broke the glass, and nobody ratifies a change of their own")]
    BrokeGlass(String),
    /// The person's approval has been counted already.
    #[error("`{0}` has approved already, and a person counts once")]
    CountedBefore(String),
    /// There are too many approvals to be counted.
    #[error("there are more than {MAX_APPROVALS} approvals")]
    TooMany,
}

/// Why an acknowledgement doesn't count.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AcknowledgementRefusal {
    /// Its signature doesn't count, or there is no such document.
    #[error(transparent)]
    Signature(#[from] SignatureRefusal),
    /// The acknowledgement is for the replacement of another policy.
    #[error("the acknowledgement is for the replacement of {found}, not of {wanted}")]
    OtherFrom {
        /// The digest in the acknowledgement.
        found: Digest,
        /// The effective digest that is replaced.
        wanted: Digest,
    },
    /// The acknowledgement is for another candidate.
    #[error("the acknowledgement is for the candidate {found}, not for {wanted}")]
    OtherTo {
        /// The digest in the acknowledgement.
        found: Digest,
        /// The effective digest of the candidate.
        wanted: Digest,
    },
    /// The semantic diff has no such line.
    #[error("the semantic diff of the two policies has no such line about `{0}`")]
    NotInDiff(String),
}

/// Why a break-glass statement doesn't count.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BreakGlassRefusal {
    /// Its signature doesn't count, or there is no such document.
    #[error(transparent)]
    Signature(#[from] SignatureRefusal),
    /// The statement is for another authority.
    #[error("the break-glass statement is for the authority `{found}`, not for `{wanted}`")]
    OtherAuthority {
        /// Journal and key id in the statement.
        found: String,
        /// Those that are expected.
        wanted: String,
    },
    /// Another record put the policy in force, so the statement was used or overtaken.
    #[error(
        "the break-glass statement replaces the policy of record {found}, but that of record {wanted} is in force"
    )]
    OtherActivation {
        /// The activation that the statement replaces.
        found: u64,
        /// The activation in force.
        wanted: u64,
    },
}

fn other_in_force(found: &Digest, found_index: u64, wanted: &Digest, wanted_index: u64) -> String {
    match found_index == wanted_index {
        // The record is the right one, so the pack of `--replaces` was another.
        true => format!(
            "the request replaces the policy {found}, but {wanted} is in force, by the same record \
             {wanted_index}: ask again with the pack in force as `--replaces`, which `cavra lifecycle \
             status` names"
        ),
        false => format!(
            "the request replaces the policy {found} of record {found_index}, but {wanted} of record \
             {wanted_index} is in force: ask again with `--activation-index {wanted_index}`"
        ),
    }
}
