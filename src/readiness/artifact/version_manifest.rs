//! `policy-version-manifest.json`

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::canonical::Digest;
use crate::policy::diff::Diff;
use crate::policy::effective::Ancestor;
use crate::readiness::basis::Basis;

/// The artifact's `schema_version`.
pub const SCHEMA_VERSION: &str = "cavra.policy-lifecycle.version-manifest.v1";

/// Which version of a policy this is, where it is from, and what it changes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct VersionManifest {
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
    /// SHA-256 over the base rules and the version of the facts that judged the policy. Absent in
    /// manifests of earlier versions.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub engine_digest: Option<Digest>,
    /// The pack and its ancestors: ancestors first, the pack itself last.
    pub lineage: Vec<LineageEntry>,
    /// The previous policy's `metadata.version`. It is `null` if there is no previous policy.
    pub previous_policy_version: Option<String>,
    /// The previous policy's `policy_digest`.
    pub previous_policy_digest: Option<Digest>,
    /// The previous policy's `effective_digest`.
    pub previous_effective_digest: Option<Digest>,
    /// The commit that holds the pack, as `git:COMMIT:FOLDER`: the last one that changed the
    /// pack's folder.
    pub source_ref: Option<String>,
    /// Whether git tracks every file of the pack and none of them differs from the commit. This
    /// is measured, never assumed.
    pub git_versioned: bool,
    /// Why `git_versioned` is `true` or `false`, for a person.
    pub versioning_reason: String,
    /// When the artifact was made, in UTC.
    pub generated_at: Timestamp,
    /// What changed from the previous policy. Empty if there is none.
    pub diff: Diff,
}

/// One pack of a lineage: the pack itself or one of its ancestors.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct LineageEntry {
    /// The pack's id.
    pub id: String,
    /// The pack's `metadata.version`. Empty if it has none.
    pub version: String,
    /// SHA-256 over the canonical JSON of the pack's own `policy.yaml`.
    pub policy_digest: Digest,
}

impl From<&Ancestor> for LineageEntry {
    fn from(ancestor: &Ancestor) -> Self {
        Self {
            id: ancestor.id.to_string(),
            version: ancestor.version.to_string(),
            policy_digest: ancestor.policy_digest,
        }
    }
}

impl VersionManifest {
    pub(crate) fn of(basis: &Basis) -> Self {
        let (identity, before) = (&basis.identity, basis.before());
        Self {
            schema_version: SCHEMA_VERSION.to_owned(),
            policy_id: identity.id.to_string(),
            policy_version: identity.version.to_string(),
            policy_digest: identity.policy_digest,
            effective_digest: identity.effective_digest,
            engine_digest: basis.engine.digest,
            lineage: basis.lineage.clone(),
            previous_policy_version: before.map(|before| before.version.to_string()),
            previous_policy_digest: before.map(|before| before.policy_digest),
            previous_effective_digest: before.map(|before| before.effective_digest),
            source_ref: basis.versioning.source_ref.clone(),
            git_versioned: basis.versioning.source_ref.is_some(),
            versioning_reason: basis.versioning.reason.clone(),
            generated_at: basis.generated_at(),
            diff: basis.forward.clone(),
        }
    }
}
