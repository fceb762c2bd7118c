//! Decisions and changes of policies, on their way into the journal.

use std::sync::Arc;

use jiff::Timestamp;
use uuid::Uuid;

use super::approvals::Claim;
use super::approvals::request::Request;
use super::{Answer, Authority, Slot};
use crate::action::Caller;
use crate::canonical::Digest;
use crate::causes::in_line;
use crate::decision::RecordPlace;
use crate::engine::Policy;
use crate::journal::record::approval::ApprovalNote;
use crate::journal::record::decision::{DecisionRecord, PeerRecord};
use crate::journal::record::event::{
    EventRecord, InquiryKind, InquiryMethod, InquiryRecord, PolicyChanged, PolicyOperation,
};
use crate::journal::record::refusal::Author;
use crate::journal::record::{Decided, Entry, Latency, SchemaVersion};
pub use crate::journal::recording::Recording;
use crate::journal::writer::Unavailable;
use crate::shadow::live::Kept;
use crate::shadow::runs::Running;

/// A decision that must not be returned before it is recorded.
#[must_use = "a decision that isn't recorded must not be returned"]
pub struct Unrecorded {
    answer: Answer,
    pending: Option<(Arc<Recording>, Result<Entry, Unavailable>)>,
    /// What the decision holds of an approval.
    claim: Option<Claim>,
    /// The request for an approval that the record is.
    request: Option<Request>,
    /// The shadow runs that are on, if any: they get the decision once it is recorded.
    watchers: Option<Running>,
}

impl Recording {
    fn entry(
        &self,
        policy: &Policy,
        answer: &Answer,
        latency: Latency,
        approval: Option<&ApprovalNote>,
        peer: Option<PeerRecord>,
    ) -> Result<(Entry, DecisionRecord), Unavailable> {
        let candidate = answer.candidate.as_ref();
        let decided = Decided {
            decision: &answer.decision,
            facts: &answer.facts,
            candidate: candidate.map(|compared| (&compared.decision, compared.change)),
            latency,
            approval,
            peer,
        };
        self.recorder()
            .decision(&decided, |action, facts| policy.judge(action, facts))
            .map_err(|error| Unavailable::Failed(in_line(&error).into()))
    }

    /// Records that somebody asked what would be decided.
    async fn inquiry(&self, inquiry: Inquiry) -> Result<(), Unavailable> {
        let Inquiry {
            method,
            asked_by,
            caller,
            question,
        } = inquiry;
        let record = InquiryRecord {
            asked_by,
            caller: (&caller).into(),
            event_id: Uuid::now_v7(),
            kind: InquiryKind::Inquiry,
            method,
            question,
            schema_version: SchemaVersion::V1,
            timestamp: Timestamp::now(),
        };
        let entry = self.recorder().event(EventRecord::Inquiry(record));
        let entry = entry.map_err(|error| Unavailable::Failed(in_line(&error).into()))?;
        self.journal().record(entry).await.map(drop)
    }

    /// Records which policies are about to be in force.
    pub(super) async fn policies(
        &self,
        operation: PolicyOperation,
        slot: &Slot,
        by: Author,
    ) -> Result<(), Unavailable> {
        let changed = PolicyChanged {
            event_id: Uuid::now_v7(),
            timestamp: Timestamp::now(),
            operation,
            active: slot.active.identity(),
            candidate: slot.candidate.as_ref().map(|policy| &**policy.identity()),
            state: slot.state,
            by,
        };
        let entry = changed
            .entry()
            .map_err(|error| Unavailable::Failed(in_line(&error).into()))?;
        self.journal().written(entry).await.map(drop)
    }
}

/// A question that is answered without anybody acting on the answer.
#[derive(Debug, Clone)]
pub struct Inquiry {
    /// What is asked.
    pub method: InquiryMethod,
    /// The other end of the connection, where that is known.
    pub asked_by: Option<String>,
    /// The caller, as it names itself.
    pub caller: Caller,
    /// Over the question's canonical JSON.
    pub question: Digest,
}

impl Authority {
    /// Records a question, where there is a journal, before it is answered: who may ask without
    /// a trace can search for what isn't stopped.
    ///
    /// # Errors
    /// If it can't be recorded. Then it must not be answered.
    pub async fn record_inquiry(&self, inquiry: Inquiry) -> Result<(), Unavailable> {
        match self.recording() {
            Some(recording) => recording.inquiry(inquiry).await,
            None => Ok(()),
        }
    }
}

impl Unrecorded {
    pub(super) fn new(
        answer: Answer,
        recording: Option<&Arc<Recording>>,
        policy: &Policy,
        latency: Latency,
        claim: Option<Claim>,
        peer: Option<PeerRecord>,
    ) -> Self {
        let note = claim.as_ref().map(Claim::note);
        let mut request = None;
        let pending = recording.map(|recording| {
            let entry = recording.entry(policy, &answer, latency, note, peer);
            let entry = entry.map(|(entry, record)| {
                request = claim.as_ref().and_then(|claim| claim.request(&record));
                entry
            });
            (Arc::clone(recording), entry)
        });
        Self {
            answer,
            pending,
            claim,
            request,
            watchers: None,
        }
    }

    pub(super) fn watched_by(self, watchers: Option<Running>) -> Self {
        Self { watchers, ..self }
    }

    /// Lets go of the facts, if nobody looks at them after this: to drop those of a plan takes
    /// milliseconds.
    pub fn without_facts(mut self) -> Self {
        if self.watchers.is_none() {
            self.answer.facts = Arc::default();
        }
        self
    }

    /// Records the decision, where there is a journal, as its mode promises. Then it may be
    /// returned.
    ///
    /// # Errors
    /// If the promise can't be kept.
    pub async fn record(self) -> Result<Answer, Unavailable> {
        let mut answer = self.answer;
        let mut kept = Kept::Whole;
        if let Some((recording, entry)) = self.pending {
            let entry = entry?;
            if self.watchers.is_some() {
                kept = Kept::of(&entry);
            }
            // A use must be on disk before anybody acts on it, whatever the mode.
            let position = match self.claim.as_ref().is_some_and(Claim::is_use) {
                true => Some(recording.journal().written(entry).await?),
                false => recording.journal().record(entry).await?,
            };
            if let Some(claim) = self.claim {
                claim.keep(self.request);
            }
            answer.decision.recorded = position.map(|position| RecordPlace {
                log: Arc::clone(recording.journal().log()),
                position,
            });
        }
        if let Some(watchers) = self.watchers {
            watchers.offer(&answer.decision, &answer.facts, kept);
        }
        Ok(answer)
    }
}
