//! A recorded subject with the answers of the policies: computed once for equal questions.

use std::cell::OnceCell;

use super::Active;
use crate::action::establish;
use crate::action::facts::{FACTS_VERSION, Facts};
use crate::action::{Action, Caller};
use crate::decision::Judgement;
use crate::engine::Policy;
use crate::journal::record::{Replayable, Subject};
use crate::shadow::compare::observation::{CandidateAnswer, Failure};
use crate::shadow::report::FactsFrom;

/// A recorded subject. The answers to it serve every decision on it, unless a policy reads who
/// asked.
pub(super) struct Asked {
    pub(super) subject: Subject,
    recorded: OnceCell<Answers>,
    established: OnceCell<Answers>,
}

/// Facts, and the policies' answers to them.
#[derive(Clone)]
pub(super) struct Answers {
    /// The facts, unless they are the recorded ones.
    facts: Option<Facts>,
    pub(super) from: FactsFrom,
    /// Whether the recorded facts have the same version and differ.
    pub(super) differ: bool,
    /// None if the recorded judgement is compared.
    pub(super) active: Option<Judgement>,
    pub(super) candidate: CandidateAnswer,
}

impl Asked {
    pub(super) fn new(subject: Subject) -> Self {
        Self {
            subject,
            recorded: OnceCell::new(),
            established: OnceCell::new(),
        }
    }

    /// Gives `take` the action, the facts and the answers of the policies. None if there is nothing
    /// to judge. `caller` is given if a policy reads who asked; then the answers are not kept.
    /// Answers that failed are not kept either, since a time limit may be met the next time.
    pub(super) fn judged<T>(
        &self,
        caller: Option<Caller>,
        replayable: Replayable,
        wanted: FactsFrom,
        (active, candidate): (&Active, &Policy),
        take: impl FnOnce(&Facts, &Answers) -> T,
    ) -> Option<T> {
        let from = self.facts_from(replayable, wanted)?;
        let kept = match from {
            FactsFrom::Journal => &self.recorded,
            FactsFrom::Text => &self.established,
        };
        if let Some(caller) = caller {
            let action = Action {
                caller,
                ..self.subject.action.clone()
            };
            let answers = self.answers(&action, from, active, candidate)?;
            return Some(take(self.facts(&answers)?, &answers));
        }
        if let Some(answers) = kept.get() {
            return Some(take(self.facts(answers)?, answers));
        }
        let answers = self.answers(&self.subject.action, from, active, candidate)?;
        let taken = take(self.facts(&answers)?, &answers);
        if !answers.failed() {
            kept.get_or_init(|| answers);
        }
        Some(taken)
    }

    fn facts<'a>(&'a self, answers: &'a Answers) -> Option<&'a Facts> {
        answers.facts.as_ref().or(self.subject.facts.as_ref())
    }

    /// The facts that are judged. Facts of another version mean something else, so they are never
    /// judged.
    fn facts_from(&self, replayable: Replayable, wanted: FactsFrom) -> Option<FactsFrom> {
        let whole = replayable == Replayable::Text;
        match self.recorded_facts() {
            Some(_) if wanted == FactsFrom::Journal || !whole => Some(FactsFrom::Journal),
            _ => whole.then_some(FactsFrom::Text),
        }
    }

    fn recorded_facts(&self) -> Option<&Facts> {
        let current = self.subject.facts_version == FACTS_VERSION;
        self.subject.facts.as_ref().filter(|_| current)
    }

    fn answers(
        &self,
        action: &Action,
        from: FactsFrom,
        active: &Active,
        candidate: &Policy,
    ) -> Option<Answers> {
        let established = match from {
            FactsFrom::Journal => None,
            FactsFrom::Text => Some(establish(action).ok()?),
        };
        let recorded = self.recorded_facts();
        let facts = established.as_ref().or(recorded)?;
        Some(Answers {
            from,
            differ: recorded.is_some_and(|recorded| recorded != facts),
            active: match active {
                Active::Recorded => None,
                Active::Judged(policy) => Some(policy.judge(action, facts)),
            },
            candidate: CandidateAnswer::of(|| candidate.judge(action, facts)),
            facts: established,
        })
    }
}

impl Answers {
    fn failed(&self) -> bool {
        let active = self.active.as_ref();
        self.candidate.failure().is_some() || active.and_then(Failure::in_judgement).is_some()
    }
}
