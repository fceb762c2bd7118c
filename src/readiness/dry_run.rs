//! A dry run: every case of a pack, decided and compared with what it expects.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::Decide;
use super::reference::Scheme;
use crate::action::document::Document;
use crate::canonical::Digest;
use crate::decision::{Decision, DecisionDocument, PolicyIdentity};
use crate::policy::cases::{Case, Expectation, REQUIRED_CASE_IDS, dry_run_cases};
use crate::policy::effective::EffectivePack;

/// The report's `schema_version`.
pub const SCHEMA_VERSION: &str = "cavra.policy-lifecycle.dry-run-report.v1";

/// The decisions of a policy about every case, compared with what the cases expect.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct DryRunReport {
    /// The document's version.
    #[schemars(extend("const" = SCHEMA_VERSION))]
    pub schema_version: String,
    /// This dry run: `policy-dry-run://ID/DIGEST12`.
    pub reference: String,
    /// The pack's id.
    pub policy_pack: String,
    /// SHA-256 over the canonical JSON of the pack's own `policy.yaml`.
    pub policy_digest: Digest,
    /// SHA-256 over everything that decides.
    pub effective_digest: Digest,
    /// How many cases were decided.
    pub case_count: usize,
    /// How many cases passed.
    pub passed_count: usize,
    /// How many cases failed.
    pub failed_count: usize,
    /// Whether every required case was decided.
    pub required_cases_present: bool,
    /// Whether every case passed and every required case was decided.
    pub passed: bool,
    /// The result of each case: the required cases first, then the pack's own.
    pub results: Vec<CaseResult>,
}

/// The result of one case.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CaseResult {
    /// The case's id, unique in the report.
    pub case_id: String,
    /// Why the case exists, for a person.
    pub note: Option<String>,
    /// Whether every pack must pass the case.
    pub required: bool,
    /// The action that was decided.
    #[schemars(with = "Document<'static>")]
    pub input: Value,
    /// The verdict that the case expects.
    pub expected_decision: crate::decision::Verdict,
    /// Everything that the case expects.
    pub expected: Expectation,
    /// What the policy decided. It is `null` if the action can't be judged.
    pub decision: Option<DecisionDocument>,
    /// Why the action can't be judged. It is `null` if it can.
    pub error: Option<String>,
    /// Whether the decision has everything that the case expects.
    pub passed: bool,
    /// The fields in which the decision is not what the case expects.
    pub mismatches: Vec<Mismatch>,
}

/// One field in which a decision is not what its case expects.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Mismatch {
    /// The decision's field.
    pub field: String,
    /// What the case expects.
    pub expected: String,
    /// What the policy decided.
    pub actual: String,
}

/// Decides every case of `pack`: the required ones, as strict as the pack wants them, then
/// its own. `identity` names the policy behind `decide`; an answer by another fails its case.
#[must_use]
pub fn dry_run(
    pack: &EffectivePack,
    identity: &PolicyIdentity,
    decide: Decide<'_>,
) -> DryRunReport {
    let cases = dry_run_cases(&pack.cases);
    let results = cases.into_iter().map(|case| result(case, identity, decide));
    DryRunReport::of(identity, results.collect())
}

impl DryRunReport {
    /// The report over `results`: counts and `passed` follow from them.
    #[must_use]
    pub fn of(identity: &PolicyIdentity, results: Vec<CaseResult>) -> Self {
        let passed_count = results.iter().filter(|result| result.passed).count();
        let failed_count = results.len().saturating_sub(passed_count);
        let required_cases_present = missing_required(&results).is_empty();
        Self {
            schema_version: SCHEMA_VERSION.to_owned(),
            reference: Scheme::DryRun.reference(identity),
            policy_pack: identity.id.to_string(),
            policy_digest: identity.policy_digest,
            effective_digest: identity.effective_digest,
            case_count: results.len(),
            passed_count,
            failed_count,
            required_cases_present,
            passed: failed_count == 0 && required_cases_present,
            results,
        }
    }
}

/// The ids of the cases of `replaced` that `candidate` lost, in the order of `replaced`: it has no
/// case with the same id, action and expectation, and decides the action otherwise than the case
/// expects. `decide` decides by the candidate, which is `identity`.
#[must_use]
pub fn lost_cases(
    replaced: &EffectivePack,
    candidate: &EffectivePack,
    identity: &PolicyIdentity,
    decide: Decide<'_>,
) -> Vec<String> {
    let lacking = lacking_cases(replaced, candidate).into_iter().cloned();
    let results = lacking.map(|case| result(case, identity, decide));
    let lost = results.filter(|result| !result.passed);
    lost.map(|result| result.case_id).collect()
}

