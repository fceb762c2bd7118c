//! People answer requests, and askers take them back.

use std::sync::Arc;

use jiff::Timestamp;
use uuid::Uuid;

use super::remembered::RememberedRequests;
use super::request::{Given, RequestState};
use super::{Approvals, Shown};
use crate::approval::answer::{ActionApproval, Answer};
use crate::approval::asker::Asker;
use crate::approval::error::AnswerRefusal;
use crate::approval::limits::{MAX_ANSWER_ENVELOPE_BYTES, MAX_ANSWERS};
use crate::approval::standing::{Counted, Standing};
use crate::authority::Authority;
use crate::authority::gate::PolicyStore;
use crate::authority::recording::Recording;
use crate::journal::record::EventRecord;
use crate::journal::record::approval::{ApprovalEvent, ApprovalRecord, ApprovalStep};
use crate::journal::record::refusal::Author;
use crate::journal::writer::Unavailable;
use crate::keys::dsse::Envelope;
use crate::trust::Trust;

/// Why a request isn't answered, shown or taken back.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ApprovalError {
    /// Nobody can approve: there is no journal, or the service is for development.
    #[error("the service gives no approvals: it keeps no policies in a journal")]
    NoApprovals,
    /// There is no trust file.
    #[error("the service has no trust file, so nobody can answer")]
    NoTrust,
    /// There is no such request.
    #[error("there is no request `{0}`, or it ended long ago")]
    Unknown(Uuid),
    /// The request is over.
    #[error("the request `{id}` is over: it is {state}")]
    Over {
        /// The request.
        id: Uuid,
        /// Its state.
        state: &'static str,
    },
    /// The envelope is too long.
    #[error("the envelope has {found} bytes; the limit is {MAX_ANSWER_ENVELOPE_BYTES}")]
    TooLarge {
        /// Its bytes.
        found: usize,
    },
    /// The request has too many answers.
    #[error("the request has {MAX_ANSWERS} answers already")]
    TooMany,
    /// The answer says something else than the method.
    #[error("the answer says `{0}`; call the method for that")]
    OtherAnswer(&'static str),
    /// The answer doesn't count.
    #[error(transparent)]
    Refused(#[from] AnswerRefusal),
    /// Somebody else asked.
    #[error(
        "only who asked can take the request back without a signature; people of the trust file sign it \
         (`cavra approvals cancel ID --signing-key KEY`)"
    )]
    NotTheAsker,
    /// The journal can't record it.
    #[error(transparent)]
    Unrecorded(#[from] Unavailable),
}

/// A signed answer that was taken.
#[derive(Debug, Clone)]
pub struct Answered {
    /// The request after it.
    pub shown: Shown,
    /// The id of the person who answered.
    pub person: String,
    /// False if the person had given the same answer before.
    pub is_new: bool,
    /// The groups that still must approve, in words. Empty if none must.
    pub missing: String,
}

/// An answer that counts.
struct Verified {
    envelope: Envelope,
    counted: Counted,
    trust: Arc<Trust>,
}

impl Authority {
    /// Verifies a signed answer to a request, which must say `expected`. Takes about 0.1 ms.
    ///
    /// # Errors
    /// If it doesn't count.
    pub fn verify_answer(&self, envelope: &[u8], expected: Answer) -> Result<(), ApprovalError> {
        let verified = self.verified(envelope, expected, Timestamp::now());
        verified.map(drop)
    }

    fn verified(
        &self,
        envelope: &[u8],
        expected: Answer,
        now: Timestamp,
    ) -> Result<Verified, ApprovalError> {
        let (approvals, _) = self.approvers()?;
        let trust = self.store.as_ref().and_then(PolicyStore::trust);
        let trust = trust.ok_or(ApprovalError::NoTrust)?;
        let found = envelope.len();
        if found > MAX_ANSWER_ENVELOPE_BYTES {
            return Err(ApprovalError::TooLarge { found });
        }
        let envelope = Envelope::read(envelope).map_err(AnswerRefusal::from)?;
        let counted = approvals.count(&envelope, expected, &trust, now)?;
        Ok(Verified {
            envelope,
            counted,
            trust,
        })
    }

