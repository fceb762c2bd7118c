//! How often a person is asked, and why.

mod hindrance;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

pub use hindrance::Hindrance;

use super::{Counts, JournalEntry};
use crate::action::ActionType;
use crate::action::facts::Facts;
use crate::decision::{Finding, Severity, Verdict};
use crate::journal::limits::MAX_COUNTED_NAMES;
use crate::journal::record::judgement::StoredJudgement;
use crate::journal::record::{Record, Subject};

/// How often a person was asked, and why: `cavra.journal.friction.v1`. An action that needs an
/// attestation is not one that a person is asked about.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Friction {
    /// `cavra.journal.friction.v1`
    pub schema_version: FrictionSchema,
    /// The number of actions that were decided.
    pub actions: u64,
    /// The number of actions that wait for a person.
    pub asked: u64,
    /// The number of actions that were blocked.
    pub blocked: u64,
    /// The number of command lines among the actions.
    pub commands: u64,
    /// The number of command lines that went ahead without a person.
    pub commands_allowed: u64,
    /// How many of 100 actions a person is asked about, to two decimals; 0 without actions.
    pub asks_per_100_actions: f64,
    /// How many of 100 command lines go ahead without a person, to two decimals; 0 without
    /// command lines.
    pub commands_allowed_per_100: f64,
    /// The asks by the rule that decided.
    pub by_rule: Counts,
    /// The asks by what was in the way, as [`Hindrance::name`] gives it.
    pub by_hindrance: Counts,
    /// The asks by severity.
    pub by_severity: Counts,
    /// Command lines by the program that the deciding finding is about.
    pub by_program: BTreeMap<String, ProgramFriction>,
    /// Command lines of further programs, of those past the first thousand.
    pub other_programs: ProgramFriction,
}

/// The `schema_version` of [`Friction`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub enum FrictionSchema {
    /// The first.
    #[default]
    #[serde(rename = "cavra.journal.friction.v1")]
    V1,
}

/// The command lines that one program decided about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ProgramFriction {
    /// Their number.
    pub commands: u64,
    /// The number of those that a person was asked about.
    pub asked: u64,
}

/// A decision, as far as friction is about it.
#[derive(Debug, Clone, Copy)]
pub struct Observed<'a> {
    /// What the agent asked for.
    pub action_type: ActionType,
    /// The verdict that was answered.
    pub decision: Verdict,
    /// The severity that was shown.
    pub severity: Severity,
    /// The id of the rule that decided.
    pub rule_id: &'a str,
    /// The finding that decided, if it is known.
    pub deciding: Option<&'a Finding>,
    /// The facts, if they are known.
    pub facts: Option<&'a Facts>,
}

impl Observed<'_> {
    /// Whether a person is asked.
    #[must_use]
    pub fn is_asked(&self) -> bool {
        self.decision == Verdict::RequireApproval
    }

    /// What keeps the action from being allowed.
    #[must_use]
    pub fn hindrance(&self) -> Hindrance {
        match (self.deciding, self.facts) {
            (Some(finding), Some(facts)) => {
                let on = finding.matched_on.as_deref();
                let command = hindrance::command_of(facts, on);
                Hindrance::of(&finding.rule_id, facts, command)
            }
            _ => Hindrance::NotRecorded,
        }
    }

    /// The program that the deciding finding is about. None if the action is no command line, or
    /// if no program is known.
    #[must_use]
    pub fn program(&self) -> Option<&str> {
        if self.action_type != ActionType::ExecuteCommand {
            return None;
        }
        let on = self.deciding.and_then(|it| it.matched_on.as_deref());
        let command = hindrance::command_of(self.facts?, on)?;
        Some(command.program.as_str()).filter(|program| !program.is_empty())
    }
}

impl Friction {
    /// Counts one decision.
    pub fn add(&mut self, observed: &Observed<'_>) {
        self.actions += 1;
        self.blocked += u64::from(observed.decision == Verdict::Block);
        let asked = observed.is_asked();
        if asked {
            self.add_ask(observed);
        }
        if observed.action_type == ActionType::ExecuteCommand {
            self.commands += 1;
            let goes_ahead = observed.decision < Verdict::RequireApproval;
            self.commands_allowed += u64::from(goes_ahead);
            let program = self.program(observed.program().unwrap_or("(unknown)"));
            program.commands += 1;
            program.asked += u64::from(asked);
        }
        self.asks_per_100_actions = per_100(self.asked, self.actions);
        self.commands_allowed_per_100 = per_100(self.commands_allowed, self.commands);
    }

    fn add_ask(&mut self, observed: &Observed<'_>) {
        self.asked += 1;
        self.by_hindrance.add(&observed.hindrance().name());
        self.by_severity.add(observed.severity.as_str());
        self.by_rule.add(observed.rule_id);
    }

    fn program(&mut self, name: &str) -> &mut ProgramFriction {
        let is_full = self.by_program.len() >= MAX_COUNTED_NAMES;
        if is_full && !self.by_program.contains_key(name) {
            return &mut self.other_programs;
        }
        self.by_program.entry(name.to_owned()).or_default()
    }

    /// Counts a record of a journal, if it is a decision. Where retention has dropped its contents,
    /// what was in the way is counted as not recorded.
    pub fn add_entry(&mut self, entry: &JournalEntry) {
        let Record::Decision(record) = entry.record() else {
            return;
        };
        let parts = entry.parts();
        let subject = parts.subject.as_ref().and_then(|content| content.text());
        let subject = subject.and_then(|text| Subject::read(text.as_bytes()).ok());
        let judgement = parts.judgement.as_ref().and_then(|content| content.text());
        let judgement = judgement.and_then(|text| StoredJudgement::read(text.as_bytes()).ok());
        let deciding = judgement.as_ref().and_then(|it| it.judgement.deciding());
        self.add(&Observed {
            action_type: record.action_type,
            decision: record.decision,
            severity: record.severity,
            rule_id: &record.rule_id,
            deciding,
            facts: subject.as_ref().and_then(|subject| subject.facts.as_ref()),
        });
    }
}

/// A share of 100, to two decimals.
fn per_100(part: u64, whole: u64) -> f64 {
    let hundredths = u128::from(part) * 10_000;
    let rounded = (hundredths + u128::from(whole) / 2).checked_div(u128::from(whole));
    let rounded = u32::try_from(rounded.unwrap_or(0)).unwrap_or(10_000);
    f64::from(rounded) / 100.0
}
