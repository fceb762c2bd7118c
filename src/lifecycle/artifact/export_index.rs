//! `policy-lifecycle-export.json`

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::lifecycle_plan::References;
use crate::canonical::Digest;
use crate::policy::decision::PolicyIdentity;

/// The artifact's `schema_version`.
pub const SCHEMA_VERSION: &str = "cavra.policy-lifecycle.export.v1";

/// What lies in an export, by digest.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(
    missing_docs,
    reason = "names say it; see `formats.md` for the shared ones"
)]
pub struct ExportIndex {
    pub schema_version: String,
    pub policy_id: String,
    pub policy_version: String,
    pub policy_digest: Digest,
    pub effective_digest: Digest,
    pub generated_at: Timestamp,
    pub references: References,
    pub artifacts: Vec<IndexEntry>,
}

/// One file of an export.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct IndexEntry {
    /// Such as `lint_report`.
    pub name: String,
    /// Relative to the index.
    pub path: String,
    /// Of the artifact.
    pub schema_version: String,
    /// SHA-256 over the artifact's canonical JSON (RFC 8785).
    pub sha256: Digest,
}

impl ExportIndex {
    pub(crate) fn of(
        identity: &PolicyIdentity,
        generated_at: Timestamp,
        artifacts: Vec<IndexEntry>,
    ) -> Self {
        Self {
            schema_version: SCHEMA_VERSION.to_owned(),
            policy_id: identity.id.to_string(),
            policy_version: identity.version.to_string(),
            policy_digest: identity.policy_digest,
            effective_digest: identity.effective_digest,
            generated_at,
            references: References::of(identity),
            artifacts,
        }
    }
}
