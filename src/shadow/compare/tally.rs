//! Comparisons, counted.
//!
//! Memory depends on the limits, not on the traffic. [`Tally::merge`] is associative and
//! commutative: however observations are split over threads, what comes out is the same.

use super::bounded::Bounded;
use super::group::{Group, GroupKey, GroupRef};
use super::observation::{CandidateAnswer, FailureKind, Observation};
use super::required::{CLASSES, DECISION_CLASSES};
use super::rule_counts::{Rule, RuleCount, RuleCounts};
use super::timeline::{ByChange, Timeline, add, place};
use crate::decision::{Change, Outcome, Verdict};
use crate::shadow::limits::{DEFAULT_EXAMPLES, MAX_EXAMPLES, MAX_GROUPS};
use crate::shadow::report::Counts;

/// The columns of the matrix: the candidate's verdicts, and one for none.
const COLUMNS: usize = Verdict::ALL.len() + 1;

/// What was compared, and the results.
#[derive(Debug, Clone)]
pub struct Tally {
    max_examples: usize,
    changes: ByChange,
    failures: [u64; FailureKind::ALL.len()],
    active_not_evaluated: u64,
    required: [u64; CLASSES],
    matrix: [[u64; COLUMNS]; Verdict::ALL.len()],
    groups: Bounded<GroupKey, Group>,
    active: RuleCounts,
    candidate: RuleCounts,
    timeline: Timeline,
}

impl Default for Tally {
    fn default() -> Self {
        Self::new(DEFAULT_EXAMPLES)
    }
}

impl Tally {
    /// Nothing yet; groups will keep `examples` examples each, at most [`MAX_EXAMPLES`].
    #[must_use]
    pub fn new(examples: usize) -> Self {
        Self {
            max_examples: examples.min(MAX_EXAMPLES),
            changes: ByChange::default(),
            failures: Default::default(),
            active_not_evaluated: 0,
            required: Default::default(),
            matrix: Default::default(),
            groups: Bounded::new(MAX_GROUPS),
            active: RuleCounts::new(),
            candidate: RuleCounts::new(),
            timeline: Timeline::default(),
        }
    }

    /// Counts one comparison, and returns how the decisions differ.
    pub fn record(&mut self, observation: &Observation<'_>) -> Change {
        let change = observation.change();
        increment(self.changes.get_mut(place(change)));
        if let Some(failure) = observation.candidate.failure() {
            increment(self.failures.get_mut(failure_place(failure.kind)));
        }
        if observation.active.outcome == Outcome::NotEvaluated {
            self.active_not_evaluated += 1;
        }
        for (count, class) in self.required.iter_mut().zip(&DECISION_CLASSES) {
            *count += u64::from(class.is_exercised_by(observation.active));
        }
        let candidate = observation.judged().map(|judgement| judgement.decision);
        let row = self.matrix.get_mut(row(observation.active.decision));
        increment(row.and_then(|row| row.get_mut(column(candidate))));
        self.active.record(observation, observation.active);
        if let CandidateAnswer::Judged(judgement) = observation.candidate {
            self.candidate.record(observation, judgement);
        }
        if let Some(at) = observation.at {
            self.timeline.record(at, change);
        }
        if change != Change::Same {
            self.group(observation, change);
        }
        change
    }

    fn group(&mut self, observation: &Observation<'_>, change: Change) {
        let key = GroupRef::of(observation, change);
        match self.groups.get_mut(&key) {
            Some(group) => group.record(observation),
            None => {
                let group = Group::of(observation, self.max_examples);
                self.groups.add(key.to_key(), group);
            }
        }
    }

    /// Adds what `other` counted. Both must have been made for the same two policies and
    /// with the same number of examples.
    pub fn merge(&mut self, other: Self) {
        add(&mut self.changes, &other.changes);
        for (count, more) in self.failures.iter_mut().zip(other.failures) {
            *count += more;
        }
        self.active_not_evaluated += other.active_not_evaluated;
        for (count, more) in self.required.iter_mut().zip(other.required) {
            *count += more;
        }
        for (row, more) in self.matrix.iter_mut().zip(other.matrix) {
            for (count, more) in row.iter_mut().zip(more) {
                *count += more;
            }
        }
        self.groups.merge(other.groups);
        self.active.merge(other.active);
        self.candidate.merge(other.candidate);
        self.timeline.merge(other.timeline);
    }

    /// Comparisons, errors of the candidate included.
    #[must_use]
    pub fn compared(&self) -> u64 {
        self.changes.iter().sum()
    }

    /// The number of comparisons of each class.
    #[must_use]
    pub fn counts(&self) -> Counts {
        Counts::by(|change| self.count(change))
    }

    /// The number of comparisons of one class.
    #[must_use]
    pub fn count(&self, change: Change) -> u64 {
        self.changes.get(place(change)).copied().unwrap_or_default()
    }

    /// Comparisons in which something of the candidate failed, whether or not that decided.
    #[must_use]
    pub fn failures(&self, kind: FailureKind) -> u64 {
        let count = self.failures.get(failure_place(kind));
        count.copied().unwrap_or_default()
    }

    /// Comparisons in which the active policy itself could not be evaluated.
    #[must_use]
    pub fn active_not_evaluated(&self) -> u64 {
        self.active_not_evaluated
    }

    /// The times at which there was traffic.
    #[must_use]
    pub fn timeline(&self) -> &Timeline {
        &self.timeline
    }

    /// Comparisons that exercise each of [`DECISION_CLASSES`].
    #[must_use]
    pub fn required(&self) -> [u64; CLASSES] {
        self.required
    }

    /// Comparisons by the active verdict and the candidate's, which may be none.
    #[must_use]
    pub fn matrix(&self, active: Verdict, candidate: Option<Verdict>) -> u64 {
        let row = self.matrix.get(row(active));
        let count = row.and_then(|row| row.get(column(candidate)));
        count.copied().unwrap_or_default()
    }

    pub(in crate::shadow) fn groups(&self) -> Vec<(&GroupKey, &Group)> {
        self.groups.least()
    }

    /// What the rules of the active policy did, those that fired.
    #[must_use]
    pub fn active_rules(&self) -> Vec<(&Rule, &RuleCount)> {
        self.active.rules()
    }

    /// What the rules of the candidate did, those that fired.
    #[must_use]
    pub fn candidate_rules(&self) -> Vec<(&Rule, &RuleCount)> {
        self.candidate.rules()
    }

    pub(in crate::shadow) fn rule_counts(&self) -> (&RuleCounts, &RuleCounts) {
        (&self.active, &self.candidate)
    }
}

fn increment(count: Option<&mut u64>) {
    if let Some(count) = count {
        *count += 1;
    }
}

/// A verdict's place in [`Verdict::ALL`].
fn row(verdict: Verdict) -> usize {
    match verdict {
        Verdict::Block => 0,
        Verdict::RequireApproval => 1,
        Verdict::AllowWithAttestation => 2,
        Verdict::Warn => 3,
        Verdict::AuditOnly => 4,
        Verdict::Allow => 5,
    }
}

fn column(verdict: Option<Verdict>) -> usize {
    verdict.map_or(Verdict::ALL.len(), row)
}

/// A kind's place in [`FailureKind::ALL`].
fn failure_place(kind: FailureKind) -> usize {
    match kind {
        FailureKind::Error => 0,
        FailureKind::TimedOut => 1,
        FailureKind::Malformed => 2,
        FailureKind::Panicked => 3,
    }
}
