//! The mix of some traffic, counted in bounded memory.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use jiff::Timestamp;

use super::{Event, Intent};
use crate::action::{ActionType, Request};

/// Names that one list of a summary counts; others are counted together.
const MAX_NAMES: usize = 256;

/// What some traffic was made of.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Summary {
    /// All actions.
    pub actions: u64,
    /// The simulated times of the first and the last one.
    pub span: Option<(Timestamp, Timestamp)>,
    /// For each action type and intent that there was.
    mix: BTreeMap<(ActionType, Intent), u64>,
    /// For each program that a command line begins with.
    programs: BTreeMap<Box<str>, u64>,
}

/// How often something was asked for.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct TargetCount {
    /// Its name.
    pub name: String,
    /// How often.
    pub count: u64,
}

impl Summary {
    /// Counts one more.
    pub fn count(&mut self, event: &Event) {
        self.actions += 1;
        let first = self.span.map_or(event.at, |(first, _)| first);
        self.span = Some((first, event.at));
        let kind = (event.action.action_type(), event.intent);
        *self.mix.entry(kind).or_default() += 1;
        if let Request::ExecuteCommand { command_line } = &event.action.request {
            self.count_program(program(command_line));
        }
    }

    fn count_program(&mut self, name: &str) {
        if let Some(count) = self.programs.get_mut(name) {
            *count += 1;
            return;
        }
        let name = if self.programs.len() < MAX_NAMES {
            name
        } else {
            "others"
        };
        *self.programs.entry(name.into()).or_default() += 1;
    }

    /// How many actions were of this type and had this intent.
    #[must_use]
    pub fn of(&self, action_type: ActionType, intent: Intent) -> u64 {
        self.mix.get(&(action_type, intent)).copied().unwrap_or(0)
    }

    /// How many actions had this intent.
    #[must_use]
    pub fn of_intent(&self, intent: Intent) -> u64 {
        let counts = self.mix.iter().filter(|((_, it), _)| *it == intent);
        counts.map(|(_, count)| count).sum()
    }

    /// The programs that command lines began with, the most frequent first.
    #[must_use]
    pub fn programs(&self) -> Vec<TargetCount> {
        let mut counts: Vec<TargetCount> = self
            .programs
            .iter()
            .map(|(name, count)| TargetCount {
                name: name.to_string(),
                count: *count,
            })
            .collect();
        counts.sort_by_key(|program| Reverse(program.count));
        counts
    }
}

/// The first word, as it is written: this counts texts, and judges nothing.
fn program(command_line: &str) -> &str {
    command_line.split(' ').next().unwrap_or(command_line)
}
