//! Approvals and rejections: in-toto Statements, one envelope for each person.

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::error::{ApprovalRefusal, DocumentKind, DocumentProblem, RequestError};
use super::field::{name, text, wrong};
use super::limits::{MAX_APPROVAL_BYTES, MAX_REASON_BYTES};
use super::signed::{Claim, SignedDocument, Verified};
use crate::canonical::Digest;
use crate::keys::dsse::Envelope;
use crate::trust::Trust;
use crate::trust::document::PersonRole;
use crate::trust::signer::Signer;

/// The type of a Statement (in-toto attestation framework, `spec/v1/statement.md`).
pub const STATEMENT_TYPE: &str = "https://in-toto.io/Statement/v1";
/// The predicate type of an approval or a rejection.
pub const PREDICATE_TYPE: &str = "urn:cavra:attestation:policy-change-approval:v1";
/// The media type of a Statement: the `payloadType` of its DSSE envelope.
pub const MEDIA_TYPE: &str = "application/vnd.in-toto+json";
/// The name of the subject.
pub const SUBJECT_NAME: &str = "effective-document";

/// A person's answer to a change request, as an in-toto Statement. Its subject is the candidate's
/// effective document. Each person signs a Statement of their own, in an envelope of its own.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "PolicyChangeApproval")]
pub struct ApprovalStatement {
    /// The type of the document.
    #[serde(rename = "_type")]
    #[schemars(extend("const" = STATEMENT_TYPE))]
    pub statement_type: String,
    /// What the answer is about: exactly one subject.
    pub subject: Vec<Subject>,
    /// The type of the predicate.
    #[serde(rename = "predicateType")]
    #[schemars(extend("const" = PREDICATE_TYPE))]
    pub predicate_type: String,
    /// The answer.
    pub predicate: Approval,
}

/// What an answer is about.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "StatementSubject")]
pub struct Subject {
    /// Always `effective-document`.
    #[schemars(extend("const" = SUBJECT_NAME))]
    pub name: String,
    /// The digests of the subject.
    pub digest: SubjectDigest,
}

/// The digests of a subject.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SubjectDigest {
    /// SHA-256 over the candidate's effective document, 64 lower-case hex digits: the effective
    /// digest without `sha256:`.
    pub sha256: String,
}

/// What a person answers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schemars(rename = "PolicyChangeAnswer")]
pub struct Approval {
    /// SHA-256 over the canonical form (RFC 8785) of the request.
    pub request_digest: Digest,
    /// The effective digest of the policy that is replaced.
    pub from_effective_digest: Digest,
    /// The effective digest of the candidate.
    pub to_effective_digest: Digest,
    /// Whether the person approves or rejects the request.
    pub decision: Answer,
    /// Why, 1 to 4,096 bytes.
    pub reason: String,
    /// The person: the id or an alias of a person of the trust file.
    pub approver: String,
    /// When the answer was given, in UTC.
    pub decided_at: Timestamp,
    /// When an approval ends, in UTC. A rejection doesn't end.
    pub expires_at: Timestamp,
}

/// Approve or reject.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Answer {
    /// The change may be made.
    Approve,
    /// The change must not be made. One rejection that counts ends the request.
    Reject,
}

impl Answer {
    /// The name in documents.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Approve => "approve",
            Self::Reject => "reject",
        }
    }
}

impl Subject {
    /// The effective document with this digest.
    pub(super) fn of(effective: Digest) -> Self {
        Self {
            name: SUBJECT_NAME.to_owned(),
            digest: SubjectDigest {
                sha256: hex(effective),
            },
        }
    }
}

/// Whether a Statement is of the type `predicate_type`, and about one effective document: its
/// subject, if so. `types` are its own type and that of its predicate.
pub(super) fn check_frame<'a>(
    types: (&str, &str),
    predicate_type: &'static str,
    subjects: &'a [Subject],
) -> Result<&'a Subject, RequestError> {
    if types.0 != STATEMENT_TYPE {
        return Err(wrong("/_type", DocumentProblem::Version(STATEMENT_TYPE)));
    }
    if types.1 != predicate_type {
        let problem = DocumentProblem::Version(predicate_type);
        return Err(wrong("/predicateType", problem));
    }
    let [subject] = subjects else {
        let problem = DocumentProblem::Subjects(subjects.len());
        return Err(wrong("/subject", problem));
    };
    match subject.name == SUBJECT_NAME {
        true => Ok(subject),
        false => Err(wrong(
            "/subject/0/name",
            DocumentProblem::Version(SUBJECT_NAME),
        )),
    }
}

impl ApprovalStatement {
    /// The Statement that gives this answer.
    #[must_use]
    pub fn of(answer: Approval) -> Self {
        Self {
            statement_type: STATEMENT_TYPE.to_owned(),
            subject: vec![Subject::of(answer.to_effective_digest)],
            predicate_type: PREDICATE_TYPE.to_owned(),
            predicate: answer,
        }
    }

    /// Whether the subject is the document with this digest.
    #[must_use]
    pub fn is_about(&self, digest: Digest) -> bool {
        let mut subjects = self.subject.iter();
        subjects.all(|subject| subject.digest.sha256 == hex(digest))
    }

    /// The Statement in an envelope, and the person who signed it as its approver: one with the role
    /// `approve`, as of the time `at`.
    ///
    /// # Errors
    /// With the first reason why nobody approves or rejects anything by this envelope.
    pub fn verify<'t>(
        envelope: &Envelope,
        trust: &'t Trust,
        at: Timestamp,
    ) -> Result<Verified<'t, Self>, ApprovalRefusal> {
        let verified = Self::verify_signature(envelope, trust, at)?;
        let subject = verified.document.predicate.to_effective_digest;
        match verified.document.is_about(subject) {
            true => Ok(verified),
            false => Err(ApprovalRefusal::OtherSubject(subject)),
        }
    }
}

impl SignedDocument for ApprovalStatement {
    const KIND: DocumentKind = DocumentKind::Approval;
    const MEDIA_TYPE: &'static str = MEDIA_TYPE;
    const MAX_BYTES: usize = MAX_APPROVAL_BYTES;

    fn check(&self) -> Result<(), RequestError> {
        let types = (self.statement_type.as_str(), self.predicate_type.as_str());
        check_frame(types, PREDICATE_TYPE, &self.subject)?;
        name("/predicate/approver", &self.predicate.approver)?;
        text(
            "/predicate/reason",
            &self.predicate.reason,
            MAX_REASON_BYTES,
        )?;
        match self.predicate.expires_at > self.predicate.decided_at {
            true => Ok(()),
            false => Err(wrong("/predicate/expiresAt", DocumentProblem::EndsBefore)),
        }
    }

    fn claim(&self) -> Claim<'_> {
        let answer = &self.predicate;
        // What was rejected stays rejected.
        let ends = answer.decision == Answer::Approve;
        Claim {
            signer: Signer::WithRole {
                role: PersonRole::Approve,
                named: Some(&answer.approver),
            },
            from: Some(answer.decided_at),
            until: ends.then_some(answer.expires_at),
        }
    }
}

/// The hex digits alone, as Statements write digests.
pub(super) fn hex(digest: Digest) -> String {
    let text = digest.to_string();
    text.strip_prefix("sha256:").unwrap_or(&text).to_owned()
}
