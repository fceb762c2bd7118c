//! Decisions.

use std::sync::Arc;

use jiff::Timestamp;

use super::approval::{approval, judged};
use crate::action::facts::FACTS_VERSION;
use crate::action::{Action, Caller};
use crate::authority::{Answer, Compared};
use crate::decision::{
    APPROVALS_USED, ApprovalState, Decision, Finding, Judgement, PolicyIdentity, RecordPlace,
};
use crate::grpc::convert::field::FieldError;
use crate::grpc::convert::names::known;
use crate::grpc::wire;

/// The answer to a client about one action.
#[derive(Debug, Clone)]
pub struct Answered {
    /// The decision to enforce.
    pub decision: Decision,
    /// What the candidate would have said, if that was asked for and there is one.
    pub candidate: Option<Compared>,
}

/// The answer to a question about a decision, with the facts that it rests on.
#[derive(Debug, Clone)]
pub struct Explained {
    /// The answer that the service would give.
    pub answered: Answered,
    /// The facts, in the service's version of them; of many, an excerpt.
    pub facts_json: String,
    /// How many entries of lists that excerpt leaves out.
    pub facts_left_out: usize,
}

impl From<Answer> for wire::DecideResponse {
    fn from(answer: Answer) -> Self {
        // Facts are for explanations.
        let Answer {
            decision,
            candidate,
            facts: _,
        } = answer;
        Self {
            decision: Some(decision.into()),
            candidate: candidate.map(Into::into),
            signed: None,
        }
    }
}

impl From<Compared> for wire::Candidate {
    fn from(compared: Compared) -> Self {
        let Compared { decision, change } = compared;
        Self {
            decision: Some(decision.into()),
            change: wire::Change::from(change).into(),
        }
    }
}

impl From<Decision> for wire::Decision {
    fn from(decision: Decision) -> Self {
        let evidence_refs = decision.evidence_refs();
        let journal_position = decision.journal_position();
        let (verdict, rule_id) = (decision.verdict(), decision.rule_id().to_owned());
        let reason = decision.reason().into_owned();
        let approver_groups: Vec<String> = {
            let groups = decision.approver_groups().iter();
            groups.map(ToString::to_string).collect()
        };
        let Decision {
            decision_id,
            timestamp,
            policy,
            action,
            judgement,
            recorded: _,
            policy_source,
            policy_state,
            approval,
        } = decision;
        let Caller {
            session_id,
            agent_id,
            actor,
            correlation_id,
        } = action.caller.clone();
        let PolicyIdentity {
            id,
            version,
            policy_digest,
            effective_digest,
        } = &*policy;
        let Judgement {
            decision: _,
            would_be,
            outcome,
            severity,
            findings,
            matched_rules_left_out,
            approval_requirements,
        } = Arc::unwrap_or_clone(judgement);
        let matched_rules: Vec<wire::MatchedRule> = findings.into_iter().map(Into::into).collect();
        let approval_id = approval.as_ref().and_then(|it| it.approval_id);
        let state = approval.as_ref().map(|it| it.state);
        Self {
            decision_id: decision_id.to_string(),
            timestamp: Some(prost_types::Timestamp {
                seconds: timestamp.as_second(),
                nanos: timestamp.subsec_nanosecond(),
            }),
            session_id,
            agent_id,
            actor,
            correlation_id,
            action_type: wire::ActionType::from(action.action_type()).into(),
            target: action.target().to_owned(),
            requested_operation: action.requested_operation().to_owned(),
            policy_pack: id.to_string(),
            policy_id: id.to_string(),
            policy_version: version.to_string(),
            policy_digest: policy_digest.to_string(),
            effective_digest: effective_digest.to_string(),
            facts_version: FACTS_VERSION.to_owned(),
            decision: wire::Verdict::from(verdict).into(),
            would_be: would_be
                .map_or(wire::Verdict::Unspecified, Into::into)
                .into(),
            outcome: wire::Outcome::from(outcome).into(),
            rule_id,
            severity: wire::Severity::from(severity).into(),
            reason,
            evidence_refs,
            approver_group: approver_groups.first().cloned(),
            approver_groups,
            matched_rules,
            matched_rules_left_out: u64::try_from(matched_rules_left_out).unwrap_or(u64::MAX),
            journal_position,
            policy_source: policy_source.map(|source| source.to_string()),
            policy_state: policy_state.map(|state| state.as_str().to_owned()),
            approval_requirements: approval_requirements.into_iter().map(Into::into).collect(),
            approval_id: approval_id.map(|id| id.to_string()),
            approval_ready: state == Some(ApprovalState::Ready),
            approval_denied: state == Some(ApprovalState::Denied),
            approval_note: approval.and_then(|it| it.note),
        }
    }
}

