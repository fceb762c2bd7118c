//! `policy-shadow-mode-plan.json`

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::canonical::Digest;
use crate::policy::promotion::{Criteria, Promotion, Thresholds};
use crate::readiness::basis::Basis;
use crate::readiness::reference::Scheme;

/// The artifact's `schema_version`.
pub const SCHEMA_VERSION: &str = "cavra.policy-lifecycle.shadow-mode-plan.v1";
/// The only `mode` of a shadow plan.
pub const MODE: &str = "shadow";
/// The value of `compare_against` if no previous policy is named.
pub const ACTIVE: &str = "active";
/// Cases that a plan names.
pub const MAX_SAMPLE_CASES: usize = 64;

/// How a candidate is compared with the active policy before it may become active.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ShadowModePlan {
    /// The document's version.
    #[schemars(extend("const" = SCHEMA_VERSION))]
    pub schema_version: String,
    /// This comparison: `policy-shadow://ID/DIGEST12`.
    pub reference: String,
    /// The candidate's id.
    pub policy_pack: String,
    /// SHA-256 over the canonical JSON of the pack's own `policy.yaml`.
    pub policy_digest: Digest,
    /// SHA-256 over everything that decides.
    pub effective_digest: Digest,
    /// Always `shadow`.
    #[schemars(extend("const" = MODE))]
    pub mode: String,
    /// Always `true`: no decision of the candidate is enforced.
    pub non_enforcing: bool,
    /// The policy that the candidate is compared with: `ID@EFFECTIVE_DIGEST` of the previous
    /// policy, or `active` if there is none.
    pub compare_against: String,
    /// The ids of cases that the comparison should cover: the first 64 cases of the dry run, the
    /// required cases first.
    pub sample_case_ids: Vec<String>,
    /// References to the evidence of the comparison.
    pub evidence_refs: Vec<String>,
    /// What must be true before the candidate may become active.
    pub promotion_criteria: PromotionCriteria,
}

/// What must be true before the candidate may become active.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PromotionCriteria {
    /// How many lint blockers there may be.
    pub lint_blocker_count: usize,
    /// How many cases of the dry run may fail. Repeats `thresholds.max_dry_run_failed_count`.
    pub dry_run_failed_count: u64,
    /// How many hours with traffic the comparison must cover at least. Repeats
    /// `thresholds.min_observation_hours`.
    pub shadow_observation_hours: u64,
    /// Whether an approver group must approve.
    pub approval_required: bool,
    /// How many people must approve. Plans of earlier versions don't say; then it is 1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub approvals_required: Option<u32>,
    /// How old the evidence may be when the change is made, in hours. Absent if it may have any
    /// age.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max_evidence_age_hours: Option<u64>,
    /// Whether the way back must have been rehearsed. Plans of earlier versions don't say; then it
    /// need not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rollback_rehearsed: Option<bool>,
    /// The thresholds of the shadow report. Plans of earlier versions don't say; then they are the
    /// standard ones.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub thresholds: Option<Thresholds>,
    /// For how many hours after the change people watch what the policy decides. Plans of earlier
    /// versions don't say; then it is 0.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub watch_hours: Option<u64>,
    /// What must be true instead if the change loosens nothing. Plans of earlier versions don't
    /// say.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub when_nothing_loosened: Option<Criteria>,
}

impl PromotionCriteria {
    /// Those of a plan that names `required`. A plan of an earlier version names nothing, and
    /// means the standard.
    pub(crate) fn of(required: Option<&Promotion>) -> Self {
        let named = required.map(|required| required.criteria);
        let criteria = named.unwrap_or(Criteria::STANDARD);
        Self {
            lint_blocker_count: 0,
            dry_run_failed_count: criteria.thresholds.max_dry_run_failed_count,
            shadow_observation_hours: criteria.thresholds.min_observation_hours,
            approval_required: true,
            approvals_required: named.map(|it| it.approvals_required),
            max_evidence_age_hours: criteria.max_evidence_age_hours,
            rollback_rehearsed: named.map(|it| it.rollback_rehearsed),
            thresholds: named.map(|it| it.thresholds),
            watch_hours: named.map(|it| it.watch_hours),
            when_nothing_loosened: required.map(|it| it.when_nothing_loosened),
        }
    }

    /// What the plan names. Absent for a plan of an earlier version.
    #[must_use]
    pub fn required(&self) -> Option<Promotion> {
        Some(Promotion {
            criteria: Criteria {
                approvals_required: self.approvals_required?,
                max_evidence_age_hours: self.max_evidence_age_hours,
                rollback_rehearsed: self.rollback_rehearsed?,
                thresholds: self.thresholds?,
                watch_hours: self.watch_hours?,
            },
            when_nothing_loosened: self.when_nothing_loosened?,
        })
    }
}

impl ShadowModePlan {
    pub(crate) fn of(basis: &Basis) -> Self {
        let identity = &basis.identity;
        let cases = basis.dry_run.results.iter().take(MAX_SAMPLE_CASES);
        Self {
            schema_version: SCHEMA_VERSION.to_owned(),
            reference: Scheme::Shadow.reference(identity),
            policy_pack: identity.id.to_string(),
            policy_digest: identity.policy_digest,
            effective_digest: identity.effective_digest,
            mode: MODE.to_owned(),
            non_enforcing: true,
            compare_against: basis.before().map_or_else(
                || ACTIVE.to_owned(),
                |before| format!("{}@{}", before.id, before.effective_digest),
            ),
            sample_case_ids: cases.map(|case| case.case_id.clone()).collect(),
            evidence_refs: vec![
                Scheme::DryRun.reference(identity),
                Scheme::Shadow.reference(identity),
            ],
            promotion_criteria: PromotionCriteria::of(basis.promotion.as_ref()),
        }
    }
}
