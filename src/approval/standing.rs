//! Which answers to a request count, and what is missing.
//!
//! An approver is a person of the trust file with the role `approve` who is in one of the groups
//! that some requirement names, and who didn't ask. Each requirement needs an approver. One denial
//! by such a person is enough to deny.

use jiff::Timestamp;

use super::answer::{ActionApproval, Answer, Binding, verify};
use super::error::AnswerRefusal;
use crate::decision::ApprovalRequirement;
use crate::keys::dsse::Envelope;
use crate::trust::Trust;
use crate::trust::document::Person;

/// What a request is about, as far as the answers to it matter.
#[derive(Debug, Clone, Copy)]
pub struct Asked<'a> {
    /// What an answer must be bound to.
    pub binding: &'a Binding,
    /// What is needed, all of it.
    pub requirements: &'a [ApprovalRequirement],
    /// The names of who asked: the action's actor, and the user as `uid:1000`.
    pub names: &'a [String],
}

/// An answer that counts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Counted {
    /// The person's id.
    pub person: String,
    /// Those of the groups that must approve that the person is in.
    pub groups: Vec<String>,
    /// The answer.
    pub answer: ActionApproval,
}

/// The state of a request at some time, by the answers to it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Standing {
    /// The approvals that count, at most one of each person.
    pub approvals: Vec<Counted>,
    /// The denial that counts.
    pub denial: Option<Counted>,
    /// Why the other answers don't count.
    pub refused: Vec<AnswerRefusal>,
    /// The requirements that no approval meets, by their index.
    pub missing: Vec<usize>,
}

impl Asked<'_> {
    /// The answer in an envelope, if it counts by this trust file at the time `at`.
    ///
    /// # Errors
    /// With the first reason why it doesn't.
    pub fn count(
        &self,
        envelope: &Envelope,
        trust: &Trust,
        at: Timestamp,
    ) -> Result<Counted, AnswerRefusal> {
        let (answer, person) = verify(envelope, self.binding, trust, at)?;
        let groups = match self.groups_of(person) {
            // Who asked may take the request back, in whatever group they are.
            Err(AnswerRefusal::OwnRequest { .. }) if answer.decision == Answer::Cancel => {
                Vec::new()
            }
            groups => groups?,
        };
        Ok(Counted {
            groups,
            person: person.id.clone(),
            answer,
        })
    }

    fn groups_of(&self, person: &Person) -> Result<Vec<String>, AnswerRefusal> {
        let is_theirs = |name: &&String| person.is_called(name);
        if let Some(name) = self.names.iter().find(is_theirs) {
            return Err(AnswerRefusal::OwnRequest {
                person: person.id.clone(),
                name: name.clone(),
            });
        }
        let is_asked = |group: &&String| {
            let mut groups = self.requirements.iter().flat_map(|it| it.any_of.iter());
            groups.any(|asked| **asked == **group)
        };
        let groups: Vec<String> = person.groups.iter().filter(is_asked).cloned().collect();
        match groups.is_empty() {
            true => Err(AnswerRefusal::WrongGroup {
                person: person.id.clone(),
                groups: in_words(self.requirements),
            }),
            false => Ok(groups),
        }
    }
}

impl Standing {
    /// The state of a request at the time `at`, by this trust file. Answers that are listed first
    /// are looked at first.
    #[must_use]
    pub fn of<'e>(
        asked: Asked<'_>,
        answers: impl IntoIterator<Item = &'e Envelope>,
        trust: &Trust,
        at: Timestamp,
    ) -> Self {
        let mut standing = Self::default();
        for envelope in answers {
            match asked.count(envelope, trust, at) {
                Ok(counted) => standing.take(counted),
                Err(refusal) => standing.refused.push(refusal),
            }
        }
        let is_met = |requirement: &ApprovalRequirement| {
            let mut groups = standing.approvals.iter().flat_map(|it| &it.groups);
            groups.any(|group| requirement.any_of.iter().any(|asked| **asked == **group))
        };
        let requirements = asked.requirements.iter().enumerate();
        let missing = requirements.filter(|(_, requirement)| !is_met(requirement));
        standing.missing = missing.map(|(index, _)| index).collect();
        standing
    }

    /// Whether the action may be done: every requirement is met, and nobody denied it. A request
    /// without requirements is never approved.
    #[must_use]
    pub fn is_approved(&self) -> bool {
        self.denial.is_none() && self.missing.is_empty() && !self.approvals.is_empty()
    }

    /// When the first approval ends, if the action may be done.
    #[must_use]
    pub fn approved_until(&self) -> Option<Timestamp> {
        let ends = self.approvals.iter().map(|it| it.answer.expires_at);
        ends.min().filter(|_| self.is_approved())
    }

    /// The people who approve, with their groups, such as `ana (SRE), bo (Data Owners)`.
    #[must_use]
    pub fn approvers(&self) -> String {
        let words = |it: &Counted| format!("{} ({})", it.person, it.groups.join(", "));
        self.approvals
            .iter()
            .map(words)
            .collect::<Vec<_>>()
            .join(", ")
    }

    fn take(&mut self, counted: Counted) {
        match counted.answer.decision {
            Answer::Deny => drop(self.denial.get_or_insert(counted)),
            Answer::Approve if self.has(&counted.person) => {}
            Answer::Approve => self.approvals.push(counted),
            // It ends the request, and says nothing of the action.
            Answer::Cancel => {}
        }
    }

    fn has(&self, person: &str) -> bool {
        self.approvals.iter().any(|it| it.person == person)
    }
}

/// Such as `SRE or Platform, and Data Owners`.
#[must_use]
pub fn in_words(requirements: &[ApprovalRequirement]) -> String {
    let one = |it: &ApprovalRequirement| match it.any_of.is_empty() {
        true => "nobody".to_owned(),
        false => it.any_of.join(" or "),
    };
    requirements
        .iter()
        .map(one)
        .collect::<Vec<_>>()
        .join(", and ")
}
