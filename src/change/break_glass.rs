//! `cavra.policy-change.break-glass.v1`: one person puts a policy in force in an emergency, without
//! approvals.
//!
//! The person is known by the key: one of a person of the trust file with the role `break_glass`.

use jiff::{SignedDuration, Timestamp};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::error::{BreakGlassRefusal, DocumentKind, DocumentProblem, RequestError};
use super::field::{key_id, name, text, wrong};
use super::limits::{MAX_BREAK_GLASS_BYTES, MAX_BREAK_GLASS_HOURS, MAX_REASON_BYTES};
use super::request::Replaced;
use super::signed::{Claim, SignedDocument};
use crate::canonical::Digest;
use crate::keys::dsse::Envelope;
use crate::trust::document::{Person, PersonRole};
use crate::trust::signer::Signer;
use crate::trust::{Holder, Trust};

/// The document's `schema_version`.
pub const SCHEMA_VERSION: &str = "cavra.policy-change.break-glass.v1";
/// The document's media type: the `payloadType` of its DSSE envelope.
pub const MEDIA_TYPE: &str = "application/vnd.cavra.policy-change-break-glass+json";

/// A person's statement that a policy comes into force at once, under one authority, because of an
/// incident. It counts once.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "PolicyChangeBreakGlass")]
pub struct BreakGlass {
    /// The document's version.
    #[schemars(extend("const" = SCHEMA_VERSION))]
    pub schema_version: String,
    /// The name of the authority's journal.
    pub journal_origin: String,
    /// The id of the key that signs the journal's checkpoints, 8 lower-case hex digits.
    pub log_key_id: String,
    /// The position in the journal of the record that put the policy in force that is replaced.
    pub activation_index: u64,
    /// SHA-256 over the names and digests of all files of the pack that is to come into force and
    /// of its ancestors. The authority's store keeps this bundle.
    pub bundle_digest: Digest,
    /// What happened, as others can look it up, such as the id of a ticket: 1 to 256 bytes.
    pub incident: String,
    /// Why the policy must come into force at once, 1 to 4,096 bytes.
    pub reason: String,
    /// When the statement was signed, in UTC.
    pub issued_at: Timestamp,
    /// Until when the statement counts and the policy should be ratified, in UTC: at most 24 hours
    /// after `issued_at`.
    pub expires_at: Timestamp,
}

/// A statement that counts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VerifiedBreakGlass {
    /// The statement.
    pub statement: BreakGlass,
    /// SHA-256 over the bytes that were signed.
    pub digest: Digest,
    /// The id of the person who signed it.
    pub person: String,
}

impl BreakGlass {
    /// Whether the statement is about this authority and this activation.
    ///
    /// # Errors
    /// With the first thing that is another one.
    pub fn check_place(&self, in_force: &Replaced) -> Result<(), BreakGlassRefusal> {
        let authority = |origin: &str, key: &str| format!("{origin}+{key}");
        let found = authority(&self.journal_origin, &self.log_key_id);
        let wanted = authority(&in_force.journal_origin, &in_force.log_key_id);
        if found != wanted {
            return Err(BreakGlassRefusal::OtherAuthority { found, wanted });
        }
        let (found, wanted) = (self.activation_index, in_force.activation_index);
        match found == wanted {
            true => Ok(()),
            false => Err(BreakGlassRefusal::OtherActivation { found, wanted }),
        }
    }
}

impl SignedDocument for BreakGlass {
    const KIND: DocumentKind = DocumentKind::BreakGlass;
    const MEDIA_TYPE: &'static str = MEDIA_TYPE;
    const MAX_BYTES: usize = MAX_BREAK_GLASS_BYTES;

    fn check(&self) -> Result<(), RequestError> {
        if self.schema_version != SCHEMA_VERSION {
            let problem = DocumentProblem::Version(SCHEMA_VERSION);
            return Err(wrong("/schema_version", problem));
        }
        name("/journal_origin", &self.journal_origin)?;
        key_id("/log_key_id", &self.log_key_id)?;
        name("/incident", &self.incident)?;
        text("/reason", &self.reason, MAX_REASON_BYTES)?;
        let lasts = self.expires_at.duration_since(self.issued_at);
        if lasts <= SignedDuration::ZERO {
            return Err(wrong("/expires_at", DocumentProblem::NotAfterIssue));
        }
        match lasts > SignedDuration::from_hours(MAX_BREAK_GLASS_HOURS) {
            true => Err(wrong("/expires_at", DocumentProblem::TooLate)),
            false => Ok(()),
        }
    }

    fn claim(&self) -> Claim<'_> {
        Claim {
            signer: Signer::WithRole {
                role: PersonRole::BreakGlass,
                named: None,
            },
            from: Some(self.issued_at),
            until: Some(self.expires_at),
        }
    }
}

impl VerifiedBreakGlass {
    /// Verifies a statement as of the time `at`.
    ///
    /// # Errors
    /// With the first reason why the statement doesn't count.
    pub fn verify(
        envelope: &Envelope,
        trust: &Trust,
        at: Timestamp,
    ) -> Result<Self, BreakGlassRefusal> {
        let verified = BreakGlass::verify_signature(envelope, trust, at)?;
        Ok(Self {
            statement: verified.document,
            digest: verified.digest,
            person: verified.person.id.clone(),
        })
    }
}

/// The person of the trust file whose key signed a statement, whatever the person may do and
/// whether or not the statement counts now.
#[must_use]
pub fn signer<'t>(envelope: &Envelope, trust: &'t Trust) -> Option<&'t Person> {
    let signed = envelope.signed_by(MEDIA_TYPE, trust.keys()).ok()?;
    let mut holders = signed.keys.iter().filter_map(|key| trust.holder(key));
    holders.find_map(|holder| match holder {
        Holder::Person(person) => Some(person),
        Holder::Service(_) => None,
    })
}
