//! Whether a policy decides its cases, as what comes into force without a promotion has to.

use std::sync::Arc;

use super::attempt::Attempt;
use super::error::GateError;
use crate::authority::admission::Admission;
use crate::authority::rehearsal::rehearse;
use crate::engine::Policy;
use crate::shadow::report::criteria::DryRunSummary;

/// Refuses a policy that fails cases of its dry run, unless the service allows such policies.
pub(super) fn decides_its_cases(
    policy: &Arc<Policy>,
    admission: &Admission,
    attempt: Attempt,
) -> Result<(), GateError> {
    let dry_run = rehearse(policy);
    match dry_run.failed_count > 0 && !admission.allows_failed_cases() {
        true => Err(attempt.refused(failing(dry_run))),
        false => Ok(()),
    }
}

/// How many cases of a dry run fail, as a reason for a refusal.
pub(super) fn failing(dry_run: DryRunSummary) -> String {
    format!(
        "{} of {} cases of the dry run fail",
        dry_run.failed_count, dry_run.case_count
    )
}