    /// Takes a signed answer to a request, which must say `expected`.
    ///
    /// # Errors
    /// If it doesn't count, the request is over, or the journal can't record it.
    pub async fn answer_request(
        &self,
        envelope: &[u8],
        expected: Answer,
        by: Author,
    ) -> Result<Answered, ApprovalError> {
        let (approvals, recording) = self.approvers()?;
        let now = Timestamp::now();
        let Verified {
            envelope: read,
            counted,
            trust,
        } = self.verified(envelope, expected, now)?;
        let id = counted.answer.binding.approval_id;
        let is_new = !approvals.has(id, &counted);
        if is_new {
            approvals.withhold(id, expected)?;
            let event = ApprovalEvent {
                approval_id: id,
                by: by.to_string(),
                envelope: Some(String::from_utf8_lossy(envelope).into_owned()),
                person: Some(counted.person.clone()),
                what: deed(expected),
            };
            let event = EventRecord::Approval(ApprovalRecord::at(now, event));
            recording.event(event).await?;
            match expected {
                Answer::Cancel => approvals.cancel(id, now),
                Answer::Approve | Answer::Deny => {
                    approvals.take(id, given(read, &counted), &trust, now);
                }
            }
        }
        let shown = approvals.get(id)?;
        Ok(Answered {
            missing: missing(&shown, &trust, now),
            shown,
            person: counted.person,
            is_new,
        })
    }

    /// Takes a request back that `asker` made.
    ///
    /// # Errors
    /// If somebody else made it, it is over, or the journal can't record it.
    pub async fn cancel_request(
        &self,
        id: Uuid,
        asker: Option<Asker>,
        by: Author,
    ) -> Result<Shown, ApprovalError> {
        let (approvals, recording) = self.approvers()?;
        let shown = approvals.get(id)?;
        if Some(shown.request.asker) != asker {
            return Err(ApprovalError::NotTheAsker);
        }
        approvals.withhold(id, Answer::Cancel)?;
        let now = Timestamp::now();
        let event = ApprovalEvent {
            approval_id: id,
            by: by.to_string(),
            envelope: None,
            person: None,
            what: ApprovalStep::Cancelled,
        };
        let event = EventRecord::Approval(ApprovalRecord::at(now, event));
        recording.event(event).await?;
        approvals.cancel(id, now);
        approvals.get(id)
    }

    fn approvers(&self) -> Result<(&Arc<Approvals>, &Arc<Recording>), ApprovalError> {
        let approvals = self.approvals.as_ref().ok_or(ApprovalError::NoApprovals)?;
        let recording = self.recording.as_ref().ok_or(ApprovalError::NoApprovals)?;
        Ok((approvals, recording))
    }
}

impl Approvals {
    /// The answer in an envelope, if it counts now and the request is open.
    fn count(
        &self,
        envelope: &Envelope,
        expected: Answer,
        trust: &Trust,
        now: Timestamp,
    ) -> Result<Counted, ApprovalError> {
        let claimed = ActionApproval::unverified(envelope)?;
        if claimed.decision != expected {
            return Err(ApprovalError::OtherAnswer(claimed.decision.as_str()));
        }
        let shown = self.get(claimed.binding.approval_id)?;
        is_open(&shown)?;
        // Many that end at once are looked at one after the other.
        if shown.state == RequestState::Pending && now >= shown.request.expires_at {
            return Err(ApprovalError::Over {
                id: shown.request.id(),
                state: RequestState::Ended(now).as_str(),
            });
        }
        let counted = shown.request.asked().count(envelope, trust, now)?;
        let is_known = shown.given.iter().any(|it| it.person == counted.person);
        let is_kept = expected != Answer::Cancel && !is_known;
        match is_kept && shown.given.len() >= MAX_ANSWERS {
            true => Err(ApprovalError::TooMany),
            false => Ok(counted),
        }
    }

    /// Whether the person has answered so before, until at least the same time.
    fn has(&self, id: Uuid, counted: &Counted) -> bool {
        let remembered = self.remembered();
        let denies = match counted.answer.decision {
            Answer::Approve => false,
            Answer::Deny => true,
            // It isn't kept, and its request is over.
            Answer::Cancel => return false,
        };
        let is_same = |given: &Given| {
            given.person == counted.person
                && given.denies == denies
                && given.expires_at >= counted.answer.expires_at
        };
        remembered
            .entry(id)
            .is_some_and(|entry| entry.given.iter().any(is_same))
    }

