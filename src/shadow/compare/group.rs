//! Groups of similar divergences, and their examples.

use std::collections::BTreeMap;
use std::sync::Arc;

use hashbrown::Equivalent;
use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::bounded::Merge;
use super::excerpt;
use super::observation::{FailureKind, Observation, Position, cut};
use super::timeline::earliest;
use crate::action::facts::Facts;
use crate::action::{Action, ActionType, Request};
use crate::decision::{Change, Finding, Outcome, Severity, Verdict};
use crate::policy::base_rule::BaseRule;
use crate::shadow::limits::{MAX_AGENT_BYTES, MAX_EXAMPLE_APPROVERS, MAX_SUBJECT_BYTES};

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

    fn of_rule(rule_id: &str) -> Self {
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

/// What the divergences of a group have in common.
#[derive(
    Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(deny_unknown_fields)]
pub struct GroupKey {
    /// How the candidate's decision differs.
    pub change: Change,
    /// The part of the pack that causes the difference.
    pub section: PackSection,
    /// The id of the rule that decided in the active policy.
    pub active_rule_id: Arc<str>,
    /// The verdict of the active policy.
    pub active_decision: Verdict,
    /// The id of the rule that decided in the candidate. It is `null` if the evaluation panicked.
    pub candidate_rule_id: Option<Arc<str>>,
    /// The verdict of the candidate. It is `null` if it could not be evaluated.
    pub candidate_decision: Option<Verdict>,
    /// The kind of action.
    pub action_type: ActionType,
    /// The program, ref or server, cut to 96 bytes. For a file it is the file's extension, or its
    /// name if that begins with a dot.
    pub subject: Arc<str>,
    /// The agent that asked, cut to 96 bytes.
    pub agent_id: Option<Arc<str>>,
}

/// A [`GroupKey`] that is only looked up.
#[derive(Debug, Clone, Copy, Hash)]
pub(in crate::shadow) struct GroupRef<'a> {
    change: Change,
    section: PackSection,
    active_rule_id: &'a str,
    active_decision: Verdict,
    candidate_rule_id: Option<&'a str>,
    candidate_decision: Option<Verdict>,
    action_type: ActionType,
    subject: &'a str,
    agent_id: Option<&'a str>,
}

impl<'a> GroupRef<'a> {
    pub(in crate::shadow) fn of(observation: &Observation<'a>, change: Change) -> Self {
        let active = observation.active.deciding();
        let candidate = observation.candidate.judgement();
        let deciding = candidate.and_then(|judgement| judgement.deciding());
        let section = section(observation, change, active, deciding);
        let action = observation.action;
        Self {
            change,
            section,
            active_rule_id: active.map_or("", |finding| &finding.rule_id),
            active_decision: observation.active.decision,
            candidate_rule_id: deciding.map(|finding| finding.rule_id.as_ref()),
            candidate_decision: observation.judged().map(|judgement| judgement.decision),
            action_type: action.action_type(),
            subject: cut(
                subject(section, action, observation.facts),
                MAX_SUBJECT_BYTES,
            ),
            agent_id: observation
                .agent_id
                .map(|agent| cut(agent, MAX_AGENT_BYTES)),
        }
    }

    pub(in crate::shadow) fn to_key(self) -> GroupKey {
        GroupKey {
            change: self.change,
            section: self.section,
            active_rule_id: self.active_rule_id.into(),
            active_decision: self.active_decision,
            candidate_rule_id: self.candidate_rule_id.map(Into::into),
            candidate_decision: self.candidate_decision,
            action_type: self.action_type,
            subject: self.subject.into(),
            agent_id: self.agent_id.map(Into::into),
        }
    }
}

impl Equivalent<GroupKey> for GroupRef<'_> {
    fn equivalent(&self, key: &GroupKey) -> bool {
        self.change == key.change
            && self.section == key.section
            && self.active_rule_id == key.active_rule_id.as_ref()
            && self.active_decision == key.active_decision
            && self.candidate_rule_id == key.candidate_rule_id.as_deref()
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

/// The subject of the action: a program, path, ref or server.
fn subject<'a>(section: PackSection, action: &'a Action, facts: &'a Facts) -> &'a str {
    if section == PackSection::Git
        && let Some(update) = facts
            .pushes
            .iter()
            .flat_map(|push| &push.readings)
            .flatten()
            .next()
    {
        return excerpt::short(&update.name);
    }
    match &action.request {
        Request::ReadFile { path } | Request::WriteFile { path } => extension(path),
        Request::ExecuteCommand { .. } => {
            let commands = &facts.commands;
            let telling = commands.iter().find(|command| !command.neutral);
            telling
                .or(commands.first())
                .map_or("", |it| it.program.as_str())
        }
        Request::GitOperation { operation, .. } => {
            let mut updates = facts
                .pushes
                .iter()
                .flat_map(|push| &push.readings)
                .flatten();
            updates
                .next()
                .map_or(operation, |update| excerpt::short(&update.name))
        }
        Request::McpToolCall(_) => facts.mcp.as_ref().map_or("", |call| call.server.as_str()),
    }
}

/// `.rs` of `src/main.rs`, `.env` of `a/.env`, nothing of `Makefile`.
fn extension(path: &str) -> &str {
    let name = path.rsplit(['/', '\\']).next().unwrap_or(path);
    name.rfind('.')
        .and_then(|dot| name.get(dot..))
        .unwrap_or_default()
}

/// One side of a divergence.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Side {
    /// The id of the rule that decides.
    pub rule_id: Arc<str>,
    /// The verdict.
    pub decision: Verdict,
    /// How much harm the action could do.
    pub severity: Severity,
    /// The entry of the pack that matched. Absent if the rule has none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pattern: Option<Arc<str>>,
    /// The id of the pack that the entry or the rule is from.
    pub origin: Arc<str>,
    /// The groups that approve, at most 8.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub approver_groups: Vec<Arc<str>>,
}

