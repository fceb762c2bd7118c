//! What a decision holds of an approval until it is recorded.

use std::sync::Arc;

use uuid::Uuid;

use super::Approvals;
use super::request::Request;
use crate::journal::record::DecisionRecord;
use crate::journal::record::approval::{ApprovalNote, ApprovalStage};

/// What a decision holds of an approval until it is recorded. If it is dropped before, a request is
/// forgotten, and an approval stays used: nobody knows whether the record reached the disk.
pub(in crate::authority) struct Claim {
    approvals: Arc<Approvals>,
    pub(super) note: ApprovalNote,
    is_kept: bool,
}

impl Claim {
    pub(super) fn new(approvals: &Arc<Approvals>, note: ApprovalNote) -> Self {
        Self {
            approvals: Arc::clone(approvals),
            note,
            is_kept: false,
        }
    }

    /// What is recorded.
    pub(in crate::authority) fn note(&self) -> &ApprovalNote {
        &self.note
    }

    /// Whether the decision uses an approval. Then it must be on disk before it is answered.
    pub(in crate::authority) fn is_use(&self) -> bool {
        self.note.stage == ApprovalStage::Used
    }

    /// The request that the record of the decision is.
    pub(in crate::authority) fn request(&self, record: &DecisionRecord) -> Option<Request> {
        Request::of_record(record, &self.approvals.journal_origin)
    }

    /// The decision is recorded.
    pub(in crate::authority) fn keep(mut self, recorded: Option<Request>) {
        self.is_kept = true;
        let id = self.id();
        match (self.note.stage, recorded) {
            (ApprovalStage::Requested, Some(recorded)) => {
                self.approvals.remembered().summarize(id, recorded);
                self.approvals.changed(id);
                if let Some(queue) = &self.approvals.notices {
                    queue.add(id);
                }
            }
            (ApprovalStage::Used, _) => self.approvals.changed(id),
            _ => {}
        }
    }

    fn id(&self) -> Uuid {
        self.note.approval_id
    }
}

impl Drop for Claim {
    fn drop(&mut self) {
        if !self.is_kept && self.note.stage == ApprovalStage::Requested {
            self.approvals.remembered().remove(self.id());
        }
    }
}
