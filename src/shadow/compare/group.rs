//! Groups of similar divergences, and their examples.

use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::sync::Arc;

use hashbrown::Equivalent;
use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::bounded::{Bounded, Merge};
use super::excerpt;
pub(in crate::shadow) use super::key::GroupRef;
pub use super::key::{GroupKey, PackSection};
use super::observation::{FailureKind, Observation, Position, cut};
use super::timeline::earliest;
use crate::decision::{Finding, Severity, Verdict};
use crate::shadow::limits::{MAX_AGENT_BYTES, MAX_EXAMPLE_APPROVERS, MAX_GROUP_AGENTS};

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
#[derive(Debug, Clone)]
pub(in crate::shadow) struct Group {
    pub(in crate::shadow) count: u64,
    pub(in crate::shadow) first: Position,
    pub(in crate::shadow) last: Position,
    pub(in crate::shadow) first_at: Option<Timestamp>,
    pub(in crate::shadow) last_at: Option<Timestamp>,
    /// Those with the least positions.
    pub(in crate::shadow) examples: BTreeMap<Position, Example>,
    max_examples: usize,
    agents: Bounded<Option<Arc<str>>, Count>,
}

/// The divergences of one agent.
#[derive(Debug, Clone, Copy)]
struct Count(u64);

impl Merge for Count {
    fn merge(&mut self, other: Self) {
        self.0 += other.0;
    }
}

/// An agent that is only looked up.
#[derive(Hash)]
struct AgentRef<'a>(Option<&'a str>);

impl Equivalent<Option<Arc<str>>> for AgentRef<'_> {
    fn equivalent(&self, key: &Option<Arc<str>>) -> bool {
        self.0 == key.as_deref()
    }
}

/// How many divergences of a group one agent has.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AgentCount {
    /// The agent, cut to 96 bytes. It is `null` if no agent is named.
    pub agent_id: Option<Arc<str>>,
    /// How many divergences it has.
    pub count: u64,
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
            agents: Bounded::new(MAX_GROUP_AGENTS),
        };
        group.record(observation);
        group
    }

    pub(in crate::shadow) fn record(&mut self, observation: &Observation<'_>) {
        let position = observation.position;
        self.count += 1;
        self.count_agent(observation.agent_id);
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

    fn count_agent(&mut self, agent: Option<&str>) {
        let agent = agent.map(|agent| cut(agent, MAX_AGENT_BYTES));
        match self.agents.get_mut(&AgentRef(agent)) {
            Some(count) => count.merge(Count(1)),
            None => self.agents.add(agent.map(Into::into), Count(1)),
        }
    }

    /// The agents whose names are the first in order, the one with the most divergences first.
    pub(in crate::shadow) fn agents(&self) -> Vec<AgentCount> {
        let named = self.agents.least().into_iter();
        let counts = named.map(|(agent_id, count)| AgentCount {
            agent_id: agent_id.clone(),
            count: count.0,
        });
        let mut agents: Vec<AgentCount> = counts.collect();
        // A stable sort: equal counts stay in the order of the names.
        agents.sort_by_key(|agent| Reverse(agent.count));
        agents
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
        self.agents.merge(other.agents);
        self.bound();
    }
}
