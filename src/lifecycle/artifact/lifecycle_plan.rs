//! `policy-lifecycle-plan.json`

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::canonical::Digest;
use crate::lifecycle::basis::Basis;
use crate::lifecycle::reference::Scheme;
use crate::policy::decision::PolicyIdentity;

/// The artifact's `schema_version`.
pub const SCHEMA_VERSION: &str = "cavra.policy-lifecycle.plan.v1";

/// The way of a policy from draft to active, and back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(
    missing_docs,
    reason = "names say it; see `formats.md` for the shared ones"
)]
pub struct LifecyclePlan {
    pub schema_version: String,
    pub policy_id: String,
    pub policy_version: String,
    pub title: String,
    pub policy_digest: Digest,
    pub effective_digest: Digest,
    pub previous_policy_digest: Option<Digest>,
    pub previous_effective_digest: Option<Digest>,
    pub generated_at: Timestamp,
    /// Lint and dry run leave nothing to mend.
    pub ready_for_review: bool,
    pub references: References,
    pub stages: Vec<Stage>,
}

/// Where the parts are.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "named after the schemes of `formats.md`")]
pub struct References {
    pub draft: String,
    pub dry_run: String,
    pub shadow: String,
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

/// One step of the way.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Stage {
    /// Such as `dry_run`.
    pub name: String,
    /// The file that shows it, relative to the plan.
    pub artifact: String,
    /// What must hold before the next one.
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
        "the way back is at hand before the change is made",
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
