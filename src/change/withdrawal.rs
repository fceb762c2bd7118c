//! Withdrawals of requests: the requester takes a request back, which ends it.

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::approval::{MEDIA_TYPE, STATEMENT_TYPE, Subject};
use super::error::{DocumentKind, RequestError, WithdrawalRefusal};
use super::field::{name, text};
use super::limits::{MAX_REASON_BYTES, MAX_WITHDRAWAL_BYTES};
use super::requested::Requested;
use super::signed::{Claim, SignedDocument};
use super::statement;
use crate::canonical::Digest;
use crate::trust::document::Person;
use crate::trust::signer::Signer;

/// The predicate type of a withdrawal.
pub const PREDICATE_TYPE: &str = "urn:cavra:attestation:policy-change-withdrawal:v1";

/// The withdrawal of a change request, as an in-toto Statement. Its subject is the candidate's
/// effective document. The requester alone signs it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "PolicyChangeWithdrawal")]
pub struct WithdrawalStatement {
    /// The type of the document.
    #[serde(rename = "_type")]
    #[schemars(extend("const" = STATEMENT_TYPE))]
    pub statement_type: String,
    /// What the request is about: exactly one subject.
    pub subject: Vec<Subject>,
    /// The type of the predicate.
    #[serde(rename = "predicateType")]
    #[schemars(extend("const" = PREDICATE_TYPE))]
    pub predicate_type: String,
    /// The withdrawal.
    pub predicate: Withdrawal,
}

/// What is withdrawn, by whom and why.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Withdrawal {
    /// SHA-256 over the canonical form (RFC 8785) of the request.
    pub request_digest: Digest,
    /// The effective digest of the candidate.
    pub to_effective_digest: Digest,
    /// Why, 1 to 4,096 bytes.
    pub reason: String,
    /// The requester: the id or an alias of a person of the trust file.
    pub withdrawn_by: String,
    /// When the request was withdrawn, in UTC. A withdrawal doesn't end.
    pub withdrawn_at: Timestamp,
}

impl WithdrawalStatement {
    /// The Statement that says this.
    #[must_use]
    pub fn of(withdrawal: Withdrawal) -> Self {
        Self {
            statement_type: STATEMENT_TYPE.to_owned(),
            subject: vec![Subject::of(withdrawal.to_effective_digest)],
            predicate_type: PREDICATE_TYPE.to_owned(),
            predicate: withdrawal,
        }
    }

    /// Whether this withdraws `requested`, and `person`, who signed it, is the requester.
    ///
    /// # Errors
    /// With the first reason why it doesn't.
    pub fn check_about(
        &self,
        requested: &Requested,
        person: &Person,
    ) -> Result<(), WithdrawalRefusal> {
        let withdrawal = &self.predicate;
        let (found, wanted) = (withdrawal.request_digest, requested.digest);
        if found != wanted {
            return Err(WithdrawalRefusal::OtherRequest { found, wanted });
        }
        requested.check_candidate(withdrawal.to_effective_digest)?;
        match person.id == requested.requester {
            true => Ok(()),
            false => Err(WithdrawalRefusal::NotRequester {
                person: person.id.clone(),
                requester: requested.requester.clone(),
            }),
        }
    }
}

impl SignedDocument for WithdrawalStatement {
    const KIND: DocumentKind = DocumentKind::Withdrawal;
    const MEDIA_TYPE: &'static str = MEDIA_TYPE;
    const MAX_BYTES: usize = MAX_WITHDRAWAL_BYTES;

    fn check(&self) -> Result<(), RequestError> {
        let types = (self.statement_type.as_str(), self.predicate_type.as_str());
        let withdrawal = &self.predicate;
        let to = withdrawal.to_effective_digest;
        statement::check_about(types, PREDICATE_TYPE, &self.subject, to)?;
        name("/predicate/withdrawnBy", &withdrawal.withdrawn_by)?;
        text("/predicate/reason", &withdrawal.reason, MAX_REASON_BYTES)
    }

    /// Whether the person asked for the change is for [`Self::check_about`].
    fn claim(&self) -> Claim<'_> {
        Claim {
            signer: Signer::Named(&self.predicate.withdrawn_by),
            from: Some(self.predicate.withdrawn_at),
            until: None,
        }
    }
}
