//! What a decision says about an approval of its action.

use uuid::Uuid;

/// The rule id of a decision by which an approval was used.
pub const APPROVALS_USED: &str = "approvals.used";

/// What a decision says about an approval of its action, beside what its rules found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ActionApproval {
    /// The approval that was asked for or used. Absent if none can be asked for.
    pub approval_id: Option<Uuid>,
    /// What has become of it.
    pub state: ApprovalState,
    /// Who approved, who denied, why no approval can be asked for, or why one doesn't count. Absent if
    /// there is nothing to say.
    pub note: Option<String>,
}

/// What has become of an approval of an action.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ApprovalState {
    /// None is there yet. People may be asked, or the note says why they can't.
    Missing,
    /// Somebody denied it, and the denial holds.
    Denied,
    /// One could have been used, and was kept because the caller said so.
    Ready,
    /// One was used: the action may be done, once.
    Used,
}
