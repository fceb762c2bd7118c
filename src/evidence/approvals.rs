//! Whether the approvals that a session used verify: by the records of the requests and answers, and the
//! signatures of people of a trust file.

use std::collections::BTreeSet;

use jiff::Timestamp;
use uuid::Uuid;

use super::bundle::Verified;
use crate::approval::answer::Binding;
use crate::approval::error::AnswerRefusal;
use crate::approval::standing::{Asked, Standing, in_words};
use crate::decision::ApprovalRequirement;
use crate::journal::record::DecisionRecord;
use crate::journal::record::approval::{ApprovalNote, ApprovalStage, ApprovalStep};
use crate::keys::dsse::{DsseError, Envelope};
use crate::trust::Trust;

/// An approval that was used, and why it doesn't verify, if it doesn't.
#[derive(Debug)]
pub struct UsedApproval {
    /// The request.
    pub approval_id: Uuid,
    /// The position of the decision that used it.
    pub position: u64,
    /// Who approved, if it verifies, such as `bo (Data Owners)`.
    pub result: Result<String, ApprovalFault>,
}

/// Why an approval doesn't verify.
#[derive(Debug, thiserror::Error)]
pub enum ApprovalFault {
    /// Another decision used it before.
    #[error("it was used before; an approval counts once")]
    UsedBefore,
    /// Without a trust file nobody's signature counts.
    #[error("there is no trust file to verify it by: give `--trust FILE`")]
    NoTrust,
    /// No record of the bundle before the use is its request.
    #[error("the bundle doesn't hold the request")]
    NoRequest,
    /// The decision that used it has another policy or another version of the facts than the request.
    #[error("it was asked for under another policy")]
    OtherPolicy,
    /// Its asker took it back before the use.
    #[error("it had been taken back at {0}")]
    TakenBack(Timestamp),
    /// An answer to it can't be read.
    #[error(transparent)]
    Envelope(#[from] DsseError),
    /// Somebody who may denied it.
    #[error("{0} had denied it")]
    Denied(String),
    /// An answer to it doesn't count, and without that one it is not approved.
    #[error(transparent)]
    Refused(AnswerRefusal),
    /// Too few approved it. The names are those of the groups that must.
    #[error("it lacks an approval by {0}")]
    TooFew(String),
}

/// Every approval that a session used. Without a trust file none verifies.
#[must_use]
pub fn used_approvals(verified: &Verified, trust: Option<&Trust>) -> Vec<UsedApproval> {
    let mut seen = BTreeSet::new();
    let decisions = verified.decisions.iter();
    let uses = decisions.filter_map(|(position, record)| {
        let note = record.approval.as_deref()?;
        (note.stage == ApprovalStage::Used).then_some((*position, record, note))
    });
    uses.map(|(position, record, note)| UsedApproval {
        approval_id: note.approval_id,
        position,
        result: match seen.insert(note.approval_id) {
            true => verified.approvers(position, record, note, trust),
            false => Err(ApprovalFault::UsedBefore),
        },
    })
    .collect()
}

impl Verified {
    fn approvers(
        &self,
        position: u64,
        record: &DecisionRecord,
        note: &ApprovalNote,
        trust: Option<&Trust>,
    ) -> Result<String, ApprovalFault> {
        let trust = trust.ok_or(ApprovalFault::NoTrust)?;
        let request = self
            .request(note.approval_id)
            .filter(|request| request.position < position)
            .ok_or(ApprovalFault::NoRequest)?;
        let is_same = request.binding.effective_digest == record.effective_digest
            && request.binding.facts_version == *record.facts_version;
        if !is_same {
            return Err(ApprovalFault::OtherPolicy);
        }
        let mut names = request.names;
        names.extend(record.caller.actor.clone());
        let asked = Asked {
            binding: &request.binding,
            requirements: request.requirements,
            names: &names,
        };
        if let Some(at) = self.taken_back(note.approval_id, position) {
            return Err(ApprovalFault::TakenBack(at));
        }
        let envelopes = self.envelopes(note.approval_id, position, record.timestamp)?;
        let standing = Standing::of(asked, &envelopes, trust, record.timestamp);
        if standing.is_approved() {
            return Ok(standing.approvers());
        }
        if let Some(denial) = standing.denial {
            return Err(ApprovalFault::Denied(denial.person));
        }
        let refused = standing.refused.into_iter().next();
        let missing = || ApprovalFault::TooFew(in_words(request.requirements));
        Err(refused.map_or_else(missing, ApprovalFault::Refused))
    }

    fn request(&self, id: Uuid) -> Option<Request<'_>> {
        self.decisions.iter().find_map(|(position, record)| {
            let note = record.approval.as_ref()?;
            let request = note.request.as_ref()?;
            let is_it = record.decision_id == id && note.approval_id == id;
            is_it.then(|| Request {
                position: *position,
                binding: Binding {
                    approval_id: id,
                    journal_origin: self.checkpoint.origin().to_string(),
                    action: request.action,
                    effective_digest: record.effective_digest,
                    facts_version: record.facts_version.to_string(),
                },
                requirements: &request.requirements,
                names: record
                    .caller
                    .actor
                    .iter()
                    .cloned()
                    .chain([request.asker.to_string()])
                    .collect(),
            })
        })
    }

    /// When a request was taken back, if that was recorded before a use. Its asker signs nothing.
    fn taken_back(&self, id: Uuid, before: u64) -> Option<Timestamp> {
        let mut answers = self.answers.iter();
        let found = answers.find(|(position, record)| {
            let event = &record.approval;
            event.approval_id == id && event.what == ApprovalStep::Cancelled && *position < before
        });
        found.map(|(_, record)| record.timestamp)
    }

    /// The signed answers to a request that were recorded before a use.
    fn envelopes(&self, id: Uuid, before: u64, at: Timestamp) -> Result<Vec<Envelope>, DsseError> {
        let answers = self.answers.iter().filter(|(position, record)| {
            record.approval.approval_id == id && *position < before && record.timestamp <= at
        });
        let texts = answers.filter_map(|(_, record)| record.approval.envelope.as_ref());
        texts.map(|text| Envelope::read(text.as_bytes())).collect()
    }
}

/// A request, as its decision's record has it.
struct Request<'a> {
    position: u64,
    binding: Binding,
    requirements: &'a [ApprovalRequirement],
    names: Vec<String>,
}
