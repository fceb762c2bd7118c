//! What one policy decides of traffic, counted.

use std::collections::BTreeMap;

use cavra::action::{Action, establish};
use cavra::decision::{Judgement, Verdict};
use cavra::engine::Policy;
use cavra::journal::query::{Friction, Hindrance, Observed};

use super::tables::Mark;
use super::traffic::Event;

/// An ask for what nobody needs to see.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Needless {
    pub actions: u64,
    pub hindrance: Hindrance,
    pub reason: String,
    pub program: String,
    /// One line of the shape.
    pub example: String,
}

/// What was counted of one source.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct OfSource {
    pub actions: u64,
    pub asked: u64,
    pub allowed: u64,
}

/// The verdicts of one policy.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Tally {
    pub friction: Friction,
    /// Decisions by mark: allowed, asked, blocked.
    pub by_mark: BTreeMap<Mark, [u64; 3]>,
    pub by_source: BTreeMap<String, OfSource>,
    /// Asks for harmless shapes, by shape.
    pub needless: BTreeMap<String, Needless>,
    /// Dangerous actions that were allowed, each once.
    pub false_allows: BTreeMap<String, u64>,
}

impl Tally {
    /// Lets `policy` decide.
    pub fn add(&mut self, policy: &Policy, event: &Event<'_>) {
        let facts = establish(&event.action).unwrap_or_else(|error| panic!("{error}"));
        let judgement = policy.judge(&event.action, &facts);
        let observed = observed(&event.action, &judgement, &facts);
        self.friction.add(&observed);
        let place = match judgement.decision {
            Verdict::Block => 2,
            Verdict::RequireApproval => 1,
            _ => 0,
        };
        self.by_mark.entry(event.shape.mark).or_default()[place] += 1;
        let source = self.by_source.entry(event.source.name.clone()).or_default();
        source.actions += 1;
        source.asked += u64::from(place == 1);
        source.allowed += u64::from(place == 0);
        match (event.shape.mark, place) {
            (Mark::Dangerous, 0) => *self.false_allows.entry(event.text.clone()).or_default() += 1,
            (Mark::Harmless, 1) => self.add_needless(event, &observed, &judgement),
            _ => {}
        }
    }

    fn add_needless(&mut self, event: &Event<'_>, observed: &Observed<'_>, judged: &Judgement) {
        let entry = self.needless.entry(event.shape.text.clone());
        let needless = entry.or_insert_with(|| Needless {
            actions: 0,
            hindrance: observed.hindrance(),
            reason: judged.deciding().map_or("", |it| &it.reason).to_owned(),
            program: observed.program().unwrap_or("(own tool)").to_owned(),
            example: event.text.clone(),
        });
        needless.actions += 1;
    }

    /// Needless asks, the most frequent first.
    pub fn needless_first(&self) -> Vec<&Needless> {
        let mut all: Vec<&Needless> = self.needless.values().collect();
        all.sort_by(|one, other| (other.actions, &one.example).cmp(&(one.actions, &other.example)));
        all
    }

    /// Needless asks by program.
    pub fn needless_programs(&self) -> Vec<(&str, u64)> {
        let mut programs: BTreeMap<&str, u64> = BTreeMap::new();
        for needless in self.needless.values() {
            *programs.entry(&needless.program).or_default() += needless.actions;
        }
        let mut all: Vec<(&str, u64)> = programs.into_iter().collect();
        all.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
        all
    }
}

fn observed<'a>(
    action: &Action,
    judgement: &'a Judgement,
    facts: &'a cavra::action::facts::Facts,
) -> Observed<'a> {
    Observed {
        action_type: action.action_type(),
        decision: judgement.decision,
        severity: judgement.severity,
        rule_id: judgement.deciding().map_or("", |it| &it.rule_id),
        deciding: judgement.deciding(),
        facts: Some(facts),
    }
}
