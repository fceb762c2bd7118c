//! Which part of a journal was replayed, and how: enough to repeat it.

use std::str::FromStr;

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::PolicyRef;
use crate::action::ActionType;
use crate::canonical::Digest;
use crate::decision::Verdict;

/// How a journal was replayed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ReplayScope {
    /// What the candidate was compared with.
    pub active: ReplayedActive,
    /// Which decisions were replayed.
    pub selection: Selection,
    /// Where the judged facts are from, if a record holds both facts and text.
    pub facts: FactsFrom,
    /// How many comparisons used facts that were established again from the recorded text.
    pub from_text: u64,
    /// How many comparisons used the recorded facts.
    pub from_facts: u64,
    /// In how many comparisons the facts from the text differ from recorded facts of the same
    /// version.
    pub facts_differ: u64,
    /// The policies that made the selected decisions, by effective digest.
    pub recorded_policies: Vec<RecordedPolicy>,
}

/// What a candidate is compared with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ReplayedActive {
    /// Each decision as it was recorded, by the policy that was active then.
    Recorded,
    /// The decision of one policy that judges the same facts now.
    Judged,
}

/// Where the judged facts are from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum FactsFrom {
    /// From the record if it holds facts of this version, else from the recorded text.
    Journal,
    /// From the recorded text if it is complete, else from the record.
    Text,
}

/// A policy that made some of the replayed decisions.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RecordedPolicy {
    /// The policy.
    pub policy: PolicyRef,
    /// How many decisions it made.
    pub decisions: u64,
    /// The index of its first decision in the journal, from 0.
    pub first_position: u64,
    /// The index of its last decision in the journal, from 0.
    pub last_position: u64,
}

/// Which decisions of the journal were selected: those that meet every given condition.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Selection {
    /// Decided at this time or later.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub since: Option<Timestamp>,
    /// Decided before this time.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<Timestamp>,
    /// The kind of action.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub action_type: Option<ActionType>,
    /// The agent that asked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub agent_id: Option<String>,
    /// The rule that decided.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rule_id: Option<String>,
    /// The verdict.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub decision: Option<Verdict>,
    /// The policy that decided.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub effective_digest: Option<Digest>,
}

/// One condition of a [`Selection`], such as `agent=builder`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Condition {
    /// `action_type=execute_command`
    ActionType(ActionType),
    /// `agent=builder`
    Agent(String),
    /// `rule=commands.block`
    Rule(String),
    /// `verdict=block`
    Verdict(Verdict),
    /// `policy=sha256:…`
    Policy(Digest),
}

/// Why a text is no condition, or one can't be added.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ConditionError {
    /// No such name.
    #[error(
        "`{0}` is not a condition; it should read `action_type=…`, `agent=…`, `rule=…`, `verdict=…` \
         or `policy=sha256:…`"
    )]
    Unknown(String),
    /// No such value.
    #[error("`{value}` is not a valid {what}")]
    Value {
        /// What the value should be.
        what: &'static str,
        /// The value.
        value: String,
    },
    /// The same name again.
    #[error("`{0}` is asked for twice")]
    Twice(&'static str),
}

impl FromStr for Condition {
    type Err = ConditionError;

    fn from_str(text: &str) -> Result<Self, ConditionError> {
        let unknown = || ConditionError::Unknown(text.to_owned());
        let (name, value) = text.split_once('=').ok_or_else(unknown)?;
        match name {
            "action_type" => named(value, "action type").map(Self::ActionType),
            "agent" => Ok(Self::Agent(value.to_owned())),
            "rule" => Ok(Self::Rule(value.to_owned())),
            "verdict" => named(value, "verdict").map(Self::Verdict),
            "policy" => value
                .parse()
                .map(Self::Policy)
                .map_err(|_| no(value, "effective digest")),
            _ => Err(unknown()),
        }
    }
}

fn no(value: &str, what: &'static str) -> ConditionError {
    ConditionError::Value {
        what,
        value: value.to_owned(),
    }
}

/// By the name that it has in documents.
fn named<T: serde::de::DeserializeOwned>(
    value: &str,
    what: &'static str,
) -> Result<T, ConditionError> {
    serde_json::from_value(Value::from(value)).map_err(|_| no(value, what))
}

impl Selection {
    /// The conditions, by name, that leave out decisions by what they were. A time and a policy
    /// only select an interval of the traffic.
    #[must_use]
    pub fn narrowed_by(&self) -> Vec<&'static str> {
        let Self {
            since: _,
            until: _,
            action_type,
            agent_id,
            rule_id,
            decision,
            effective_digest: _,
        } = self;
        let given = [
            ("action_type", action_type.is_some()),
            ("agent", agent_id.is_some()),
            ("rule", rule_id.is_some()),
            ("verdict", decision.is_some()),
        ];
        let given = given.into_iter().filter(|(_, given)| *given);
        given.map(|(name, _)| name).collect()
    }

    /// Asks for one thing more.
    ///
    /// # Errors
    /// If something of its kind is asked for already.
    pub fn add(&mut self, condition: Condition) -> Result<(), ConditionError> {
        match condition {
            Condition::ActionType(it) => once(&mut self.action_type, it, "action_type"),
            Condition::Agent(it) => once(&mut self.agent_id, it, "agent"),
            Condition::Rule(it) => once(&mut self.rule_id, it, "rule"),
            Condition::Verdict(it) => once(&mut self.decision, it, "verdict"),
            Condition::Policy(it) => once(&mut self.effective_digest, it, "policy"),
        }
    }
}

fn once<T>(place: &mut Option<T>, value: T, name: &'static str) -> Result<(), ConditionError> {
    match place.replace(value) {
        Some(_) => Err(ConditionError::Twice(name)),
        None => Ok(()),
    }
}
