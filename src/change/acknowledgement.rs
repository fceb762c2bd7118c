//! Acknowledgements: a person answers for what one line of the semantic diff loosened in a shadow
//! report.
//!
//! An acknowledgement names the groups of divergences that it answers, by their ids. An id is a
//! digest over the group's key and both policies, so a group that appears later, and every group of
//! another policy, is unanswered.

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::approval::{MEDIA_TYPE, STATEMENT_TYPE, Subject};
use super::error::{AcknowledgementRefusal, DocumentKind, DocumentProblem, RequestError};
use super::field::{count, name, text, wrong};
use super::limits::{
    MAX_ACKNOWLEDGED_GROUPS, MAX_ACKNOWLEDGEMENT_BYTES, MAX_LINE_BYTES, MAX_REASON_BYTES,
};
use super::signed::{Claim, SignedDocument, Verified};
use super::statement;
use crate::canonical::Digest;
use crate::keys::dsse::Envelope;
use crate::policy::diff::{Change, Diff};
use crate::trust::Trust;
use crate::trust::document::PersonRole;
use crate::trust::signer::Signer;

/// The predicate type of an acknowledgement.
pub const PREDICATE_TYPE: &str = "urn:cavra:attestation:policy-change-acknowledgement:v1";
/// How the paths of cases begin in the semantic diff. What a removed case protected is in no
/// traffic, so its acknowledgement names no group.
const CASES: &str = "cases[";

/// A person's answer for what a candidate loosens, as an in-toto Statement. Its subject is the
/// candidate's effective document.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "PolicyChangeAcknowledgement")]
pub struct AcknowledgementStatement {
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
    pub predicate: Acknowledgement,
}

/// What a person answers for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Acknowledgement {
    /// The effective digest of the policy that is replaced.
    pub from_effective_digest: Digest,
    /// The effective digest of the candidate.
    pub to_effective_digest: Digest,
    /// The line of the semantic diff that causes the groups.
    pub line: Change,
    /// The ids of the groups in the shadow report, in order, at most 256. Only for a line about a
    /// case there is none.
    pub groups: Vec<Digest>,
    /// Why the change is intended, 1 to 4,096 bytes.
    pub reason: String,
    /// The person: the id or an alias of a person of the trust file.
    pub acknowledged_by: String,
    /// When the answer was given, in UTC.
    pub acknowledged_at: Timestamp,
}

impl AcknowledgementStatement {
    /// The Statement that gives this answer.
    #[must_use]
    pub fn of(answer: Acknowledgement) -> Self {
        Self {
            statement_type: STATEMENT_TYPE.to_owned(),
            subject: vec![Subject::of(answer.to_effective_digest)],
            predicate_type: PREDICATE_TYPE.to_owned(),
            predicate: answer,
        }
    }

    /// The Statement in an envelope and the person who signed it, if it is about a line of `diff`, the
    /// change from one policy to another.
    ///
    /// # Errors
    /// With the first reason why it doesn't count for this change.
    pub fn verify_for<'t>(
        envelope: &Envelope,
        trust: &'t Trust,
        at: Timestamp,
        (from, to, diff): (Digest, Digest, &Diff),
    ) -> Result<Verified<'t, Self>, AcknowledgementRefusal> {
        let verified = Self::verify_signature(envelope, trust, at)?;
        verified.document.predicate.check_about(from, to, diff)?;
        Ok(verified)
    }
}

impl SignedDocument for AcknowledgementStatement {
    const KIND: DocumentKind = DocumentKind::Acknowledgement;
    const MEDIA_TYPE: &'static str = MEDIA_TYPE;
    const MAX_BYTES: usize = MAX_ACKNOWLEDGEMENT_BYTES;

    fn check(&self) -> Result<(), RequestError> {
        let types = (self.statement_type.as_str(), self.predicate_type.as_str());
        let answer = &self.predicate;
        let to = answer.to_effective_digest;
        statement::check_about(types, PREDICATE_TYPE, &self.subject, to)?;
        name("/predicate/acknowledgedBy", &answer.acknowledged_by)?;
        text("/predicate/reason", &answer.reason, MAX_REASON_BYTES)?;
        text("/predicate/line/path", &answer.line.path, MAX_LINE_BYTES)?;
        answer.check_groups()
    }

    fn claim(&self) -> Claim<'_> {
        let answer = &self.predicate;
        Claim {
            signer: Signer::WithRole {
                role: PersonRole::Explain,
                named: Some(&answer.acknowledged_by),
            },
            from: Some(answer.acknowledged_at),
            until: None,
        }
    }
}

impl Acknowledgement {
    /// Whether the answer is about a change between these policies, and its line is one of theirs.
    ///
    /// # Errors
    /// With the first thing that is of another change.
    pub fn check_about(
        &self,
        from: Digest,
        to: Digest,
        diff: &Diff,
    ) -> Result<(), AcknowledgementRefusal> {
        self.check_policies(from, to)?;
        match diff.changes().any(|line| *line == self.line) {
            true => Ok(()),
            false => Err(AcknowledgementRefusal::NotInDiff(self.line.path.clone())),
        }
    }

    /// Whether the answer is about a change between these policies.
    ///
    /// # Errors
    /// If it is about another one.
    pub fn check_policies(&self, from: Digest, to: Digest) -> Result<(), AcknowledgementRefusal> {
        let (found, wanted) = (self.from_effective_digest, from);
        if found != wanted {
            return Err(AcknowledgementRefusal::OtherFrom { found, wanted });
        }
        let (found, wanted) = (self.to_effective_digest, to);
        match found == wanted {
            true => Ok(()),
            false => Err(AcknowledgementRefusal::OtherTo { found, wanted }),
        }
    }

    /// The case of the replaced policy that the candidate no longer has as it was, if the answer is
    /// for that.
    #[must_use]
    pub fn lost_case(&self) -> Option<&str> {
        let line = &self.line;
        let case = line.path.strip_prefix(CASES)?.strip_suffix(']')?;
        line.from.is_some().then_some(case)
    }

    fn check_groups(&self) -> Result<(), RequestError> {
        const FIELD: &str = "/predicate/groups";
        count(FIELD, self.groups.len(), MAX_ACKNOWLEDGED_GROUPS)?;
        if self.groups.is_empty() && !self.line.path.starts_with(CASES) {
            return Err(wrong(FIELD, DocumentProblem::NoGroups));
        }
        match self.groups.is_sorted_by(|one, next| one < next) {
            true => Ok(()),
            false => Err(wrong(FIELD, DocumentProblem::NotInOrder)),
        }
    }
}
