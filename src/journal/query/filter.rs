//! The choice of records.

use std::str::FromStr;

use jiff::Timestamp;

use super::NameError;
use crate::action::ActionType;
use crate::decision::{Change, Outcome, Verdict};
use crate::journal::record::{DecisionRecord, EventRecord, Record, Replayable};

/// The conditions that a record must meet, all of them. A list is met if one of its entries is; an
/// empty list is no condition. A condition on something that only decisions have excludes events.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Filter {
    /// Records of this time or later.
    pub from: Option<Timestamp>,
    /// Records before this time.
    pub until: Option<Timestamp>,
    /// Only records of this kind.
    pub kind: Option<EntryKind>,
    /// The verdict that was answered, or that of the rules if an approval was used.
    pub decisions: Vec<Verdict>,
    /// The rule that decided, or `approvals.used` if an approval was used.
    pub rules: Vec<RulePattern>,
    /// How the decision was reached.
    pub outcomes: Vec<Outcome>,
    /// Decisions about actions of one of these types.
    pub action_types: Vec<ActionType>,
    /// What a candidate would have changed.
    pub changes: Vec<Change>,
    /// Whether it can be judged again.
    pub replayable: Vec<Replayable>,
    /// Decisions for exactly this agent.
    pub agent_id: Option<String>,
    /// Decisions in exactly this session.
    pub session_id: Option<String>,
    /// Decisions for exactly this actor.
    pub actor: Option<String>,
    /// The caller's own id of the request, in full.
    pub correlation_id: Option<String>,
    /// A part of the target, case-sensitive. Where retention has dropped
    /// what was asked, nothing matches.
    pub target: Option<String>,
}

/// The kind of a record.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum EntryKind {
    /// A decision was answered.
    Decision,
    /// Something else: a change of policies, a comparison, retention.
    Event,
    /// An event in the lifecycle of policies: a proposal, an approval, a promotion.
    Lifecycle,
}

impl EntryKind {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Decision, Self::Event, Self::Lifecycle];

    /// The name in filters, such as `decision`.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Decision => "decision",
            Self::Event => "event",
            Self::Lifecycle => "lifecycle",
        }
    }
}

/// A rule's id, or how ids begin: `commands.*`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RulePattern {
    text: String,
    is_prefix: bool,
}

impl RulePattern {
    /// Whether the pattern matches `rule_id`.
    #[must_use]
    pub fn matches(&self, rule_id: &str) -> bool {
        match self.is_prefix {
            true => rule_id.starts_with(&self.text),
            false => rule_id == self.text,
        }
    }
}

impl FromStr for RulePattern {
    type Err = NameError;

    fn from_str(pattern: &str) -> Result<Self, NameError> {
        let (text, is_prefix) = match pattern.strip_suffix('*') {
            Some(prefix) => (prefix, true),
            None => (pattern, false),
        };
        if text.contains('*') || (text.is_empty() && !is_prefix) {
            return Err(NameError {
                text: pattern.to_owned(),
                known:
                    "a rule's id such as `commands.block`, or how ids begin such as `commands.*`"
                        .to_owned(),
            });
        }
        Ok(Self {
            text: text.to_owned(),
            is_prefix,
        })
    }
}

impl std::fmt::Display for RulePattern {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let star = if self.is_prefix { "*" } else { "" };
        write!(f, "{}{star}", self.text)
    }
}

/// The time that a record names.
pub(super) fn timestamp(record: &Record) -> Timestamp {
    match record {
        Record::Decision(record) => record.timestamp,
        Record::Lifecycle(record) => record.timestamp,
        Record::Event(EventRecord::Retention(record)) => record.timestamp,
        Record::Event(EventRecord::PolicyChange(record)) => record.timestamp,
        Record::Event(EventRecord::Shadow(record)) => record.timestamp,
        Record::Event(EventRecord::Inquiry(record)) => record.timestamp,
        Record::Event(EventRecord::Refusal(record)) => record.timestamp,
        Record::Event(EventRecord::Approval(record)) => record.timestamp,
    }
}

impl Filter {
    /// Whether `record` meets the conditions, except for [`Self::target`], which is not in the
    /// record itself.
    #[must_use]
    pub fn matches_record(&self, record: &Record) -> bool {
        let time = timestamp(record);
        if self.from.is_some_and(|from| time < from)
            || self.until.is_some_and(|until| time >= until)
        {
            return false;
        }
        match record {
            Record::Decision(record) => {
                self.is_meant(EntryKind::Decision) && self.matches_decision(record)
            }
            Record::Event(_) => self.is_meant(EntryKind::Event) && !self.asks_of_decisions(),
            Record::Lifecycle(_) => {
                self.is_meant(EntryKind::Lifecycle) && !self.asks_of_decisions()
            }
        }
    }

    fn is_meant(&self, kind: EntryKind) -> bool {
        self.kind.is_none_or(|wanted| wanted == kind)
    }

    /// Whether a target meets the condition on targets.
    #[must_use]
    pub fn matches_target(&self, target: Option<&str>) -> bool {
        match (&self.target, target) {
            (None, _) => true,
            (Some(part), Some(target)) => target.contains(part.as_str()),
            (Some(_), None) => false,
        }
    }

    fn matches_decision(&self, record: &DecisionRecord) -> bool {
        let caller = &record.caller;
        let change = record.candidate.as_ref().map(|candidate| candidate.change);
        let is_rule = |rule: &str| self.rules.iter().any(|it| it.matches(rule));
        (any_of(&self.decisions, &record.decision) || any_of(&self.decisions, &record.answered()))
            && any_of(&self.outcomes, &record.outcome)
            && any_of(&self.action_types, &record.action_type)
            && any_of(&self.replayable, &record.replayable)
            && (self.changes.is_empty() || change.is_some_and(|it| self.changes.contains(&it)))
            && (self.rules.is_empty() || is_rule(&record.rule_id) || is_rule(record.answered_by()))
            && is(self.agent_id.as_deref(), caller.agent_id.as_deref())
            && is(self.session_id.as_deref(), caller.session_id.as_deref())
            && is(self.actor.as_deref(), caller.actor.as_deref())
            && is(
                self.correlation_id.as_deref(),
                caller.correlation_id.as_deref(),
            )
    }

    /// Whether it asks for something that the index has. Of times too: the records around the
    /// first one that may be meant are many, where thousands are written in a second.
    pub(super) fn asks_the_index(&self) -> bool {
        self.from.is_some()
            || self.until.is_some()
            || self.kind.is_some()
            || !self.decisions.is_empty()
            || !self.rules.is_empty()
            || self.agent_id.is_some()
            || self.session_id.is_some()
    }

    fn asks_of_decisions(&self) -> bool {
        let Self {
            from: _,
            until: _,
            kind: _,
            decisions,
            rules,
            outcomes,
            action_types,
            changes,
            replayable,
            agent_id,
            session_id,
            actor,
            correlation_id,
            target,
        } = self;
        let texts = [agent_id, session_id, actor, correlation_id, target];
        texts.into_iter().any(Option::is_some)
            || !decisions.is_empty()
            || !rules.is_empty()
            || !outcomes.is_empty()
            || !action_types.is_empty()
            || !changes.is_empty()
            || !replayable.is_empty()
    }
}

fn any_of<T: PartialEq>(wanted: &[T], found: &T) -> bool {
    wanted.is_empty() || wanted.contains(found)
}

fn is(wanted: Option<&str>, found: Option<&str>) -> bool {
    wanted.is_none_or(|wanted| found == Some(wanted))
}
