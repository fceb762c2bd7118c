//! The key of a group: what makes two divergences alike.

use std::borrow::Cow;
use std::cmp::{Ordering, Reverse};
use std::sync::Arc;

use hashbrown::Equivalent;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::observation::Observation;
use super::operation::{Difference, operation};
use crate::action::ActionType;
use crate::decision::{Change, Finding, Outcome, Verdict};
use crate::policy::base_rule::BaseRule;

/// The part of a pack that causes a divergence.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum PackSection {
    /// The section `filesystem`.
    Filesystem,
    /// The section `commands`.
    Commands,
    /// The section `git`.
    Git,
    /// The section `mcp`.
    Mcp,
    /// The section `approvals`: the rule is the same, but other groups approve.
    Approvals,
    /// The section `evidence`.
    Evidence,
    /// The pack's own Rego.
    Rules,
    /// No part of a pack.
    Runtime,
}

impl PackSection {
    /// The name in documents, such as `filesystem`.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Filesystem => "filesystem",
            Self::Commands => "commands",
            Self::Git => "git",
            Self::Mcp => "mcp",
            Self::Approvals => "approvals",
            Self::Evidence => "evidence",
            Self::Rules => "rules",
            Self::Runtime => "runtime",
        }
    }

    /// The section that a rule's entries are in.
    pub(in crate::shadow) fn of_rule(rule_id: &str) -> Self {
        let Some(rule) = BaseRule::from_id(rule_id) else {
            return Self::Rules;
        };
        match rule_id.split('.').next() {
            Some("filesystem") => Self::Filesystem,
            Some("commands") => Self::Commands,
            Some("git") => Self::Git,
            Some("mcp") => Self::Mcp,
            Some("evidence") => Self::Evidence,
            // The base rules don't fail: what does is a pack's own Rego.
            _ if rule.outcome() == Outcome::NotEvaluated => Self::Rules,
            _ => Self::Runtime,
        }
    }
}

/// What the divergences of a group have in common: the changed entry or rule of each side, the
/// operation, and both verdicts.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct GroupKey {
    /// How the candidate's decision differs.
    pub change: Change,
    /// The part of the pack that causes the difference.
    pub section: PackSection,
    /// The id of the rule of the active policy that makes the difference.
    pub active_rule_id: Arc<str>,
    /// The entry of the active policy that makes the difference. Absent if the rule has none, and
    /// in reports of earlier versions.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub active_pattern: Option<Arc<str>>,
    /// The verdict of the active policy.
    pub active_decision: Verdict,
    /// The id of the rule of the candidate that makes the difference. It is `null` if the
    /// evaluation panicked.
    pub candidate_rule_id: Option<Arc<str>>,
    /// The entry of the candidate that makes the difference. Absent if the rule has none, and in
    /// reports of earlier versions.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub candidate_pattern: Option<Arc<str>>,
    /// The verdict of the candidate. It is `null` if it could not be evaluated.
    pub candidate_decision: Option<Verdict>,
    /// The kind of action.
    pub action_type: ActionType,
    /// The operation, at most 96 bytes: of commands the program and its subcommand, of git the
    /// operation and the refs, of MCP `server:tool`, of a file its extension, or its name if that
    /// begins with a dot. Parts of an action that are judged alike are left out. A longer text ends
    /// with a digest of the whole.
    pub subject: Arc<str>,
    /// Always `null`. In reports of earlier versions the agent that asked.
    pub agent_id: Option<Arc<str>>,
}

impl GroupKey {
    /// How the verdict moves, such as `block → allow`.
    #[must_use]
    pub fn step(&self) -> String {
        let after = self.candidate_decision;
        let after = after.map_or("no verdict", |it| it.as_str());
        format!("{} → {after}", self.active_decision.as_str())
    }

    /// How far the verdict moves: from `block` to `allow` is the farthest.
    #[must_use]
    pub fn distance(&self) -> u8 {
        let place = |verdict: Verdict| verdict as u8;
        let active = place(self.active_decision);
        let candidate = self.candidate_decision.map_or(active, place);
        active.abs_diff(candidate)
    }

    /// What the order of keys is by: the dangerous ones first.
    fn order(&self) -> impl Ord + use<'_> {
        (
            (self.change, Reverse(self.distance()), self.section),
            (
                &self.active_rule_id,
                &self.active_pattern,
                self.active_decision,
            ),
            (
                &self.candidate_rule_id,
                &self.candidate_pattern,
                self.candidate_decision,
            ),
            (self.action_type, &self.subject, &self.agent_id),
        )
    }
}

