//! The approvals: enough people who may, for each group, and nobody who rejects.

use super::super::checks::Checks;
use super::request::Asked;
use super::{APPROVALS, ProofContext, Signed};
use crate::causes::in_line;
use crate::change::approval_status::{ApprovalStatus, Counted, groups_that_approve};

pub(super) fn check(
    context: &ProofContext<'_>,
    signed: &Signed<'_>,
    asked: Option<&Asked>,
    checks: &mut Checks,
) {
    if signed.approvals.is_empty() {
        return;
    }
    let Some(Asked {
        requested,
        is_about_this,
    }) = asked
    else {
        let message = "there is no request that counts, so no approval does";
        return checks.unproved(APPROVALS, message);
    };
    let policies = context.policies;
    let groups = groups_that_approve(policies.replaced, policies.candidate);
    let approval_status = ApprovalStatus::of(
        requested,
        &signed.approvals,
        context.trust,
        &groups,
        context.at,
    );
    let approvers = people(&approval_status.approvals);
    checks.judged.signers.extend(approvers.iter().cloned());
    let sound = format!("approved by {}, as of {}", approvers.join(", "), context.at);
    let mut faults = faults(&approval_status);
    if !is_about_this {
        faults.push("the request that they answer is about something else".to_owned());
    }
    match approval_status.approvals.is_empty() {
        // Nothing that is signed counts.
        true => checks.unproved(APPROVALS, faults.join("; ")),
        false => checks.signed_faults(APPROVALS, &faults, sound),
    }
}

fn people(counted: &[Counted]) -> Vec<String> {
    counted.iter().map(|it| it.person.clone()).collect()
}

fn faults(approval_status: &ApprovalStatus) -> Vec<String> {
    let mut faults = Vec::new();
    if approval_status.missing_approvals > 0 {
        let missing = approval_status.missing_approvals;
        faults.push(format!("{missing} more must approve"));
    }
    if !approval_status.missing_groups.is_empty() {
        let missing = approval_status.missing_groups.join("`, `");
        faults.push(format!("nobody approves for `{missing}`"));
    }
    let rejected = people(&approval_status.rejections);
    if !rejected.is_empty() {
        faults.push(format!("rejected by {}", rejected.join(", ")));
    }
    let refused = approval_status.refused.iter();
    faults.extend(refused.map(|refused| {
        let number = refused.index + 1;
        format!("answer {number} doesn't count: {}", in_line(&refused.why))
    }));
    if faults.is_empty() && !approval_status.is_approved() {
        faults.push("nobody approves".to_owned());
    }
    faults
}
