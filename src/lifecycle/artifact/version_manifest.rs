//! `policy-version-manifest.json`

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::canonical::Digest;
use crate::lifecycle::basis::Basis;
use crate::policy::diff::Diff;
use crate::policy::effective::Ancestor;

/// The artifact's `schema_version`.
pub const SCHEMA_VERSION: &str = "cavra.policy-lifecycle.version-manifest.v1";

/// The version manifest of `formats.md`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "the fields of `formats.md`, under their names")]
pub struct VersionManifest {
    pub schema_version: String,
    pub policy_id: String,
    pub policy_version: String,
    pub policy_digest: Digest,
    pub effective_digest: Digest,
    /// SHA-256 over the base Rego and the version of the facts that judged the policy. Manifests
    /// of earlier versions don't say.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub engine_digest: Option<Digest>,
    /// Ancestors first, the pack itself last.
    pub lineage: Vec<LineageEntry>,
    pub previous_policy_version: Option<String>,
    pub previous_policy_digest: Option<Digest>,
    pub previous_effective_digest: Option<Digest>,
    /// `git:COMMIT:FOLDER`, the last commit that touched the pack's folder.
    pub source_ref: Option<String>,
    pub git_versioned: bool,
    /// Why `git_versioned` is what it is.
    pub versioning_reason: String,
    pub generated_at: Timestamp,
    /// From the previous policy; empty if there is none.
    pub diff: Diff,
}

/// One pack of a lineage.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "the pack's own fields, under their names")]
pub struct LineageEntry {
    pub id: String,
    pub version: String,
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
