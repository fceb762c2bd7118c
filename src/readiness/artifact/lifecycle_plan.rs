//! `policy-lifecycle-plan.json`

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::canonical::Digest;
use crate::decision::PolicyIdentity;
use crate::readiness::basis::Basis;
use crate::readiness::reference::Scheme;

/// The artifact's `schema_version`.
pub const SCHEMA_VERSION: &str = "cavra.policy-lifecycle.plan.v1";

/// The stages of a policy from draft to active, and back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct LifecyclePlan {
    /// The document's version.
    #[schemars(extend("const" = SCHEMA_VERSION))]
    pub schema_version: String,
    /// The pack's id.
    pub policy_id: String,
    /// The pack's `metadata.version`.
    pub policy_version: String,
    /// The pack's title.
    pub title: String,
    /// SHA-256 over the canonical JSON of the pack's own `policy.yaml`.
    pub policy_digest: Digest,
    /// SHA-256 over everything that decides.
    pub effective_digest: Digest,
    /// The `policy_digest` of the policy in force before.
    pub previous_policy_digest: Option<Digest>,
    /// The `effective_digest` of the policy in force before.
    pub previous_effective_digest: Option<Digest>,
    /// When the artifacts were made, in UTC.
    pub generated_at: Timestamp,
    /// Whether lint found no blocker and the dry run passed.
    pub ready_for_review: bool,
    /// References to the policy's other documents.
    pub references: References,
    /// The stages, in order.
    pub stages: Vec<Stage>,
}

/// References to the documents of one policy. `DIGEST12` is the first 12 hex digits of the
/// effective digest.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct References {
    /// The draft under review: `policy-draft://ID/DIGEST12`.
    pub draft: String,
    /// The dry run: `policy-dry-run://ID/DIGEST12`.
    pub dry_run: String,
    /// The shadow comparison: `policy-shadow://ID/DIGEST12`.
    pub shadow: String,
    /// The rollback plan: `policy-rollback://ID/DIGEST12`.
    pub rollback: String,
}

impl References {
    pub(crate) fn of(identity: &PolicyIdentity) -> Self {
        Self {
            draft: Scheme::Draft.reference(identity),
            dry_run: Scheme::DryRun.reference(identity),
            shadow: Scheme::Shadow.reference(identity),
            rollback: Scheme::Rollback.reference(identity),
        }
    }
}

/// One stage of a policy's lifecycle.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Stage {
    /// The stage's name, such as `dry_run`.
    pub name: String,
    /// The file that is evidence for the stage, relative to the folder of this document.
    pub artifact: String,
    /// What must be true before the next stage.
    pub gate: String,
}

const STAGES: [[&str; 3]; 7] = [
    [
        "draft",
        "policy-authoring-ui-contract.json",
        "the draft is the pack that the digests name",
    ],
    ["lint", "policy-lint-report.json", "no blockers"],
    [
        "version",
        "policy-version-manifest.json",
        "the diff from the policy in force is known",
    ],
    [
        "dry_run",
        "policy-dry-run-report.json",
        "every case passes, the required ones among them",
    ],
    [
        "shadow",
        "policy-shadow-mode-plan.json",
        "the promotion criteria are met, nothing was enforced",
    ],
    [
        "approval",
        "policy-approval-workflow.json",
        "an approver group approved this effective digest",
    ],
    [
        "rollback",
        "policy-rollback-plan.json",
        "the rollback is planned before the change is made",
    ],
];

impl LifecyclePlan {
    pub(crate) fn of(basis: &Basis) -> Self {
        let (identity, before) = (&basis.identity, basis.before());
        Self {
            schema_version: SCHEMA_VERSION.to_owned(),
            policy_id: identity.id.to_string(),
            policy_version: identity.version.to_string(),
            title: basis.lint.summary.title.clone(),
            policy_digest: identity.policy_digest,
            effective_digest: identity.effective_digest,
            previous_policy_digest: before.map(|before| before.policy_digest),
            previous_effective_digest: before.map(|before| before.effective_digest),
            generated_at: basis.generated_at(),
            ready_for_review: basis.lint.valid && basis.dry_run.passed,
            references: References::of(identity),
            stages: stages(),
        }
    }
}

fn stages() -> Vec<Stage> {
    let stage = |[name, artifact, gate]: [&str; 3]| Stage {
        name: name.to_owned(),
        artifact: artifact.to_owned(),
        gate: gate.to_owned(),
    };
    STAGES.map(stage).to_vec()
}
