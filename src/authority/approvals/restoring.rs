//! The requests of a journal, at a start.

use std::sync::Arc;

use jiff::Timestamp;
use uuid::Uuid;

use super::Approvals;
use super::answering::given;
use super::limits::RESTORED;
use super::request::{Given, Request, RequestState};
use crate::approval::answer::{ActionApproval, Answer};
use crate::approval::error::AnswerRefusal;
use crate::approval::mac::MacKey;
use crate::authority::gate::PolicyStore;
use crate::causes::in_line;
use crate::journal::query::{QueryError, approval_records};
use crate::journal::record::approval::{ApprovalEvent, ApprovalStage, ApprovalStep};
use crate::journal::record::{DecisionRecord, EventRecord, Record};
use crate::keys::dsse::{DsseError, Envelope};
use crate::trust::Trust;

/// Why a recorded answer doesn't count.
#[derive(Debug, thiserror::Error)]
enum Uncounted {
    /// It is no envelope.
    #[error(transparent)]
    Envelope(#[from] DsseError),
    /// Its envelope holds no answer that counts.
    #[error(transparent)]
    Answer(#[from] AnswerRefusal),
}

/// An answer that nobody vouches for, by what it says itself.
fn claimed(envelope: Envelope) -> Result<Given, AnswerRefusal> {
    let answer = ActionApproval::unverified(&envelope)?;
    Ok(Given {
        envelope: Arc::new(envelope),
        denies: answer.decision == Answer::Deny,
        person: answer.approver,
        decided_at: answer.decided_at,
        expires_at: answer.expires_at,
    })
}

impl Approvals {
    /// The approvals of the journal that `store` is in, whose log is `journal_origin`: those that wait,
    /// those that can be used, and those that were used. `now` is the time of the start.
    ///
    /// # Errors
    /// If the journal can't be read.
    pub fn restore(
        key: MacKey,
        journal_origin: Arc<str>,
        store: &PolicyStore,
        now: Timestamp,
    ) -> Result<Self, QueryError> {
        let approvals = Self::new(key, journal_origin);
        let trust = store.trust();
        let history = store.history();
        let events = history.events().iter();
        let changes =
            events.filter_map(|(at, record)| Some((*at, record, record.event.activation()?)));
        let mut changes = changes.peekable();
        let mut in_force = None;
        let mut change_before = |position| {
            while let Some((_, record, active)) = changes.next_if(|(at, ..)| *at < position) {
                let effective = active.bundle.effective_digest;
                if in_force.replace(effective) != Some(effective) {
                    approvals.end_open(record.timestamp.min(now));
                }
            }
        };
        approval_records(store.directory(), RESTORED, |position, record| {
            change_before(position);
            match record {
                Record::Decision(record) => approvals.decided(&record, now),
                Record::Event(EventRecord::Approval(record)) => {
                    let at = record.timestamp.min(now);
                    approvals.happened(record.approval, at, trust.as_deref());
                }
                Record::Event(_) | Record::Lifecycle(_) => {}
            }
        })?;
        change_before(u64::MAX);
        Ok(approvals)
    }

    /// A record of a time after `now` was made by a clock that was ahead. What holds still isn't ended by
    /// it.
    fn decided(&self, record: &DecisionRecord, now: Timestamp) {
        let at = record.timestamp.min(now);
        let mut remembered = self.remembered_at(at);
        if let Some(request) = Request::of_record(record, &self.journal_origin) {
            remembered.add(request);
        }
        let used = record.approval.as_ref();
        let used = used.filter(|note| note.stage == ApprovalStage::Used);
        if let Some(note) = used {
            remembered.end(note.approval_id, RequestState::Used(at), at);
        }
    }

    fn happened(&self, event: ApprovalEvent, at: Timestamp, trust: Option<&Trust>) {
        let id = event.approval_id;
        let kept = match (event.what, event.envelope, trust) {
            (ApprovalStep::Cancelled, ..) => {
                self.cancel(id, at);
                Ok(())
            }
            (ApprovalStep::Denied, Some(envelope), _) => self.was_denied(id, &envelope, at),
            (ApprovalStep::Approved, Some(envelope), Some(trust)) => {
                self.was_approved(id, &envelope, trust, at)
            }
            _ => Ok(()),
        };
        if let Err(error) = kept {
            let why = in_line(&error);
            tracing::warn!(%id, why, "an answer in the journal doesn't count any more");
        }
    }

    /// Adds a denial. It was verified before it was recorded.
    fn was_denied(&self, id: Uuid, envelope: &str, at: Timestamp) -> Result<(), Uncounted> {
        let given = claimed(Envelope::read(envelope.as_bytes())?)?;
        self.denied(id, given, at);
        Ok(())
    }

    /// Adds an approval. One that doesn't count by the trust file in force is kept too, so that its asker
    /// hears why it doesn't.
    fn was_approved(
        &self,
        id: Uuid,
        envelope: &str,
        trust: &Trust,
        at: Timestamp,
    ) -> Result<(), Uncounted> {
        let envelope = Envelope::read(envelope.as_bytes())?;
        let Ok(shown) = self.get_at(id, at) else {
            return Ok(());
        };
        let counted = shown.request.asked().count(&envelope, trust, at);
        let (given, refusal) = match counted {
            Ok(counted) => (given(envelope, &counted), None),
            Err(refusal) => (claimed(envelope)?, Some(refusal)),
        };
        self.take(id, given, trust, at);
        refusal.map_or(Ok(()), |refusal| Err(refusal.into()))
    }
}
