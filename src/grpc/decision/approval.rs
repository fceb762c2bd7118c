//! What a decision says about approvals.

use super::answer::parsed;
use crate::decision::{ActionApproval, ApprovalRequirement, ApprovalState, Because, Verdict};
use crate::grpc::convert::field::FieldError;
use crate::grpc::wire;

impl From<ApprovalRequirement> for wire::ApprovalRequirement {
    fn from(requirement: ApprovalRequirement) -> Self {
        let ApprovalRequirement { any_of, because } = requirement;
        let because = because.into_iter().map(|because| wire::Because {
            rule_id: because.rule_id.to_string(),
            entry: because.entry.map(|entry| entry.to_string()),
        });
        Self {
            any_of: any_of.iter().map(ToString::to_string).collect(),
            because: because.collect(),
        }
    }
}

impl From<wire::ApprovalRequirement> for ApprovalRequirement {
    fn from(requirement: wire::ApprovalRequirement) -> Self {
        let wire::ApprovalRequirement { any_of, because } = requirement;
        let because = because.into_iter().map(|because| Because {
            rule_id: because.rule_id.into(),
            entry: because.entry.map(Into::into),
        });
        Self {
            any_of: any_of.into_iter().map(Into::into).collect(),
            because: because.collect(),
        }
    }
}

/// What a decision says about an approval, if it says anything.
pub(super) fn approval(
    state: ApprovalState,
    approval_id: Option<String>,
    note: Option<String>,
) -> Result<Option<ActionApproval>, FieldError> {
    let id = approval_id.map(|id| parsed("decision.approval_id", &id));
    let approval_id = id.transpose()?;
    let is_used = state == ApprovalState::Used;
    let says_something = is_used || approval_id.is_some() || note.is_some();
    Ok(says_something.then_some(ActionApproval {
        approval_id,
        state,
        note,
    }))
}

/// The verdict of the rules, where `answered` is the one to enforce. Only what needs approval can be
/// approved.
pub(super) fn judged(is_used: bool, answered: Verdict) -> Result<Verdict, FieldError> {
    match (is_used, answered) {
        (true, Verdict::AllowWithAttestation) => Ok(Verdict::RequireApproval),
        (true, _) => Err(FieldError::new(
            "decision.decision",
            "is not the verdict of an approval that was used",
        )),
        (false, verdict) => Ok(verdict),
    }
}