impl From<Finding> for wire::MatchedRule {
    fn from(finding: Finding) -> Self {
        let Finding {
            rule_id,
            decision,
            severity,
            reason,
            pattern,
            matched_on,
            origin,
            approver_groups,
            evidence_refs,
            entry_id,
            controls,
        } = finding;
        Self {
            rule_id: rule_id.to_string(),
            decision: wire::Verdict::from(decision).into(),
            severity: wire::Severity::from(severity).into(),
            reason,
            pattern: pattern.map(|text| text.to_string()),
            matched_on,
            origin: origin.to_string(),
            approver_groups: approver_groups.iter().map(ToString::to_string).collect(),
            evidence_refs,
            entry_id: entry_id.map(|id| id.to_string()),
            controls: controls.iter().map(ToString::to_string).collect(),
        }
    }
}

impl TryFrom<(wire::DecideResponse, Arc<Action>)> for Answered {
    type Error = FieldError;

    fn try_from(answer: (wire::DecideResponse, Arc<Action>)) -> Result<Self, FieldError> {
        let (
            // The client has verified the signature already.
            wire::DecideResponse {
                decision,
                candidate,
                signed: _,
            },
            action,
        ) = answer;
        let decision = decision.ok_or(FieldError::missing("decision"))?;
        let candidate = candidate.map(|candidate| (candidate, Arc::clone(&action)).try_into());
        Ok(Self {
            candidate: candidate.transpose()?,
            decision: (decision, action).try_into()?,
        })
    }
}

impl TryFrom<(wire::Candidate, Arc<Action>)> for Compared {
    type Error = FieldError;

    fn try_from(candidate: (wire::Candidate, Arc<Action>)) -> Result<Self, FieldError> {
        let (wire::Candidate { decision, change }, action) = candidate;
        let decision = decision.ok_or(FieldError::missing("candidate.decision"))?;
        Ok(Self {
            decision: (decision, action).try_into()?,
            change: known::<wire::Change, _>("candidate.change", change)?,
        })
    }
}

impl TryFrom<(wire::Decision, Arc<Action>)> for Decision {
    type Error = FieldError;

