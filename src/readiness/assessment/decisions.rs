//! Whether a decision holds together.

use serde_json::Value;
use uuid::Uuid;

use crate::action::facts::FACTS_VERSION;
use crate::action::{Action, establish};
use crate::decision::{DecisionDocument, Finding, Outcome, PolicyIdentity, Severity, Verdict};
use crate::policy::base_rule::BaseRule;
use crate::readiness::pointer::differences;
use crate::readiness::reference::Scheme;

/// How far a decision's id and its timestamp may be apart, in milliseconds.
const MAX_SKEW_MS: i64 = 60_000;

/// Who must have made the decisions of a packet.
pub(super) struct Judge<'a> {
    pub(super) identity: &'a PolicyIdentity,
    pub(super) facts_version: &'a str,
}

/// What is wrong with a decision on `input` by `judge`, whatever it decided.
pub(super) fn faults(decision: &DecisionDocument, input: &Value, judge: &Judge<'_>) -> Vec<String> {
    let identity = judge.identity;
    let mut faults = Vec::new();
    let mut hold = |holds: bool, what: &str| {
        if !holds {
            faults.push(what.to_owned());
        }
    };
    let action = Action::from_json(input.to_string().as_bytes()).ok();
    let action = action.filter(|action| asked(decision, action));
    hold(action.is_some(), "it is on another action than the input");
    hold(
        decision.policy_digest == identity.policy_digest,
        "another `policy_digest` decided",
    );
    hold(
        decision.effective_digest == identity.effective_digest,
        "another `effective_digest` decided",
    );
    hold(
        decision.facts_version == judge.facts_version,
        "another `facts_version` than the first decision's",
    );
    hold(
        timed(decision),
        "`decision_id` is not a UUIDv7 of the time of `timestamp`",
    );
    hold(
        decision.approver_group.as_ref() == decision.approver_groups.first(),
        "`approver_group` is not the first of `approver_groups`",
    );
    faults.extend(deciding(decision, action.as_ref(), judge));
    faults
}

/// Whether the decision is on this action, and echoes its caller.
fn asked(decision: &DecisionDocument, action: &Action) -> bool {
    let caller = &action.caller;
    decision.action_type == action.action_type().as_str()
        && decision.target == action.target()
        && decision.requested_operation == action.requested_operation()
        && decision.session_id == caller.session_id
        && decision.agent_id == caller.agent_id
        && decision.actor == caller.actor
        && decision.correlation_id == caller.correlation_id
}

fn timed(decision: &DecisionDocument) -> bool {
    let Some(time) = time(decision.decision_id) else {
        return false;
    };
    let skew = time.saturating_sub(decision.timestamp.as_millisecond());
    skew.saturating_abs() <= MAX_SKEW_MS
}

/// The milliseconds since the epoch in a UUIDv7 (RFC 9562, section 5.7).
fn time(id: Uuid) -> Option<i64> {
    if id.get_version_num() != 7 {
        return None;
    }
    let (seconds, nanoseconds) = id.get_timestamp()?.to_unix();
    let seconds = i64::try_from(seconds).ok()?;
    seconds
        .checked_mul(1000)?
        .checked_add(i64::from(nanoseconds / 1_000_000))
}

/// Whether the decision names the evidence of its rule, and perhaps the dry run that it is of
/// (packets from before it was named lack it).
fn rests_on(decision: &DecisionDocument, first: &Finding, identity: &PolicyIdentity) -> bool {
    let dry_run = Scheme::DryRun.reference(identity);
    match decision.evidence_refs.split_last() {
        Some((last, rest)) if *last == dry_run => rest == first.evidence_refs,
        _ => decision.evidence_refs == first.evidence_refs,
    }
}

/// Whether the decision has the severity that its deciding rule and the action give. Only the facts of
/// this version can be established again, and what the arguments of an MCP call do may be the pack's
/// word.
fn is_as_severe(
    decision: &DecisionDocument,
    first: &Finding,
    action: Option<&Action>,
    judge: &Judge<'_>,
) -> bool {
    let action = action.filter(|_| judge.facts_version == FACTS_VERSION);
    let facts = action.and_then(|action| establish(action).ok());
    match facts.filter(|facts| facts.mcp.is_none()) {
        Some(facts) => decision.severity == Severity::shown(first, &facts),
        None => decision.severity.may_be_shown(first),
    }
}

/// Whether the decision is what its first and strictest finding says.
fn deciding(
    decision: &DecisionDocument,
    action: Option<&Action>,
    judge: &Judge<'_>,
) -> Vec<String> {
    let Some(first) = decision.matched_rules.first() else {
        return vec!["`matched_rules` is empty".to_owned()];
    };
    let mut faults = Vec::new();
    let mut hold = |holds: bool, field: &str| {
        if !holds {
            faults.push(format!("`{field}` is not what the deciding rule says"));
        }
    };
    let groups = first.approver_groups.iter().map(AsRef::as_ref);
    hold(decision.rule_id == *first.rule_id, "rule_id");
    hold(decision.ruled() == first.decision, "decision");
    hold(is_as_severe(decision, first, action, judge), "severity");
    hold(rests_on(decision, first, judge.identity), "evidence_refs");
    hold(
        decision
            .approver_groups
            .iter()
            .map(String::as_str)
            .eq(groups),
        "approver_groups",
    );
    hold(decision.outcome == outcome(&first.rule_id), "outcome");
    let audited = matches!(
        decision.decision,
        Verdict::AuditOnly | Verdict::RequireApproval
    );
    hold(decision.would_be.is_none() || audited, "would_be");
    if decision
        .matched_rules
        .iter()
        .any(|rule| rule.decision > first.decision)
    {
        faults.push("`matched_rules` has a stricter rule than the one that decided".to_owned());
    }
    faults
}

fn outcome(rule_id: &str) -> Outcome {
    BaseRule::from_id(rule_id).map_or(Outcome::RuleMatched, BaseRule::outcome)
}

/// Where one input is not the other.
pub(super) fn input_faults(expected: &Value, found: &Value) -> Vec<String> {
    differences("input", expected, found).faults
}
