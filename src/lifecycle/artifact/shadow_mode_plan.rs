//! `policy-shadow-mode-plan.json`

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::canonical::Digest;
use crate::lifecycle::basis::Basis;
use crate::lifecycle::reference::Scheme;
use crate::policy::promotion::Thresholds;

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
    /// How many cases of the dry run may fail.
    pub dry_run_failed_count: usize,
    /// How many hours with traffic the comparison must cover at least.
    pub shadow_observation_hours: u32,
    /// Whether an approver group must approve.
    pub approval_required: bool,
}

impl PromotionCriteria {
    /// The ones that every plan has.
    pub const STANDARD: Self = Self {
        lint_blocker_count: 0,
        dry_run_failed_count: Thresholds::STANDARD.max_dry_run_failed_count as usize,
        shadow_observation_hours: Thresholds::STANDARD.min_observation_hours as u32,
        approval_required: true,
    };
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
            promotion_criteria: PromotionCriteria::STANDARD,
        }
    }
}
