//! Records what was judged, and puts a policy in force.

use std::sync::Arc;

use jiff::Timestamp;

use super::documents::Signed;
use super::error::GateError;
use super::history::InForce;
use super::limits::{MAX_ACKNOWLEDGEMENTS, MAX_SETTLING_TRIES};
use super::promote::Changed;
use super::store::PolicyStore;
use super::submit::refused;
use super::trusting::trust_ref;
use crate::authority::conditions::Aspect;
use crate::authority::recording::Recording;
use crate::authority::{Authority, Slot};
use crate::canonical::Digest;
use crate::causes::in_line;
use crate::change::acknowledgement::AcknowledgementStatement;
use crate::change::approval::Answer;
use crate::change::approval_status::{ApprovalStatus, Counted};
use crate::change::limits::MAX_CHANGE_FILE_BYTES;
use crate::change::requested::Requested;
use crate::change::signed::SignedDocument;
use crate::engine::Policy;
use crate::journal::record::lifecycle::{
    Acknowledged, AnswerGiven, By, Happened, LifecycleEvent, RequestGiven, Withdrawn,
};
use crate::journal::record::refusal::Author;
use crate::journal::writer::Unavailable;
use crate::trust::Trust;

/// The documents of a change, and which of them count.
pub(super) struct Given<'a> {
    pub(super) request: &'a Signed,
    pub(super) answers: &'a [Signed],
    pub(super) approval_status: &'a ApprovalStatus,
    /// The acknowledgements that the evidence rests on.
    pub(super) acknowledgements: &'a [Signed],
}

/// A change that is about to be made.
pub(super) struct Made {
    pub(super) event: LifecycleEvent,
    /// The document that the record keeps.
    pub(super) document: Option<Box<[u8]>>,
    pub(super) policy: Arc<Policy>,
    pub(super) reason: Option<String>,
    pub(super) person: Option<String>,
}

impl Authority {
    /// Records the request, the answers that count and the acknowledgements, as far as they weren't
    /// recorded. Gives the digests of the approvals. The caller holds the lock for changes.
    pub(super) async fn record_documents(
        &self,
        given: &Given<'_>,
        requested: &Requested,
        trust: &Trust,
        by: Author,
    ) -> Result<Vec<Digest>, GateError> {
        let (store, recording) = self.kept()?;
        let writer = Writer {
            store,
            recording,
            trust,
            by,
        };
        writer.request(given.request, requested).await?;
        for signed in given.acknowledgements {
            writer.acknowledgement(signed).await?;
        }
        let mut approvals = Vec::new();
        let refused = |index| {
            given
                .approval_status
                .refused
                .iter()
                .any(|it| it.index == index)
        };
        let mut counted = counted(given.approval_status);
        for (index, signed) in given.answers.iter().enumerate() {
            let Some(answer) = (!refused(index)).then(|| counted.take(signed)).flatten() else {
                continue;
            };
            writer.answer(signed, requested, answer).await?;
            if answer.answer.decision == Answer::Approve {
                approvals.push(signed.digest);
            }
        }
        Ok(approvals)
    }

    /// Records the change and makes it. The caller holds the lock for changes.
    pub(super) async fn put_in_force(
        &self,
        store: &PolicyStore,
        recording: &Recording,
        made: Made,
        by: Author,
    ) -> Result<Changed, GateError> {
        let Made {
            event,
            document,
            policy,
            reason,
            person,
        } = made;
        let by = By {
            person,
            ..By::from(by)
        };
        let happened = Happened {
            by,
            event,
            policy: Some(policy.identity()),
            document,
            reason,
        };
        let activation_index = match store.record(recording, happened).await {
            Ok(index) => index,
            Err(GateError::Unrecorded(error)) => {
                self.settle(store, recording, &policy, error).await?
            }
            Err(error) => return Err(error),
        };
        let slot = self.slot();
        let active = policy.identity().effective_digest;
        let is_candidate = |it: &Arc<Policy>| it.identity().effective_digest == active;
        let candidate = slot.candidate.clone().filter(|it| !is_candidate(it));
        let history = store.history();
        self.swap(Slot {
            active: Arc::clone(&policy),
            candidate,
            state: history.in_force().and_then(InForce::state),
        });
        self.tell_break_glass(&history);
        // Whatever was wrong with the policy before, this one was judged.
        for aspect in [Aspect::Policy, Aspect::Succession, Aspect::Proof] {
            self.conditions().set(aspect, None);
        }
        Ok(Changed {
            active: policy,
            previous: Arc::clone(&slot.active),
            activation_index,
        })
    }

    /// Finds out whether a record is on disk of which the journal didn't say so in time: the policy
    /// that the last durable record names must be the one that decides. Gives its index if it is.
    async fn settle(
        &self,
        store: &PolicyStore,
        recording: &Recording,
        policy: &Policy,
        error: Unavailable,
    ) -> Result<u64, GateError> {
        let before = store.in_force().map(|it| it.index);
        for _ in 0..MAX_SETTLING_TRIES {
            // The writer takes tasks in order: when it answers this one, it has dealt with those
            // before it.
            let answered = recording.journal().checkpoint().await;
            if matches!(answered, Err(Unavailable::TooSlow(_))) {
                continue;
            }
            if store.read_again().is_err() {
                continue;
            }
            let now = store.in_force().filter(|it| Some(it.index) != before);
            let wanted = policy.identity().effective_digest;
            return match now {
                Some(now) if now.activation.bundle.effective_digest == wanted => Ok(now.index),
                _ => Err(error.into()),
            };
        }
        let problem = format!("{}: {}", in_line(&GateError::Unsettled), in_line(&error));
        tracing::error!("{problem}");
        self.conditions().set(Aspect::Proof, Some(problem));
        Err(GateError::Unsettled)
    }
}

