//! `policy-shadow-mode-plan.json`

use serde::{Deserialize, Serialize};

use crate::canonical::Digest;
use crate::lifecycle::basis::Basis;
use crate::lifecycle::reference::Scheme;

/// The artifact's `schema_version`.
pub const SCHEMA_VERSION: &str = "cavra.policy-lifecycle.shadow-mode-plan.v1";
/// The only `mode` of a shadow plan.
pub const MODE: &str = "shadow";
/// The value of `compare_against` if no previous policy is named.
pub const ACTIVE: &str = "active";
/// Cases that a plan names.
pub const MAX_SAMPLE_CASES: usize = 64;

/// The shadow mode plan of `formats.md`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "the fields of `formats.md`, under their names")]
pub struct ShadowModePlan {
    pub schema_version: String,
    /// `policy-shadow://ID/DIGEST12`
    pub reference: String,
    pub policy_pack: String,
    pub policy_digest: Digest,
    pub effective_digest: Digest,
    pub mode: String,
    pub non_enforcing: bool,
    /// `ID@EFFECTIVE_DIGEST` of the previous policy, or [`ACTIVE`].
    pub compare_against: String,
    /// The dry run's first [`MAX_SAMPLE_CASES`] cases, the required ones first.
    pub sample_case_ids: Vec<String>,
    pub evidence_refs: Vec<String>,
    pub promotion_criteria: PromotionCriteria,
}

/// What must hold before the candidate may become active.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "the fields of `formats.md`, under their names")]
pub struct PromotionCriteria {
    pub lint_blocker_count: usize,
    pub dry_run_failed_count: usize,
    /// At least, in hours.
    pub shadow_observation_hours: u32,
    pub approval_required: bool,
}

impl PromotionCriteria {
    /// The ones that every plan has.
    pub const STANDARD: Self = Self {
        lint_blocker_count: 0,
        dry_run_failed_count: 0,
        shadow_observation_hours: 24,
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
