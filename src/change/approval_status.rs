//! Which approvals of a request count, and what is missing.
//!
//! An approver is a person of the trust file with the role `approve` who is in one of the groups
//! that must approve and is not the requester. A person counts once. Each group must have an
//! approver, and there must be as many approvers as the request's criteria say. One rejection by
//! such a person ends the request.

use std::collections::BTreeSet;

use jiff::Timestamp;

use super::approval::{Answer, Approval, ApprovalStatement};
use super::error::ApprovalRefusal;
use super::limits::MAX_APPROVALS;
use super::requested::Requested;
use crate::keys::dsse::Envelope;
use crate::policy::effective::EffectivePack;
use crate::policy::promotion::PUBLISH_RULE;
use crate::trust::Trust;
use crate::trust::document::Person;

/// An approval or a rejection that counts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Counted {
    /// The person's id.
    pub person: String,
    /// Those of the groups that must approve that the person is in.
    pub groups: Vec<String>,
    /// What the person answered.
    pub answer: Approval,
}

/// An approval or a rejection that doesn't count.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refused {
    /// Its index among those that were given.
    pub index: usize,
    /// Why it doesn't count.
    pub why: ApprovalRefusal,
}

/// The state of a request: which answers count, and what is missing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ApprovalStatus {
    /// The approvals that count, one for each person.
    pub approvals: Vec<Counted>,
    /// The rejections that count.
    pub rejections: Vec<Counted>,
    /// What doesn't count.
    pub refused: Vec<Refused>,
    /// The groups that nobody has approved for.
    pub missing_groups: Vec<String>,
    /// How many more people must approve.
    pub missing_approvals: u32,
}

/// The groups that must approve a change: those that the policy in force names, and those that the
/// candidate names. A candidate can't appoint its own approvers past those in force.
#[must_use]
pub fn groups_that_approve(active: &EffectivePack, candidate: &EffectivePack) -> BTreeSet<String> {
    let packs = [active, candidate].into_iter();
    let groups = packs.flat_map(|pack| pack.approvers_for(PUBLISH_RULE));
    groups.map(ToString::to_string).collect()
}

impl ApprovalStatus {
    /// Counts the answers to a request as of the time `at`. `groups` must approve; without a group
    /// nobody can.
    #[must_use]
    pub fn of(
        requested: &Requested,
        answers: &[Envelope],
        trust: &Trust,
        groups: &BTreeSet<String>,
        at: Timestamp,
    ) -> Self {
        Self::of_others(requested, answers, trust, groups, &BTreeSet::new(), at)
    }

    /// Which approvals of a request count, where nobody counts whose id is in `broke_glass`: a
    /// break-glass is not ratified by the person who did it.
    #[must_use]
    pub fn of_others(
        requested: &Requested,
        answers: &[Envelope],
        trust: &Trust,
        groups: &BTreeSet<String>,
        broke_glass: &BTreeSet<String>,
        at: Timestamp,
    ) -> Self {
        let count = Count {
            requested,
            trust,
            groups,
            broke_glass,
            at,
        };
        let mut approval_status = Self {
            approvals: Vec::new(),
            rejections: Vec::new(),
            refused: Vec::new(),
            missing_groups: Vec::new(),
            missing_approvals: 0,
        };
        for (index, envelope) in answers.iter().enumerate() {
            let counted = match index < MAX_APPROVALS {
                true => count.answer(envelope),
                false => Err(ApprovalRefusal::TooMany),
            };
            if let Err(why) = counted.and_then(|counted| approval_status.take(counted)) {
                approval_status.refused.push(Refused { index, why });
            }
        }
        let has = |group: &&String| {
            let mut approvals = approval_status.approvals.iter();
            approvals.any(|approval| approval.groups.contains(group))
        };
        approval_status.missing_groups =
            groups.iter().filter(|group| !has(group)).cloned().collect();
        let found = u32::try_from(approval_status.approvals.len()).unwrap_or(u32::MAX);
        let required = requested.request.criteria.approvals_required;
        approval_status.missing_approvals = required.saturating_sub(found);
        approval_status
    }

    /// Whether the change is approved: enough people have, for each group, and nobody rejected it.
    /// What was not looked at could be a rejection.
    #[must_use]
    pub fn is_approved(&self) -> bool {
        let mut refused = self.refused.iter();
        !refused.any(|it| it.why == ApprovalRefusal::TooMany)
            && self.rejections.is_empty()
            && self.missing_groups.is_empty()
            && self.missing_approvals == 0
            && !self.approvals.is_empty()
    }

    fn take(&mut self, counted: Counted) -> Result<(), ApprovalRefusal> {
        let list = match counted.answer.decision {
            Answer::Approve => &mut self.approvals,
            Answer::Reject => &mut self.rejections,
        };
        if list.iter().any(|before| before.person == counted.person) {
            return Err(ApprovalRefusal::CountedBefore(counted.person));
        }
        list.push(counted);
        Ok(())
    }
}

/// What each answer is judged by.
struct Count<'a> {
    requested: &'a Requested,
    trust: &'a Trust,
    groups: &'a BTreeSet<String>,
    broke_glass: &'a BTreeSet<String>,
    at: Timestamp,
}

impl Count<'_> {
    fn answer(&self, envelope: &Envelope) -> Result<Counted, ApprovalRefusal> {
        let verified = ApprovalStatement::verify(envelope, self.trust, self.at)?;
        let answer = verified.document.predicate;
        self.about_the_request(&answer)?;
        Ok(Counted {
            groups: self.groups_of(verified.person)?,
            person: verified.person.id.clone(),
            answer,
        })
    }

    fn about_the_request(&self, answer: &Approval) -> Result<(), ApprovalRefusal> {
        let request = &self.requested.request;
        let (found, wanted) = (answer.request_digest, self.requested.digest);
        if found != wanted {
            return Err(ApprovalRefusal::OtherRequest { found, wanted });
        }
        let (found, wanted) = (
            answer.from_effective_digest,
            request.replaces.effective_digest,
        );
        if found != wanted {
            return Err(ApprovalRefusal::OtherFrom { found, wanted });
        }
        Ok(self.requested.check_candidate(answer.to_effective_digest)?)
    }

    /// The groups that the person approves for.
    fn groups_of(&self, person: &Person) -> Result<Vec<String>, ApprovalRefusal> {
        if person.id == self.requested.requester {
            return Err(ApprovalRefusal::OwnRequest(person.id.clone()));
        }
        if self.broke_glass.contains(&person.id) {
            return Err(ApprovalRefusal::BrokeGlass(person.id.clone()));
        }
        let groups = person.groups.iter();
        let groups = groups.filter(|group| self.groups.contains(*group));
        let groups: Vec<String> = groups.cloned().collect();
        match groups.is_empty() {
            true => Err(ApprovalRefusal::WrongGroup {
                person: person.id.clone(),
                groups: self.groups.iter().cloned().collect(),
            }),
            false => Ok(groups),
        }
    }
}