/// Records signed documents.
pub(super) struct Writer<'a> {
    pub(super) store: &'a PolicyStore,
    pub(super) recording: &'a Recording,
    pub(super) trust: &'a Trust,
    pub(super) by: Author,
}

impl Writer<'_> {
    /// Records a request. False if it was recorded before.
    pub(super) async fn request(
        &self,
        signed: &Signed,
        requested: &Requested,
    ) -> Result<bool, GateError> {
        let history = self.store.history();
        if history.request(requested.digest).is_some() {
            return Ok(false);
        }
        let event = LifecycleEvent::Requested(RequestGiven {
            request_digest: requested.digest,
            request_id: requested.request.request_id,
            trust: trust_ref(self.trust),
        });
        let person = requested.requester.clone();
        let reason = requested.request.reason.clone();
        self.document(signed, event, person, reason).await?;
        Ok(true)
    }

    /// Records an answer that counts. False if the same is recorded, in an envelope with other hints.
    /// Of one person, another counts only when the one before has expired.
    pub(super) async fn answer(
        &self,
        signed: &Signed,
        requested: &Requested,
        counted: &Counted,
    ) -> Result<bool, GateError> {
        let given = AnswerGiven {
            request_digest: requested.digest,
            trust: trust_ref(self.trust),
        };
        let event = match counted.answer.decision {
            Answer::Approve => LifecycleEvent::Approved(given),
            Answer::Reject => LifecycleEvent::Rejected(given),
        };
        let history = self.store.history();
        for (position, _) in history.answers(requested.digest) {
            let bytes = self.store.document(position)?;
            if Signed::read("approval", &bytes, MAX_CHANGE_FILE_BYTES)?.said() == signed.said() {
                return Ok(false);
            }
        }
        let (person, reason) = (counted.person.clone(), counted.answer.reason.clone());
        self.document(signed, event, person, reason).await?;
        Ok(true)
    }

    /// Verifies and records an acknowledgement. Tells who gave it, and whether it is new.
    pub(super) async fn acknowledgement(
        &self,
        signed: &Signed,
    ) -> Result<(String, bool), GateError> {
        let (envelope, now) = (&signed.envelope, Timestamp::now());
        let verified = AcknowledgementStatement::verify_signature(envelope, self.trust, now);
        let verified = verified.map_err(|error| refused(in_line(&error)))?;
        let answer = verified.document.predicate;
        let acknowledged = Acknowledged {
            acknowledgement_digest: signed.said(),
            from_effective_digest: answer.from_effective_digest,
            line: answer.line.path,
            to_effective_digest: answer.to_effective_digest,
            trust: trust_ref(self.trust),
        };
        let (from, to) = (answer.from_effective_digest, answer.to_effective_digest);
        let history = self.store.history();
        let (mut count, mut is_known) = (0_usize, false);
        for (_, before) in history.acknowledgements(from, to) {
            count += 1;
            is_known |= before.acknowledgement_digest == acknowledged.acknowledgement_digest;
        }
        let person = verified.person.id.clone();
        if is_known {
            return Ok((person, false));
        }
        if count >= MAX_ACKNOWLEDGEMENTS {
            return Err(GateError::TooMany {
                what: "acknowledgements for this change in the journal",
                found: count + 1,
                limit: MAX_ACKNOWLEDGEMENTS,
            });
        }
        let event = LifecycleEvent::Acknowledged(acknowledged);
        self.document(signed, event, person.clone(), answer.reason)
            .await?;
        Ok((person, true))
    }

    /// Records that the requester took the request back.
    pub(super) async fn withdrawal(
        &self,
        signed: &Signed,
        requested: &Requested,
        reason: String,
    ) -> Result<(), GateError> {
        let event = LifecycleEvent::Withdrawn(Withdrawn::Request(AnswerGiven {
            request_digest: requested.digest,
            trust: trust_ref(self.trust),
        }));
        let person = requested.requester.clone();
        self.document(signed, event, person, reason).await
    }

    async fn document(
        &self,
        signed: &Signed,
        event: LifecycleEvent,
        person: String,
        reason: String,
    ) -> Result<(), GateError> {
        let happened = Happened {
            by: By {
                person: Some(person),
                ..By::from(self.by)
            },
            event,
            policy: None,
            document: Some(signed.bytes.clone()),
            reason: Some(reason),
        };
        self.store.record(self.recording, happened).await.map(drop)
    }
}

/// The answers that count, in the order in which they were counted.
pub(super) struct InOrder<'a> {
    approvals: std::slice::Iter<'a, Counted>,
    rejections: std::slice::Iter<'a, Counted>,
}

/// Approvals and rejections are two lists, each in the order of the envelopes.
pub(super) fn counted(approval_status: &ApprovalStatus) -> InOrder<'_> {
    InOrder {
        approvals: approval_status.approvals.iter(),
        rejections: approval_status.rejections.iter(),
    }
}

impl<'a> InOrder<'a> {
    /// What was counted for the next envelope that wasn't refused.
    pub(super) fn take(&mut self, signed: &Signed) -> Option<&'a Counted> {
        match signed.decision()? {
            Answer::Approve => self.approvals.next(),
            Answer::Reject => self.rejections.next(),
        }
    }
}
