//! What a record says that its row must agree with.

use serde::Deserialize;
use uuid::Uuid;

use crate::canonical::Digest;
use crate::journal::record::event::EventRecord;
use crate::journal::record::{DecisionRecord, Record, RecordError};

pub(super) struct Named {
    pub(super) id: Uuid,
    /// Subject, judgement, policy, the candidate's judgement, the candidate.
    pub(super) contents: [Option<Digest>; 5],
    /// Up to where it says that contents were dropped.
    pub(super) retained_before: u64,
}

/// The fields of a decision that are needed here.
#[derive(Deserialize)]
struct Light<'a> {
    kind: &'a str,
    decision_id: Option<Uuid>,
    subject: Option<Digest>,
    judgement: Option<Digest>,
    policy: Option<Digest>,
    candidate: Option<LightCandidate>,
}

#[derive(Deserialize)]
struct LightCandidate {
    judgement: Option<Digest>,
}

impl Named {
    /// Reads a record that must also be canonical.
    pub(super) fn of(body: &[u8]) -> Result<Self, RecordError> {
        Record::from_bytes(body).map(|record| Self::from(&record))
    }

    /// Of a record whose bytes a checkpoint covers: that they are as they were written shows
    /// from their hash, so a decision isn't read whole.
    pub(super) fn of_covered(body: &[u8]) -> Result<Self, RecordError> {
        match serde_json::from_slice::<Light<'_>>(body) {
            Ok(Light {
                kind: "decision",
                decision_id: Some(id),
                subject,
                judgement,
                policy,
                candidate,
            }) => {
                let candidate = candidate.and_then(|candidate| candidate.judgement);
                Ok(Self {
                    id,
                    contents: [subject, judgement, policy, candidate, None],
                    retained_before: 0,
                })
            }
            _ => Self::of(body),
        }
    }
}

impl From<&Record> for Named {
    fn from(record: &Record) -> Self {
        Self {
            id: record.id(),
            contents: contents(record),
            retained_before: match record {
                Record::Event(EventRecord::Retention(retention)) => retention.before_position,
                _ => 0,
            },
        }
    }
}

fn contents(record: &Record) -> [Option<Digest>; 5] {
    match record {
        Record::Decision(decision) => {
            let DecisionRecord {
                subject,
                judgement,
                policy,
                candidate,
                ..
            } = &**decision;
            let candidate = candidate.as_ref().map(|candidate| candidate.judgement);
            [
                Some(*subject),
                Some(*judgement),
                Some(*policy),
                candidate,
                None,
            ]
        }
        Record::Lifecycle(record) => {
            let policy = record.policy.map(|policy| policy.policy);
            [None, None, policy, None, record.document]
        }
        Record::Event(EventRecord::PolicyChange(change)) => {
            let candidate = change.candidate.map(|candidate| candidate.policy);
            [None, None, Some(change.active.policy), None, candidate]
        }
        Record::Event(
            EventRecord::Retention(_)
            | EventRecord::Shadow(_)
            | EventRecord::Inquiry(_)
            | EventRecord::Refusal(_)
            | EventRecord::Approval(_),
        ) => [None; 5],
    }
}
