//! What must be true of a report, whatever its records are.

use super::build::group_id;
use super::criteria::Criterion;
use super::{Bounds, Report, SCHEMA_VERSION, Status};
use crate::decision::Change;
use crate::shadow::compare::statistics::UpperBound;

impl Report {
    /// Where the report contradicts itself; empty if it does not. Numbers that agree with each
    /// other may still disagree with the records.
    #[must_use]
    pub fn contradictions(&self) -> Vec<String> {
        let mut found = Vec::new();
        let mut hold = |holds: bool, what: &str| {
            if !holds {
                found.push(what.to_owned());
            }
        };
        let (counts, of) = (&self.counts, &self.denominators);
        hold(
            self.schema_version == SCHEMA_VERSION,
            "`schema_version` is another",
        );
        hold(self.non_enforcing, "`non_enforcing` is not true");
        hold(
            counts.total() == of.compared,
            "`counts` don't add up to `denominators.compared`",
        );
        hold(
            sum([
                of.compared,
                of.dropped,
                of.pending,
                self.unclear_counts().total(),
            ]) == of.sampled,
            "`compared`, `dropped`, `pending` and `unclear` don't add up to `sampled`",
        );
        hold(
            sum([of.sampled, of.not_replayable]) <= of.seen,
            "more was sampled than seen",
        );
        hold(
            self.candidate_failures.total() == of.errored,
            "`candidate_failures` don't add up to `denominators.errored`",
        );
        hold(
            counts.candidate_error <= of.errored,
            "more errors of the candidate decided than there were",
        );
        hold(
            sum(self.matrix.iter().map(|cell| cell.count)) == of.compared,
            "`matrix` doesn't add up to `denominators.compared`",
        );
        hold(self.groups_add_up(), "`groups` don't add up to `counts`");
        hold(
            self.agents_add_up(),
            "`agents` of `groups` have more divergences than their group",
        );
        hold(
            self.unclear_adds_up(),
            "`unclear` doesn't agree with itself",
        );
        hold(self.bounds_follow(), "`bounds` don't follow from `counts`");
        hold(
            self.groups_are_named(),
            "an `id` of `groups` doesn't follow from the `key` and the policies",
        );
        hold(
            self.criteria_follow(),
            "`criteria` don't follow from the rest",
        );
        hold(
            self.status_follows() && !self.criteria.is_empty(),
            "`status` doesn't follow from `criteria`",
        );
        found
    }

    fn groups_add_up(&self) -> bool {
        let beyond = &self.group_overflow;
        let all = [
            (Change::Loosened, beyond.loosened),
            (Change::CandidateError, beyond.candidate_error),
            (Change::Tightened, beyond.tightened),
            (Change::ReasonChanged, beyond.reason_changed),
        ];
        all.into_iter().all(|(change, beyond)| {
            let kept = sum(self.groups_of(change).map(|group| group.count));
            kept.saturating_add(beyond) == self.counts.of(change)
        })
    }

    /// The agents that a group doesn't name have the rest of its divergences.
    fn agents_add_up(&self) -> bool {
        self.groups.iter().all(|group| {
            let named = sum(group.agents.iter().map(|agent| agent.count));
            named <= group.count
        })
    }

    /// Whether each group's id follows from its key. A person who explains a group reads the key
    /// and signs the id.
    fn groups_are_named(&self) -> bool {
        let (active, candidate) = (&self.active, &self.candidate);
        self.groups.iter().all(|group| {
            group_id(
                active.effective_digest,
                candidate.effective_digest,
                &group.key,
            )
            .is_ok_and(|id| id == group.id)
        })
    }

    /// Save for the words of their messages.
    fn criteria_follow(&self) -> bool {
        let Some(again) = self.criteria_again() else {
            return false;
        };
        let again = again.iter().map(Criterion::without_message);
        again.eq(self.criteria.iter().map(Criterion::without_message))
    }

    /// Reports of earlier versions say `ready` of a run that is still on, if the criteria are met.
    fn status_follows(&self) -> bool {
        let is_met = self.criteria.iter().all(|criterion| criterion.met);
        match self.status {
            Status::Ready => is_met,
            Status::NotReady => !is_met || self.source.is_still_on(),
        }
    }

    fn bounds_follow(&self) -> bool {
        let compared = self.counts.total();
        let of = |count| UpperBound::of(count, compared);
        let expected = Bounds {
            confidence_percent: self.bounds.confidence_percent,
            loosened: of(self.counts.loosened),
            candidate_error: of(self.counts.candidate_error),
            tightened: of(self.counts.tightened),
            reason_changed: of(self.counts.reason_changed),
            any_change: of(compared.saturating_sub(self.counts.same)),
        };
        self.bounds == expected
    }
}

fn sum(numbers: impl IntoIterator<Item = u64>) -> u64 {
    numbers.into_iter().fold(0, u64::saturating_add)
}
