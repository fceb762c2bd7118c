//! `policy-approval-workflow.json`

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::publish::{self, PublishPlan};
use crate::canonical::Digest;
use crate::decision::DecisionDocument;
use crate::policy::effective::EffectivePack;
use crate::policy::promotion::PUBLISH_RULE;
use crate::readiness::basis::Basis;
use crate::readiness::reference::Scheme;

/// The artifact's `schema_version`.
pub const SCHEMA_VERSION: &str = "cavra.policy-lifecycle.approval-workflow.v1";
/// What must be looked at before a policy is approved.
pub const REQUIRED_EVIDENCE: [&str; 6] = [
    "lint_report",
    "version_manifest",
    "semantic_diff",
    "dry_run_report",
    "shadow_mode_observation",
    "rollback_plan",
];
const REVIEW_CHECKLIST: [&str; 6] = [
    "the lint report has no blockers, and its warnings are accepted",
    "every change that loosens or is unclear is meant",
    "the dry run passes, and its cases cover what changed",
    "what the shadow observation decided differently is explained",
    "the rollback plan returns to the policy that is in force",
    "the approval names the effective digest above",
];

/// Who must approve a policy before it is published, and on which evidence.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ApprovalWorkflow {
    /// The document's version.
    #[schemars(extend("const" = SCHEMA_VERSION))]
    pub schema_version: String,
    /// The draft under review: `policy-draft://ID/DIGEST12`.
    pub review_workflow_ref: String,
    /// The pack's id.
    pub policy_id: String,
    /// SHA-256 over the canonical JSON of the pack's own `policy.yaml`.
    pub policy_digest: Digest,
    /// SHA-256 over everything that decides.
    pub effective_digest: Digest,
    /// Whether the policy must be approved. Always `true`.
    pub approval_required: bool,
    /// The groups that approve: those that the policy in force names, then those that the new
    /// policy names.
    pub approver_groups: Vec<String>,
    /// What publishing the policy would change.
    pub publish_plan: PublishPlan,
    /// The decision that the publication waits for. It is always `require_approval` under the
    /// rule `policy.publish.requires_approval`.
    pub publish_decision: DecisionDocument,
    /// The evidence that an approver must look at, by the name of its artifact.
    pub required_evidence: Vec<String>,
    /// What an approver must check, for a person.
    pub review_checklist: Vec<String>,
}

impl ApprovalWorkflow {
    pub(crate) fn of(basis: &Basis) -> Self {
        let (identity, groups) = (&basis.identity, &basis.approver_groups);
        let publish_plan = PublishPlan::of(basis);
        let publish_decision = publish::publish_decision(&publish_plan, basis);
        Self {
            schema_version: SCHEMA_VERSION.to_owned(),
            review_workflow_ref: Scheme::Draft.reference(identity),
            policy_id: identity.id.to_string(),
            policy_digest: identity.policy_digest,
            effective_digest: identity.effective_digest,
            approval_required: true,
            approver_groups: groups.clone(),
            publish_plan,
            publish_decision,
            required_evidence: REQUIRED_EVIDENCE.map(str::to_owned).to_vec(),
            review_checklist: REVIEW_CHECKLIST.map(str::to_owned).to_vec(),
        }
    }
}

/// Who approves a change of the policy: those that the policy in force names, and those that
/// the new one does. A policy can't appoint its own approvers past the old ones.
#[must_use]
pub fn approver_groups(pack: &EffectivePack, previous: Option<&EffectivePack>) -> Vec<String> {
    let mut groups: Vec<String> = Vec::new();
    for pack in previous.into_iter().chain([pack]) {
        for group in publishers(pack) {
            if !groups.iter().any(|known| known.as_str() == group.as_ref()) {
                groups.push(group.to_string());
            }
        }
    }
    groups
}

/// Those named for publishing, else for writing what guards the agent, else by default.
fn publishers(pack: &EffectivePack) -> &[std::sync::Arc<str>] {
    let named = [PUBLISH_RULE, "filesystem.write.require_approval", "default"];
    let mut found = named
        .into_iter()
        .filter_map(|rule_id| pack.content.approvals.get(rule_id));
    found.next().map_or(&[], Vec::as_slice)
}
