//! Why a request or an approval is refused. Each reason has its own message.

mod withdrawal;

pub use withdrawal::WithdrawalRefusal;

use jiff::Timestamp;

use super::limits::{MAX_APPROVALS, MAX_BREAK_GLASS_HOURS};
use crate::canonical::{Digest, DocumentError};
use crate::keys::dsse::DsseError;
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
    /// The envelope can't be read.
    #[error(transparent)]
    Envelope(#[from] DsseError),
    /// The envelope holds no request.
    #[error(transparent)]
    Request(#[from] RequestError),
    /// The trust file approves nothing any more.
    #[error("the trust file expired at {0}")]
    TrustExpired(Timestamp),
    /// The requester is nobody of the trust file.
    #[error("the requester `{0}` is no person of the trust file")]
    UnknownRequester(String),
    /// Another number of signatures than one.
    #[error("the request has {0} signatures; its requester alone signs it")]
    Signatures(usize),
    /// Somebody else signed, or nobody whose key is known.
    #[error("the request is not signed by a key of its requester `{0}`")]
    NotByRequester(String),
    /// The request has ended.
    #[error("the request expired at {0}")]
    Expired(Timestamp),
    /// The request is about another candidate.
    #[error("the request is for the policy {found}, not for {wanted}")]
    OtherCandidate {
        /// The effective digest in the request.
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

/// Why an approval or a rejection doesn't count.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ApprovalRefusal {
    /// The envelope can't be read.
    #[error(transparent)]
    Envelope(#[from] DsseError),
    /// The envelope holds no approval.
    #[error(transparent)]
    Statement(#[from] RequestError),
    /// The trust file approves nothing any more.
    #[error("the trust file expired at {0}, so nothing is approved")]
    TrustExpired(Timestamp),
    /// Another number of signatures than one.
    #[error("the approval has {0} signatures; each approver has an envelope of their own")]
    Signatures(usize),
    /// No key of the trust file signed.
    #[error("the approval is not signed by any key of the trust file")]
    UnknownSigner,
    /// A service signed.
    #[error("the approval is signed by the service `{0}`; only people approve")]
    Service(String),
    /// Somebody signed for somebody else.
    #[error("the approval names `{named}` as its approver, but `{signer}` signed it")]
    OtherApprover {
        /// The approver that the Statement names.
        named: String,
        /// The id of the person who signed.
        signer: String,
    },
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
    #[error("`/predicate/toEffectiveDigest` is {found}, but the request is for {wanted}")]
    OtherTo {
        /// The digest in the approval.
        found: Digest,
        /// The digest in the request.
        wanted: Digest,
    },
    /// The approval has ended.
    #[error("the approval expired at {0}")]
    Expired(Timestamp),
    /// The approval was given later than the time of judgement.
    #[error("the approval was given at {0}, which is later than the time that is judged by")]
    NotYet(Timestamp),
    /// The person may not approve.
    #[error("`{0}` does not have the role `approve`")]
    WrongRole(String),
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
    /// The envelope can't be read.
    #[error(transparent)]
    Envelope(#[from] DsseError),
    /// The envelope holds no acknowledgement.
    #[error(transparent)]
    Statement(#[from] RequestError),
    /// The trust file approves nothing any more.
    #[error("the trust file expired at {0}, so nothing is acknowledged")]
    TrustExpired(Timestamp),
    /// Another number of signatures than one.
    #[error("the acknowledgement has {0} signatures; each person has an envelope of their own")]
    Signatures(usize),
    /// No key of the trust file signed.
    #[error("the acknowledgement is not signed by any key of the trust file")]
    UnknownSigner,
    /// A service signed.
    #[error("the acknowledgement is signed by the service `{0}`; only people acknowledge")]
    Service(String),
    /// Somebody signed for somebody else.
    #[error("the acknowledgement names `{named}`, but `{signer}` signed it")]
    OtherPerson {
        /// The person that the Statement names.
        named: String,
        /// The id of the person who signed.
        signer: String,
    },
    /// The person may not acknowledge.
    #[error("`{0}` does not have the role `explain`")]
    WrongRole(String),
    /// The acknowledgement was given later than the time of judgement.
    #[error("the acknowledgement was given at {0}, which is later than the time that is judged by")]
    NotYet(Timestamp),
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
    /// The envelope can't be read.
    #[error(transparent)]
    Envelope(#[from] DsseError),
    /// The envelope holds no statement.
    #[error(transparent)]
    Statement(#[from] RequestError),
    /// The trust file approves nothing any more.
    #[error("the trust file expired at {0}, so nobody breaks the glass")]
    TrustExpired(Timestamp),
    /// Another number of signatures than one.
    #[error("the break-glass statement has {0} signatures; one person alone signs it")]
    Signatures(usize),
    /// No key of the trust file signed.
    #[error("the break-glass statement is not signed by any key of the trust file")]
    UnknownSigner,
    /// A service signed.
    #[error(
        "the break-glass statement is signed by the service `{0}`; only people break the glass"
    )]
    Service(String),
    /// The person may not break the glass.
    #[error("`{0}` does not have the role `break_glass`")]
    WrongRole(String),
    /// The statement was signed later than the time of judgement.
    #[error(
        "the break-glass statement was issued at {0}, which is later than the time that is judged by"
    )]
    NotYet(Timestamp),
    /// The statement has ended.
    #[error("the break-glass statement expired at {0}")]
    Expired(Timestamp),
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
