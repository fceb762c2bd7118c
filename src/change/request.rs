//! `cavra.policy-change.request.v1`: a person asks that a policy comes into force.

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use uuid::{Uuid, Version};

use super::error::{DocumentKind, DocumentProblem, RequestError};
use super::field::{count, key_id, name, text, wrong};
use super::limits::{MAX_EVIDENCE, MAX_REASON_BYTES, MAX_REMOVED_CASES, MAX_REQUEST_BYTES};
use super::signed::{Claim, SignedDocument};
use crate::canonical::Digest;
use crate::policy::promotion::Criteria;
use crate::policy::promotion::limits::MAX_APPROVALS_REQUIRED;
use crate::trust::signer::Signer;

/// The document's `schema_version`.
pub const SCHEMA_VERSION: &str = "cavra.policy-change.request.v1";
/// The document's media type: the `payloadType` of its DSSE envelope.
pub const MEDIA_TYPE: &str = "application/vnd.cavra.policy-change-request+json";

/// A request that a policy comes into force in the place of another, under one authority. Its
/// requester signs it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ChangeRequest {
    /// The document's version.
    #[schemars(extend("const" = SCHEMA_VERSION))]
    pub schema_version: String,
    /// The request's id, a UUID of version 7, so it holds the time of the request.
    pub request_id: Uuid,
    /// What is asked for.
    pub kind: ChangeKind,
    /// The policy that is to come into force, or that is to stay in force.
    pub candidate: CandidateDigests,
    /// What it replaces, and where.
    pub replaces: Replaced,
    /// The engine that the digests were made by.
    pub engine: EngineIdentity,
    /// What must be true before the candidate may come into force.
    pub criteria: Criteria,
    /// The evidence that the criteria are met, at most 64 pieces.
    pub evidence: Vec<EvidenceDigest>,
    /// The ids of the cases of the replaced policy that the candidate lacks and decides otherwise than
    /// they expect, at most 1,024.
    pub removed_cases: Vec<String>,
    /// The requester: the id or an alias of a person of the trust file.
    pub requested_by: String,
    /// Why the change is wanted, 1 to 4,096 bytes.
    pub reason: String,
    /// When the request ends, in UTC.
    pub expires_at: Timestamp,
    /// Until when the approvals cover one return to the replaced policy too, in UTC.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rollback_until: Option<Timestamp>,
}

/// What a request asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ChangeKind {
    /// A candidate comes into force.
    Promotion,
    /// A policy that was in force before returns.
    Rollback,
    /// A policy that came into force by break-glass stays in force.
    Ratification,
}

impl ChangeKind {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Promotion, Self::Rollback, Self::Ratification];

    /// The kind with this name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == name)
    }

    /// The name in documents.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Promotion => "promotion",
            Self::Rollback => "rollback",
            Self::Ratification => "ratification",
        }
    }
}

/// Which policy is to come into force.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CandidateDigests {
    /// SHA-256 over the names and digests of all files of the pack and its ancestors.
    pub bundle_digest: Digest,
    /// SHA-256 over the canonical JSON of the pack's own `policy.yaml`.
    pub policy_digest: Digest,
    /// SHA-256 over everything that decides.
    pub effective_digest: Digest,
    /// SHA-256 over the names and digests of the pack's `cases/*.yaml`.
    pub cases_digest: Digest,
}

impl CandidateDigests {
    /// The fields that differ: the name, the digest here, and the one of `wanted`.
    pub fn differences(
        &self,
        wanted: &Self,
    ) -> impl Iterator<Item = (&'static str, Digest, Digest)> + use<> {
        let fields = |it: &Self| {
            [
                ("effective_digest", it.effective_digest),
                ("bundle_digest", it.bundle_digest),
                ("policy_digest", it.policy_digest),
                ("cases_digest", it.cases_digest),
            ]
        };
        let pairs = fields(self).into_iter().zip(fields(wanted));
        let fields = pairs.map(|((name, found), (_, wanted))| (name, found, wanted));
        fields.filter(|(_, found, wanted)| found != wanted)
    }
}

/// What a change replaces, and under which authority: an approval for staging is none for
/// production.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Replaced {
    /// The name of the authority's journal.
    pub journal_origin: String,
    /// The id of the key that signs the journal's checkpoints, 8 lower-case hex digits.
    pub log_key_id: String,
    /// The effective digest of the policy in force. Of a ratification: that of the policy that
    /// break-glass replaced.
    pub effective_digest: Digest,
    /// The position in the journal of the record that put the policy in force.
    pub activation_index: u64,
}

/// The engine that made the digests of a request.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct EngineIdentity {
    /// The version of CAVRA.
    pub cavra_version: String,
    /// SHA-256 over the base rules, the library `cavra.lib` and the version of the facts.
    pub base_rules_digest: Digest,
    /// The version of the facts.
    pub facts_version: String,
}

/// One piece of evidence.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct EvidenceDigest {
    /// What the evidence is, such as `shadow_report`.
    pub name: String,
    /// SHA-256 over the evidence in its canonical form (RFC 8785).
    pub digest: Digest,
}

impl ChangeRequest {
    fn check_replaced(&self) -> Result<(), RequestError> {
        key_id("/replaces/log_key_id", &self.replaces.log_key_id)?;
        name("/replaces/journal_origin", &self.replaces.journal_origin)
    }
}

impl SignedDocument for ChangeRequest {
    const KIND: DocumentKind = DocumentKind::Request;
    const MEDIA_TYPE: &'static str = MEDIA_TYPE;
    const MAX_BYTES: usize = MAX_REQUEST_BYTES;

    fn check(&self) -> Result<(), RequestError> {
        if self.schema_version != SCHEMA_VERSION {
            return Err(wrong(
                "/schema_version",
                DocumentProblem::Version(SCHEMA_VERSION),
            ));
        }
        if self.request_id.get_version() != Some(Version::SortRand) {
            return Err(wrong("/request_id", DocumentProblem::NotVersion7));
        }
        self.check_replaced()?;
        name("/engine/cavra_version", &self.engine.cavra_version)?;
        name("/engine/facts_version", &self.engine.facts_version)?;
        let required = self.criteria.approvals_required;
        if !(1..=MAX_APPROVALS_REQUIRED).contains(&required) {
            let problem = DocumentProblem::Approvals(required);
            return Err(wrong("/criteria/approvals_required", problem));
        }
        count("/evidence", self.evidence.len(), MAX_EVIDENCE)?;
        for (index, evidence) in self.evidence.iter().enumerate() {
            name(&format!("/evidence/{index}/name"), &evidence.name)?;
        }
        count(
            "/removed_cases",
            self.removed_cases.len(),
            MAX_REMOVED_CASES,
        )?;
        for (index, case) in self.removed_cases.iter().enumerate() {
            name(&format!("/removed_cases/{index}"), case)?;
        }
        name("/requested_by", &self.requested_by)?;
        text("/reason", &self.reason, MAX_REASON_BYTES)
    }

    fn claim(&self) -> Claim<'_> {
        Claim {
            signer: Signer::Named(&self.requested_by),
            from: None,
            until: Some(self.expires_at),
        }
    }
}