impl Side {
    fn of(decision: Verdict, finding: &Finding) -> Self {
        let groups = finding.approver_groups.iter();
        Self {
            rule_id: Arc::clone(&finding.rule_id),
            decision,
            severity: finding.severity,
            pattern: finding.pattern.clone(),
            origin: Arc::clone(&finding.origin),
            approver_groups: groups.take(MAX_EXAMPLE_APPROVERS).cloned().collect(),
        }
    }
}

/// Why a candidate could not judge an action.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct FailureReport {
    /// How the candidate failed.
    pub kind: FailureKind,
    /// What went wrong, for a person, in one line.
    pub reason: String,
}

/// One divergence that a person can look up. It holds no values of the action.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Example {
    /// Where the action is.
    pub position: Position,
    /// When the action was decided. Absent if that is not known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at: Option<Timestamp>,
    /// The action as text, without its values, cut to 240 bytes.
    pub text: String,
    /// The decision of the active policy.
    pub active: Option<Side>,
    /// The decision of the candidate. It is `null` if the evaluation panicked.
    pub candidate: Option<Side>,
    /// Why the candidate failed. Absent if it did not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub failure: Option<FailureReport>,
}

impl Example {
    pub(in crate::shadow) fn of(observation: &Observation<'_>) -> Self {
        let active = observation.active;
        let candidate = observation.candidate.judgement();
        Self {
            position: observation.position,
            at: observation.at,
            text: excerpt::example_text(observation.action, observation.facts),
            active: active.deciding().map(|it| Side::of(active.decision, it)),
            candidate: candidate.and_then(|judgement| {
                judgement
                    .deciding()
                    .map(|it| Side::of(judgement.decision, it))
            }),
            failure: observation
                .candidate
                .failure()
                .map(|failure| FailureReport {
                    kind: failure.kind,
                    reason: one_line(failure.reason),
                }),
        }
    }
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// What is known of a group.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::shadow) struct Group {
    pub(in crate::shadow) count: u64,
    pub(in crate::shadow) first: Position,
    pub(in crate::shadow) last: Position,
    pub(in crate::shadow) first_at: Option<Timestamp>,
    pub(in crate::shadow) last_at: Option<Timestamp>,
    /// Those with the least positions.
    pub(in crate::shadow) examples: BTreeMap<Position, Example>,
    max_examples: usize,
}

impl Group {
    pub(in crate::shadow) fn of(observation: &Observation<'_>, max_examples: usize) -> Self {
        let mut group = Self {
            count: 0,
            first: observation.position,
            last: observation.position,
            first_at: None,
            last_at: None,
            examples: BTreeMap::new(),
            max_examples,
        };
        group.record(observation);
        group
    }

    pub(in crate::shadow) fn record(&mut self, observation: &Observation<'_>) {
        let position = observation.position;
        self.count += 1;
        self.first = self.first.min(position);
        self.last = self.last.max(position);
        self.first_at = earliest(self.first_at, observation.at);
        self.last_at = self.last_at.max(observation.at);
        let full = self.examples.len() >= self.max_examples;
        let last = self
            .examples
            .last_key_value()
            .map(|(position, _)| *position);
        if !full || last.is_some_and(|last| position < last) {
            self.examples.insert(position, Example::of(observation));
            self.bound();
        }
    }

    fn bound(&mut self) {
        while self.examples.len() > self.max_examples {
            self.examples.pop_last();
        }
    }
}

impl Merge for Group {
    fn merge(&mut self, other: Self) {
        self.count += other.count;
        self.first = self.first.min(other.first);
        self.last = self.last.max(other.last);
        self.first_at = earliest(self.first_at, other.first_at);
        self.last_at = self.last_at.max(other.last_at);
        self.examples.extend(other.examples);
        self.bound();
    }
}
