//! What publishing a policy would do, and the decision that it waits for.

use std::sync::Arc;

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use uuid::Builder;

use crate::canonical::Digest;
use crate::decision::{DecisionDocument, Finding, Outcome, PolicyIdentity, Severity, Verdict};
use crate::policy::diff::{Change, Diff, Direction};
use crate::policy::issue::IssueSeverity;
use crate::policy::promotion::PUBLISH_RULE;
use crate::readiness::basis::Basis;
use crate::readiness::dry_run::missing_required;
use crate::readiness::reference::Scheme;

/// What `action_type` says in a decision about a publication.
pub const PUBLISH_ACTION: &str = "policy_publish";
/// Where the rule comes from: the lifecycle, not a pack.
const ORIGIN: &str = "cavra.lifecycle";

/// Whether a policy is new.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Operation {
    /// There is no previous policy.
    Create,
    /// There is a previous policy.
    Update,
}

impl Operation {
    fn as_str(self) -> &'static str {
        match self {
            Self::Create => "create",
            Self::Update => "update",
        }
    }
}

/// What publishing a policy would change.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PublishPlan {
    /// Whether the policy is new.
    pub operation: Operation,
    /// Whether only the approval is missing.
    pub valid: bool,
    /// What else keeps the policy from being published.
    pub errors: Vec<String>,
    /// How much harm the change could do: `critical` if it stops enforcement, `high` if it
    /// loosens something, `medium` if a direction is unclear or there is no previous policy, else
    /// `low`.
    pub risk: Severity,
    /// The pack's id.
    pub policy_id: String,
    /// The pack's `metadata.version`.
    pub policy_version: String,
    /// SHA-256 over the canonical JSON of the pack's own `policy.yaml`.
    pub policy_digest: Digest,
    /// SHA-256 over everything that decides.
    pub effective_digest: Digest,
    /// The path of the pack's `policy.yaml` in its repository.
    pub target_path: String,
    /// The change in one line, for a person.
    pub summary: String,
    /// What changes from the previous policy. Empty if there is none.
    pub diff: Diff,
}

impl PublishPlan {
    pub(super) fn of(basis: &Basis) -> Self {
        let identity = &basis.identity;
        let diff = basis.previous.as_ref().map(|_| &basis.forward);
        let errors = errors(basis);
        Self {
            operation: match diff {
                None => Operation::Create,
                Some(_) => Operation::Update,
            },
            valid: errors.is_empty(),
            errors,
            risk: risk(diff),
            policy_id: identity.id.to_string(),
            policy_version: identity.version.to_string(),
            policy_digest: identity.policy_digest,
            effective_digest: identity.effective_digest,
            target_path: format!("policy-packs/{}/policy.yaml", identity.id),
            summary: summary(basis),
            diff: basis.forward.clone(),
        }
    }
}

fn errors(basis: &Basis) -> Vec<String> {
    let blockers = basis.lint.issues.iter();
    let mut errors: Vec<String> = blockers
        .filter(|issue| issue.severity == IssueSeverity::Blocker)
        .map(|issue| format!("lint: {issue}"))
        .collect();
    let failed = basis.dry_run.results.iter().filter(|result| !result.passed);
    errors.extend(failed.map(|result| format!("dry run: `{}` failed", result.case_id)));
    let missing = missing_required(&basis.dry_run.results);
    errors.extend(
        missing
            .into_iter()
            .map(|id| format!("dry run: `{id}` is missing")),
    );
    if basis.approver_groups.is_empty() {
        errors.push("approvals: the pack names nobody who could approve".to_owned());
    }
    errors
}