impl Ord for GroupKey {
    fn cmp(&self, other: &Self) -> Ordering {
        self.order().cmp(&other.order())
    }
}

impl PartialOrd for GroupKey {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

/// A [`GroupKey`] that is only looked up.
#[derive(Debug, Clone, Hash)]
pub(in crate::shadow) struct GroupRef<'a> {
    change: Change,
    section: PackSection,
    active_rule_id: &'a str,
    active_pattern: Option<&'a str>,
    active_decision: Verdict,
    candidate_rule_id: Option<&'a str>,
    candidate_pattern: Option<&'a str>,
    candidate_decision: Option<Verdict>,
    action_type: ActionType,
    subject: Cow<'a, str>,
    agent_id: Option<&'a str>,
}

impl<'a> GroupRef<'a> {
    pub(in crate::shadow) fn of(observation: &Observation<'a>, change: Change) -> Self {
        let active = observation.active.deciding();
        let candidate = observation.candidate.judgement();
        let deciding = candidate.and_then(|judgement| judgement.deciding());
        let section = section(observation, change, active, deciding);
        let difference = Difference::of(observation);
        // What decides may be the same on both sides, such as another command that is allowed.
        let active = difference.active.first().copied().or(active);
        let deciding = difference.candidate.first().copied().or(deciding);
        let action = observation.action;
        Self {
            change,
            section,
            active_rule_id: active.map_or("", |finding| &finding.rule_id),
            active_pattern: active.and_then(|finding| finding.pattern.as_deref()),
            active_decision: observation.active.decision,
            candidate_rule_id: deciding.map(|finding| finding.rule_id.as_ref()),
            candidate_pattern: deciding.and_then(|finding| finding.pattern.as_deref()),
            candidate_decision: observation.judged().map(|judgement| judgement.decision),
            action_type: action.action_type(),
            subject: operation(action, observation.facts, &difference),
            agent_id: None,
        }
    }

    pub(in crate::shadow) fn to_key(&self) -> GroupKey {
        GroupKey {
            change: self.change,
            section: self.section,
            active_rule_id: self.active_rule_id.into(),
            active_pattern: self.active_pattern.map(Into::into),
            active_decision: self.active_decision,
            candidate_rule_id: self.candidate_rule_id.map(Into::into),
            candidate_pattern: self.candidate_pattern.map(Into::into),
            candidate_decision: self.candidate_decision,
            action_type: self.action_type,
            subject: self.subject.as_ref().into(),
            agent_id: self.agent_id.map(Into::into),
        }
    }
}

impl Equivalent<GroupKey> for GroupRef<'_> {
    fn equivalent(&self, key: &GroupKey) -> bool {
        self.change == key.change
            && self.section == key.section
            && self.active_rule_id == key.active_rule_id.as_ref()
            && self.active_pattern == key.active_pattern.as_deref()
            && self.active_decision == key.active_decision
            && self.candidate_rule_id == key.candidate_rule_id.as_deref()
            && self.candidate_pattern == key.candidate_pattern.as_deref()
            && self.candidate_decision == key.candidate_decision
            && self.action_type == key.action_type
            && self.subject == key.subject.as_ref()
            && self.agent_id == key.agent_id.as_deref()
    }
}

/// The section of the stricter side's rule, since that rule was added or removed. If both sides
/// decide by the same rule with the same severity, only the groups that approve can differ.
fn section(
    observation: &Observation<'_>,
    change: Change,
    active: Option<&Finding>,
    candidate: Option<&Finding>,
) -> PackSection {
    let of = |finding: Option<&Finding>| {
        finding.map_or(PackSection::Runtime, |it| PackSection::of_rule(&it.rule_id))
    };
    match change {
        Change::Loosened => of(active),
        Change::CandidateError if observation.candidate.judgement().is_none() => {
            PackSection::Runtime
        }
        Change::CandidateError | Change::Tightened | Change::Same => of(candidate),
        Change::ReasonChanged => match (active, candidate) {
            (Some(a), Some(b)) if a.rule_id == b.rule_id && a.severity == b.severity => {
                PackSection::Approvals
            }
            _ => of(candidate),
        },
    }
}
