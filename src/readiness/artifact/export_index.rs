//! `policy-lifecycle-export.json`

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::lifecycle_plan::References;
use crate::canonical::Digest;
use crate::decision::PolicyIdentity;

/// The artifact's `schema_version`.
pub const SCHEMA_VERSION: &str = "cavra.policy-lifecycle.export.v1";

/// The list of the other artifacts, with their digests.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ExportIndex {
    /// The document's version.
    #[schemars(extend("const" = SCHEMA_VERSION))]
    pub schema_version: String,
    /// The pack's id.
    pub policy_id: String,
    /// The pack's `metadata.version`.
    pub policy_version: String,
    /// SHA-256 over the canonical JSON of the pack's own `policy.yaml`.
    pub policy_digest: Digest,
    /// SHA-256 over everything that decides.
    pub effective_digest: Digest,
    /// When the artifacts were made, in UTC.
    pub generated_at: Timestamp,
    /// References to the policy's other documents.
    pub references: References,
    /// The other artifacts.
    pub artifacts: Vec<IndexEntry>,
}

/// One file of an export.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct IndexEntry {
    /// The artifact's name, such as `lint_report`.
    pub name: String,
    /// The file's path, relative to the folder of this document.
    pub path: String,
    /// The artifact's `schema_version`.
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