/// How much a change needs looking at: `critical` if enforcement is switched off, `high` if
/// something is loosened, `medium` if a direction is unclear or there is nothing to compare
/// with, else `low`.
#[must_use]
pub fn risk(diff: Option<&Diff>) -> Severity {
    let Some(diff) = diff else {
        return Severity::Medium;
    };
    let disarms =
        |change: &Change| change.path == "metadata.mode" && change.direction == Direction::Loosens;
    if diff.changes().any(disarms) {
        Severity::Critical
    } else if diff.count(Direction::Loosens) > 0 {
        Severity::High
    } else if diff.count(Direction::Unclear) > 0 {
        Severity::Medium
    } else {
        Severity::Low
    }
}

fn summary(basis: &Basis) -> String {
    let (identity, diff) = (&basis.identity, &basis.forward);
    let Some(before) = basis.before() else {
        return format!("`{}` {} is new", identity.id, identity.version);
    };
    format!(
        "`{}` {} after `{}` {}: {} tighten, {} loosen, {} unclear, {} neutral",
        identity.id,
        identity.version,
        before.id,
        before.version,
        diff.count(Direction::Tightens),
        diff.count(Direction::Loosens),
        diff.count(Direction::Unclear),
        diff.count(Direction::Neutral),
    )
}

/// The decision that a publication waits for: always an approval, under [`PUBLISH_RULE`].
pub(super) fn publish_decision(plan: &PublishPlan, basis: &Basis) -> DecisionDocument {
    let (identity, groups, at) = (
        &basis.identity,
        &basis.approver_groups,
        basis.generated_at(),
    );
    let reason = format!(
        "publishing `{}` {} changes what agents may do",
        identity.id, identity.version
    );
    let evidence_refs = vec![
        Scheme::DryRun.reference(identity),
        Scheme::Shadow.reference(identity),
        Scheme::Rollback.reference(identity),
    ];
    let finding = Finding {
        rule_id: PUBLISH_RULE.into(),
        decision: Verdict::RequireApproval,
        severity: Severity::High,
        reason: reason.as_str().into(),
        pattern: None,
        matched_on: Some(plan.target_path.as_str().into()),
        origin: ORIGIN.into(),
        approver_groups: groups
            .iter()
            .map(|group| Arc::from(group.as_str()))
            .collect(),
        evidence_refs: evidence_refs.clone(),
        entry_id: None,
        controls: Arc::default(),
    };
    DecisionDocument {
        decision_id: decision_id(identity, at),
        session_id: None,
        agent_id: None,
        actor: None,
        action_type: PUBLISH_ACTION.to_owned(),
        target: plan.target_path.clone(),
        requested_operation: plan.operation.as_str().to_owned(),
        policy_pack: identity.id.to_string(),
        policy_id: identity.id.to_string(),
        rule_id: PUBLISH_RULE.to_owned(),
        decision: Verdict::RequireApproval,
        would_be: None,
        severity: Severity::High,
        reason,
        evidence_refs,
        approver_group: groups.first().cloned(),
        approver_groups: groups.clone(),
        approval_requirements: Vec::new(),
        timestamp: at,
        correlation_id: None,
        policy_version: identity.version.to_string(),
        policy_digest: identity.policy_digest,
        effective_digest: identity.effective_digest,
        facts_version: basis.engine.facts_version.clone(),
        outcome: Outcome::RuleMatched,
        matched_rules: vec![finding],
        matched_rules_left_out: 0,
        journal_position: None,
        policy_source: None,
        policy_state: None,
        approval_id: None,
    }
}

/// A UUIDv7 (RFC 9562, section 5.7) that follows from the policy and the time, so that the
/// decision can be recomputed whole.
fn decision_id(identity: &PolicyIdentity, at: Timestamp) -> uuid::Uuid {
    let seed = Digest::of(format!("{PUBLISH_RULE} {}", identity.effective_digest).as_bytes());
    let mut rest = [0; 10];
    for (byte, digit) in rest.iter_mut().zip(seed.short().bytes()) {
        *byte = digit;
    }
    let millis = u64::try_from(at.as_millisecond()).unwrap_or_default();
    Builder::from_unix_timestamp_millis(millis, &rest).into_uuid()
}