    fn try_from((decision, action): (wire::Decision, Arc<Action>)) -> Result<Self, FieldError> {
        // What repeats the action or the deciding rule is left out.
        let wire::Decision {
            decision_id,
            timestamp,
            session_id: _,
            agent_id: _,
            actor: _,
            correlation_id: _,
            action_type: _,
            target: _,
            requested_operation: _,
            policy_pack: _,
            policy_id,
            policy_version,
            policy_digest,
            effective_digest,
            facts_version: _,
            decision,
            would_be,
            outcome,
            rule_id,
            severity,
            reason: _,
            evidence_refs,
            approver_group: _,
            approver_groups: _,
            matched_rules,
            matched_rules_left_out,
            journal_position,
            policy_source,
            policy_state,
            approval_requirements,
            approval_id,
            approval_note,
            approval_ready,
            approval_denied,
        } = decision;
        let is_used = rule_id == APPROVALS_USED;
        let state = match (is_used, approval_ready, approval_denied) {
            (true, ..) => ApprovalState::Used,
            (_, true, _) => ApprovalState::Ready,
            (.., true) => ApprovalState::Denied,
            _ => ApprovalState::Missing,
        };
        let approval = approval(state, approval_id, approval_note)?;
        let policy = wire::PolicyIdentity {
            policy_id,
            policy_version,
            policy_digest,
            effective_digest,
        };
        let findings = matched_rules.into_iter().map(TryInto::try_into);
        // Rules can name evidence of that form too; the decision's own record comes last.
        let place = evidence_refs.last().and_then(|it| it.parse().ok());
        let recorded = place.filter(|place: &RecordPlace| Some(place.position) == journal_position);
        Ok(Self {
            decision_id: parsed("decision.decision_id", &decision_id)?,
            timestamp: time(timestamp)?,
            policy: Arc::new(policy.try_into()?),
            action,
            judgement: Arc::new(Judgement {
                decision: judged(
                    is_used,
                    known::<wire::Verdict, _>("decision.decision", decision)?,
                )?,
                would_be: match would_be {
                    0 => None,
                    number => Some(known::<wire::Verdict, _>("decision.would_be", number)?),
                },
                outcome: known::<wire::Outcome, _>("decision.outcome", outcome)?,
                severity: known::<wire::Severity, _>("decision.severity", severity)?,
                findings: findings.collect::<Result<_, _>>()?,
                matched_rules_left_out: usize::try_from(matched_rules_left_out)
                    .unwrap_or(usize::MAX),
                approval_requirements: approval_requirements.into_iter().map(Into::into).collect(),
            }),
            recorded,
            policy_source: policy_source.map(Into::into),
            policy_state: policy_state
                .map(|state| parsed("decision.policy_state", &state))
                .transpose()?,
            approval,
        })
    }
}

impl TryFrom<wire::PolicyIdentity> for PolicyIdentity {
    type Error = FieldError;

    fn try_from(identity: wire::PolicyIdentity) -> Result<Self, FieldError> {
        let wire::PolicyIdentity {
            policy_id,
            policy_version,
            policy_digest,
            effective_digest,
        } = identity;
        Ok(Self {
            id: policy_id.into(),
            version: policy_version.into(),
            policy_digest: parsed("policy_digest", &policy_digest)?,
            effective_digest: parsed("effective_digest", &effective_digest)?,
        })
    }
}

impl TryFrom<wire::MatchedRule> for Finding {
    type Error = FieldError;

    fn try_from(rule: wire::MatchedRule) -> Result<Self, FieldError> {
        let wire::MatchedRule {
            rule_id,
            decision,
            severity,
            reason,
            pattern,
            matched_on,
            origin,
            approver_groups,
            evidence_refs,
            entry_id,
            controls,
        } = rule;
        Ok(Self {
            rule_id: rule_id.into(),
            decision: known::<wire::Verdict, _>("decision.matched_rules.decision", decision)?,
            severity: known::<wire::Severity, _>("decision.matched_rules.severity", severity)?,
            reason,
            pattern: pattern.map(Into::into),
            matched_on,
            origin: origin.into(),
            approver_groups: approver_groups.into_iter().map(Into::into).collect(),
            evidence_refs,
            entry_id: entry_id.map(Into::into),
            controls: controls.into_iter().map(Into::into).collect(),
        })
    }
}

fn time(time: Option<prost_types::Timestamp>) -> Result<Timestamp, FieldError> {
    let field = "decision.timestamp";
    let time = time.ok_or(FieldError::missing(field))?;
    Timestamp::new(time.seconds, time.nanos)
        .map_err(|error| FieldError::new(field, format!("is not a time: {error}")))
}

pub(super) fn parsed<T: std::str::FromStr>(
    field: &'static str,
    text: &str,
) -> Result<T, FieldError> {
    text.parse()
        .map_err(|_| FieldError::new(field, format!("is `{text}`, which is malformed")))
}