    /// Lets nobody use a request any more, before it is recorded that it is denied or taken back: of a
    /// use and a denial, the one that is recorded first counts. A denial is of the action, so it concerns
    /// the requests of other sessions too.
    fn withhold(&self, id: Uuid, answer: Answer) -> Result<(), ApprovalError> {
        let mut remembered = self.remembered();
        let entry = remembered.entry(id).ok_or(ApprovalError::Unknown(id))?;
        is_open(&Shown::from(entry))?;
        let withheld = match answer {
            Answer::Approve => Vec::new(),
            Answer::Deny => remembered.open_of(&entry.request),
            Answer::Cancel => vec![id],
        };
        withheld.into_iter().for_each(|id| remembered.withhold(id));
        Ok(())
    }

    /// Adds an answer that is recorded.
    pub(super) fn take(&self, id: Uuid, given: Given, trust: &Trust, now: Timestamp) {
        let mut remembered = self.remembered();
        let Some(entry) = remembered.entry(id) else {
            return;
        };
        if is_open(&Shown::from(entry)).is_err() {
            return;
        }
        let expires_at = entry.request.expires_at;
        let before = entry.given.iter().filter(|it| !it.is_same_word(&given));
        let envelopes = before.map(|it| &*it.envelope).chain([&*given.envelope]);
        let standing = Standing::of(entry.request.asked(), envelopes, trust, now);
        let answered = match (&standing.denial, standing.approved_until()) {
            (Some(denial), _) => {
                let until = denial.answer.expires_at;
                (RequestState::Denied(until), until)
            }
            (None, Some(until)) => (RequestState::Approved(until), until),
            (None, None) => (RequestState::Pending, expires_at),
        };
        let ended = remembered.answer(id, given, answered, now);
        drop(remembered);
        self.changed(id);
        ended.into_iter().for_each(|id| self.changed(id));
    }

    /// Adds a denial that is recorded. It counted then, and goes on to count whatever becomes of the key
    /// that signed it.
    pub(super) fn denied(&self, id: Uuid, given: Given, at: Timestamp) {
        let until = given.expires_at;
        self.change_open(id, |remembered| {
            remembered.answer(id, given, (RequestState::Denied(until), until), at);
        });
    }

    /// A request is taken back, which is recorded.
    pub(super) fn cancel(&self, id: Uuid, at: Timestamp) {
        self.change_open(id, |remembered| {
            remembered.end(id, RequestState::Cancelled(at), at)
        });
    }

    /// Changes a request unless it is over.
    fn change_open(&self, id: Uuid, change: impl FnOnce(&mut RememberedRequests)) {
        let mut remembered = self.remembered();
        let entry = remembered.entry(id).map(Shown::from);
        if entry.is_some_and(|shown| is_open(&shown).is_ok()) {
            change(&mut remembered);
            drop(remembered);
            self.changed(id);
        }
    }
}

/// An answer as it is remembered.
pub(super) fn given(envelope: Envelope, counted: &Counted) -> Given {
    let Counted { person, answer, .. } = counted;
    Given {
        envelope: Arc::new(envelope),
        denies: answer.decision == Answer::Deny,
        person: person.clone(),
        decided_at: answer.decided_at,
        expires_at: answer.expires_at,
    }
}

const fn deed(answer: Answer) -> ApprovalStep {
    match answer {
        Answer::Approve => ApprovalStep::Approved,
        Answer::Deny => ApprovalStep::Denied,
        Answer::Cancel => ApprovalStep::Cancelled,
    }
}

/// Whether a request can be answered or taken back. What was denied stays denied.
fn is_open(shown: &Shown) -> Result<(), ApprovalError> {
    match shown.state {
        RequestState::Pending | RequestState::Approved(_) => Ok(()),
        RequestState::Denied(_)
        | RequestState::Used(_)
        | RequestState::Cancelled(_)
        | RequestState::Ended(_) => Err(ApprovalError::Over {
            id: shown.request.id(),
            state: shown.state.as_str(),
        }),
    }
}

/// The groups that still must approve, in words.
fn missing(shown: &Shown, trust: &Trust, now: Timestamp) -> String {
    let envelopes = shown.given.iter().map(|given| &*given.envelope);
    let standing = Standing::of(shown.request.asked(), envelopes, trust, now);
    let requirements = standing.missing.iter();
    let requirements = requirements.filter_map(|index| shown.request.requirements.get(*index));
    let requirements: Vec<_> = requirements.cloned().collect();
    crate::approval::standing::in_words(&requirements)
}
