//! A person's answer to a request for an approval: one document, one envelope, one signature.

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::error::{AnswerProblem, AnswerRefusal};
use super::limits::{
    MAX_ANSWER_BYTES, MAX_ANSWER_LIFETIME, MAX_CLOCK_SKEW, MAX_NAME_BYTES, MAX_REASON_BYTES,
};
use super::mac::Mac;
use crate::canonical::{Digest, DocumentError, read_canonical, to_canonical_bytes};
use crate::keys::dsse::Envelope;
use crate::trust::Trust;
use crate::trust::document::{Person, PersonRole};
use crate::trust::signer::Signer;

/// The document's `schema_version`.
pub const SCHEMA_VERSION: &str = "cavra.action-approval.v1";
/// The document's media type: the `payloadType` of its DSSE envelope.
pub const MEDIA_TYPE: &str = "application/vnd.cavra.action-approval+json";

/// A person's answer to a request that an action goes ahead. Each person signs a document of their
/// own, in an envelope of its own.
// `read_document` refuses unknown fields: serde can't, beside a flattened field.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(extend("additionalProperties" = false))]
pub struct ActionApproval {
    /// The document's version.
    #[schemars(extend("const" = SCHEMA_VERSION))]
    pub schema_version: String,
    /// What the answer is bound to.
    #[serde(flatten)]
    pub binding: Binding,
    /// Whether the person approves, denies, or takes the request back.
    pub decision: Answer,
    /// The person: the id or an alias of a person of the trust file.
    pub approver: String,
    /// Why, in the person's words, at most 1,024 bytes. It may be empty.
    pub reason: String,
    /// When the answer was given, in UTC.
    #[serde(rename = "decidedAt")]
    pub decided_at: Timestamp,
    /// When the answer ends, in UTC, at most 24 hours later: an approval can't be used after it, and
    /// until then a denial keeps the action from being asked for. A request can't be taken back by it
    /// after that time.
    #[serde(rename = "expiresAt")]
    pub expires_at: Timestamp,
}

/// What an answer is bound to: one request, and everything that it was made of.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Binding {
    /// The request: the id of the decision that asked for the approval.
    pub approval_id: Uuid,
    /// The name of the journal's log.
    pub journal_origin: String,
    /// The action, without who asks.
    pub action: Mac,
    /// The effective digest of the policy that asked.
    pub effective_digest: Digest,
    /// The version of the facts that were judged.
    pub facts_version: String,
}

/// Approve, deny or take back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[schemars(rename = "ActionAnswer")]
pub enum Answer {
    /// The action may be done, once.
    Approve,
    /// The action must not be done.
    Deny,
    /// The request is over. The action may be asked for again.
    Cancel,
}

impl Answer {
    /// The name in documents.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Approve => "approve",
            Self::Deny => "deny",
            Self::Cancel => "cancel",
        }
    }
}

impl Binding {
    /// The first field in which the two differ.
    fn differs_from(&self, other: &Self) -> Option<&'static str> {
        let fields = [
            ("approval_id", self.approval_id == other.approval_id),
            (
                "journal_origin",
                self.journal_origin == other.journal_origin,
            ),
            ("action", self.action == other.action),
            (
                "effective_digest",
                self.effective_digest == other.effective_digest,
            ),
            ("facts_version", self.facts_version == other.facts_version),
        ];
        let mut differing = fields.into_iter().filter(|(_, same)| !same);
        differing.next().map(|(name, _)| name)
    }
}

impl ActionApproval {
    /// Reads an answer as it is signed: in its RFC 8785 form.
    ///
    /// # Errors
    /// With the first field that is wrong.
    pub fn read(bytes: &[u8]) -> Result<Self, AnswerRefusal> {
        let answer: Self = read_canonical(bytes, MAX_ANSWER_BYTES)?;
        answer.check()?;
        Ok(answer)
    }

    /// The answer in an envelope, without checking a signature: to find out what it is about.
    ///
    /// # Errors
    /// If the envelope holds something else.
    pub fn unverified(envelope: &Envelope) -> Result<Self, AnswerRefusal> {
        Self::read(&envelope.unverified(MEDIA_TYPE)?)
    }

    /// The RFC 8785 bytes of a sound answer: what is signed.
    ///
    /// # Errors
    /// With the first field that is wrong.
    pub fn to_signed_bytes(&self) -> Result<Vec<u8>, AnswerRefusal> {
        self.check()?;
        Ok(to_canonical_bytes(self).map_err(|_| DocumentError::NotCanonical)?)
    }

    fn check(&self) -> Result<(), AnswerRefusal> {
        let field = |field, problem| Err(AnswerRefusal::Field { field, problem });
        if self.schema_version != SCHEMA_VERSION {
            return field("schema_version", AnswerProblem::Version);
        }
        let name = self.approver.len();
        if name == 0 || name > MAX_NAME_BYTES || self.approver.chars().any(char::is_control) {
            return field("approver", AnswerProblem::Name);
        }
        if self.reason.len() > MAX_REASON_BYTES || self.reason.chars().any(char::is_control) {
            return field("reason", AnswerProblem::Reason);
        }
        if self.expires_at <= self.decided_at {
            return field("expiresAt", AnswerProblem::EndsBefore);
        }
        match self.expires_at.duration_since(self.decided_at) > MAX_ANSWER_LIFETIME {
            true => field("expiresAt", AnswerProblem::TooLong),
            false => Ok(()),
        }
    }
}

/// The answer in an envelope, and the person who signed it as its approver: one with the role
/// `approve`. It must be an answer to `binding`, and hold at the time `at`.
///
/// # Errors
/// With the first reason why nobody answers the request by this envelope.
pub fn verify<'t>(
    envelope: &Envelope,
    binding: &Binding,
    trust: &'t Trust,
    at: Timestamp,
) -> Result<(ActionApproval, &'t Person), AnswerRefusal> {
    let signed = trust.open(envelope, MEDIA_TYPE)?;
    let answer = ActionApproval::read(&signed.payload)?;
    let approver = Signer::WithRole {
        role: PersonRole::Approve,
        named: Some(&answer.approver),
    };
    let person = signed.signer(approver, at)?;
    if let Some(field) = answer.binding.differs_from(binding) {
        return Err(AnswerRefusal::OtherRequest(field));
    }
    if answer.decided_at > at.saturating_add(MAX_CLOCK_SKEW).unwrap_or(at) {
        return Err(AnswerRefusal::NotYet(answer.decided_at));
    }
    match at >= answer.expires_at {
        true => Err(AnswerRefusal::Expired(answer.expires_at)),
        false => Ok((answer, person)),
    }
}
