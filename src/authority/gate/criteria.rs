//! What a change must fulfil: the criteria of its request, which may not be looser than required.

use super::history::{History, InForce};
use crate::journal::record::lifecycle::LifecycleEvent;
use crate::policy::promotion::Criteria;

/// In what the criteria of a request are looser than required, one line each.
pub(super) fn looser(asked: &Criteria, required: &Criteria) -> Vec<String> {
    let low = asked.looser(required, "criteria");
    low.map(|(asked, required)| {
        format!(
            "`{}` of the request is {}, and the policies ask for {}",
            asked.path, asked.value, required.value
        )
    })
    .collect()
}

/// Why the way back wasn't rehearsed since the policy in force came into force, if it must be.
pub(super) fn not_rehearsed(
    criteria: &Criteria,
    history: &History,
    in_force: &InForce,
) -> Option<String> {
    let bundle = in_force.activation.bundle.bundle_digest;
    let is_rehearsed = history.events().iter().any(|(index, record)| {
        let back = match &record.event {
            LifecycleEvent::Rehearsed(rehearsed) => rehearsed.active.bundle.bundle_digest,
            _ => return false,
        };
        *index > in_force.index && back == bundle
    });
    let is_missing = criteria.rollback_rehearsed && !is_rehearsed;
    is_missing.then(|| {
        format!(
            "the way back to {bundle} was not rehearsed: `cavra lifecycle rollback --rehearse --bundle {bundle}`"
        )
    })
}