/// The cases of `replaced` that `candidate` doesn't have with the same id, action and expectation,
/// whatever it decides.
#[must_use]
pub fn lacking_cases<'a>(replaced: &'a EffectivePack, candidate: &EffectivePack) -> Vec<&'a Case> {
    let own = candidate.cases.iter();
    let own: BTreeMap<&str, &Case> = own.map(|case| (case.case_id.as_str(), case)).collect();
    let is_kept = |case: &Case| {
        let same = own.get(case.case_id.as_str());
        same.is_some_and(|same| same.action == case.action && same.expect == case.expect)
    };
    let cases = replaced.cases.iter();
    cases.filter(|case| !is_kept(case)).collect()
}

/// The required cases that no result is about.
#[must_use]
pub fn missing_required(results: &[CaseResult]) -> Vec<&'static str> {
    let present: BTreeSet<&str> = results
        .iter()
        .map(|result| result.case_id.as_str())
        .collect();
    let missing = REQUIRED_CASE_IDS.into_iter();
    missing.filter(|id| !present.contains(id)).collect()
}

fn result(case: Case, identity: &PolicyIdentity, decide: Decide<'_>) -> CaseResult {
    let required = REQUIRED_CASE_IDS.contains(&case.case_id.as_str());
    let input = case.action.to_json();
    let (decision, error) = match decide(&Arc::new(case.action)) {
        Ok(decision) => (Some(document(&decision, identity)), None),
        Err(error) => (None, Some(error.to_string())),
    };
    let mismatches = match &decision {
        Some(decision) => mismatches(&case.expect, decision, identity.effective_digest),
        None => Vec::new(),
    };
    CaseResult {
        case_id: case.case_id,
        note: case.note,
        required,
        input,
        expected_decision: case.expect.decision,
        expected: case.expect,
        passed: decision.is_some() && mismatches.is_empty(),
        decision,
        error,
        mismatches,
    }
}

/// A decision of a dry run is in no journal: what it rests on is the dry run.
fn document(decision: &Decision, identity: &PolicyIdentity) -> DecisionDocument {
    let mut document = DecisionDocument::from(decision);
    document
        .evidence_refs
        .push(Scheme::DryRun.reference(identity));
    document
}

/// Such as `A or B, and C`.
fn groups_text<'a, Groups>(requirements: impl Iterator<Item = Groups>) -> String
where
    Groups: Iterator<Item = &'a str>,
{
    let requirements = requirements.map(|groups| groups.collect::<Vec<_>>().join(" or "));
    requirements.collect::<Vec<_>>().join(", and ")
}

/// Where `decision` is not what a case expects, or not by the policy that was asked. In audit
/// mode the verdict of the rules counts, not the `audit_only` that replaces it, unless the
/// case expects just that.
#[must_use]
pub fn mismatches(
    expect: &Expectation,
    decision: &DecisionDocument,
    effective_digest: Digest,
) -> Vec<Mismatch> {
    let mut found = Vec::new();
    let mut differ = |field: &str, expected: String, actual: String| {
        found.push(Mismatch {
            field: field.to_owned(),
            expected,
            actual,
        });
    };
    if expect.decision != decision.decision && expect.decision != decision.ruled() {
        let (expected, actual) = (expect.decision.as_str(), decision.ruled().as_str());
        differ("decision", expected.to_owned(), actual.to_owned());
    }
    if let Some(rule_id) = &expect.rule_id
        && *rule_id != decision.rule_id
    {
        differ("rule_id", rule_id.clone(), decision.rule_id.clone());
    }
    if let Some(severity) = expect.severity
        && severity != decision.severity
    {
        let (expected, actual) = (severity.as_str(), decision.severity.as_str());
        differ("severity", expected.to_owned(), actual.to_owned());
    }
    if let Some(group) = &expect.approver_group
        && !decision.approver_groups.contains(group)
    {
        differ(
            "approver_group",
            group.clone(),
            decision.approver_groups.join(", "),
        );
    }
    if !expect.takes_requirements(&decision.approval_requirements) {
        let found = decision.approval_requirements.iter();
        let found = found.map(|it| it.any_of.iter().map(AsRef::as_ref));
        let expected = expect.approval_requirements.iter().flatten();
        let expected = expected.map(|groups| groups.iter().map(String::as_str));
        differ(
            "approval_requirements",
            groups_text(expected),
            groups_text(found),
        );
    }
    if decision.effective_digest != effective_digest {
        let (expected, actual) = (effective_digest, decision.effective_digest);
        differ("effective_digest", expected.to_string(), actual.to_string());
    }
    found
}
